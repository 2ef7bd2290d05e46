"""Refusals of this room."""

from __future__ import annotations


class ReviewError(ValueError):
    """Something cannot be done with a review; str() is the sentence for the person, ``field`` what it is about."""

    code = "complaint_review_refused"

    def __init__(self, text: str, *, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field
