"""What looks for findings, one module a source; each returns signs and what it looked at."""
