"""Forms of vendors."""
