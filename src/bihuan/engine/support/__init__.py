"""What technical support covers, and who is able to."""
