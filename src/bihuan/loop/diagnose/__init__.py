"""Diagnose: what went wrong, how big it is, and why."""
