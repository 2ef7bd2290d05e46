"""Telling people: what happened, over which channel, at which hour, once."""
