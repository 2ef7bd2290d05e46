"""Collect: service records, and later surveys and voices, come in."""
