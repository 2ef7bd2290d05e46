"""Readers: each turns one kind of file into relations of raw cells."""
