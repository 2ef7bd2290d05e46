"""Asking a server: where it may lie, and how it is asked without harm to it or to us."""
