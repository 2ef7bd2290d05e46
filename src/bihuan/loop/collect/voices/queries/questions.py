"""A wave's questions for somebody who reads them out: all that the answers so far lead to, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.engine.survey.questionnaire import Questionnaire, ShownPage, shown
from bihuan.loop.collect.surveys.queries import questionnaire_of

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Sheet:
    """What the fragments of the questions need; ``errors`` by item, as codes of the engine's check."""

    title: str
    pages: list[ShownPage]
    errors: Mapping[str, str] = field(default_factory=dict)


def questions_of(version: int) -> Questionnaire:
    return questionnaire_of(version)


def sheet_of(found: Questionnaire, answers: Mapping[str, Any], *, language: str,
             errors: Mapping[str, str] = NOTHING) -> Sheet:
    """Return the questions that somebody with these answers is asked."""
    return Sheet(found.title.in_language(language), shown(found, dict(answers), language=language, errors=errors),
                 errors)
