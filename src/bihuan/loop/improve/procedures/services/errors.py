"""What writing a procedure refuses."""

from __future__ import annotations


class ProcedureError(ValueError):
    """A change that was refused, as a sentence; ``field`` names the input it concerns."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field
