"""Why something was not done with a verdict: a sentence for the person."""

from __future__ import annotations


class VerdictError(ValueError):
    """``field`` is the form's, empty for the whole."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field
