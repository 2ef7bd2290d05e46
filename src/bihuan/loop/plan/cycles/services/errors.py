"""What this room refuses, in a sentence; ``field`` names the field of the form it is about."""

from __future__ import annotations


class CycleError(ValueError):
    code = "cycle_refused"

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field
