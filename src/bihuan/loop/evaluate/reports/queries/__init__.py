"""What the pages of reports and of 表1 show."""
