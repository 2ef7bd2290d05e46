"""Texts as they are searched: one way of writing for many, and an index of what people wrote."""
