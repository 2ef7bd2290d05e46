"""Who keeps the webhooks and sees what arrives."""

MANAGE = "collect.manage_intake"
