"""The pages of causes."""
