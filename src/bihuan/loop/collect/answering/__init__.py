"""Asking: links, sending, the public page, answers into the lake."""
