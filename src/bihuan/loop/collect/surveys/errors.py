"""Why a survey was not changed: a sentence for the person, and the field of the form it is about."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.engine.survey.questionnaire import Difference, Problem


class SurveyRefused(ValueError):
    """What cannot be done with a survey; ``field`` is the form's, empty for the whole. ``problems``: what to mend."""

    code = "survey"

    def __init__(self, text: str, *, field: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(text)
        self.field = field
        self.problems = tuple(problems)


class StaleEdit(SurveyRefused):
    """The draft was changed since the page was opened: ``changes`` is what the person has not seen."""

    def __init__(self, text: str, *, who: str, changes: Sequence[Difference]) -> None:
        super().__init__(text)
        self.who = who
        self.changes = tuple(changes)
