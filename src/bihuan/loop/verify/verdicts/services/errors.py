"""Why something was not done with a verdict: a sentence for the person."""

from __future__ import annotations

from bihuan.core.languages import Words, said


class VerdictError(ValueError):
    """``field`` is the form's, empty for the whole; ``words`` say it to each in their language."""

    def __init__(self, words: Words, *, field: str = "") -> None:
        super().__init__(said(words))
        self.words = words
        self.field = field
