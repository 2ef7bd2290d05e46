"""Pages of personal data protection."""
