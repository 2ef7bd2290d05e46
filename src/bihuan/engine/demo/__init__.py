"""The demonstration company: a seeded generator whose exports enter through the normal import.

Nothing that detects problems may import this package; only the command line and tests do.
"""
