"""Conversations: what was said, found again, tagged on its words, heard again, and deleted in time."""
