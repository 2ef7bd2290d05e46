"""Data sources: systems that are asked for their records on schedule, and folders that are watched for files."""
