"""Why something was not done with a measure: a sentence for the person, and the field of the form it is about."""

from __future__ import annotations


class MeasureError(ValueError):
    """``field`` is the form's, empty for the whole; ``problems`` are all sentences."""

    def __init__(self, *problems: str, field: str = "") -> None:
        super().__init__(" ".join(problems))
        self.problems, self.field = problems, field
