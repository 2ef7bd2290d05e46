"""What the pages of technical support read."""
