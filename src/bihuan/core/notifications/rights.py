"""The one right of this room; everybody has an inbox and choices of their own."""

KEEP_CHANNELS = "core.manage_notifications"
