"""What this room reads, one file a page."""
