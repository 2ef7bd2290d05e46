"""The search for problems in the numbers: what misses its target, leaves its course, rises, or is worse somewhere."""
