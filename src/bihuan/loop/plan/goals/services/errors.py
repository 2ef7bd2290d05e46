"""Why a plan was not taken: a sentence for the person, and the field of the form it is about."""

from __future__ import annotations


class PlanError(ValueError):
    """A scope, goal or channel plan that cannot be meant; ``field`` is the form's, empty for the whole."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field
