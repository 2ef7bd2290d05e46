"""Forms of reports and of 表1."""
