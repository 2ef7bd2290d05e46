"""One page of a questionnaire as it is shown, and what was typed into it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from bihuan.engine.survey.questionnaire import Questionnaire, ShownItem, ShownPage, shown

MOST_KEPT = 200_000     # characters of answers of other pages that a form carries along
LANGUAGES = {"zh-hans": "简体", "zh-hant": "繁體", "en": "English"}
COMMENT = "-Comment"
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Sheet:
    """The page at ``at`` of those that the answers so far lead to; ``errors`` by item, as codes of the check."""

    pages: Sequence[ShownPage]
    at: int
    answers: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def page(self) -> ShownPage:
        return self.pages[self.at]

    @property
    def is_first(self) -> bool:
        return self.at == 0

    @property
    def is_last(self) -> bool:
        return self.at == len(self.pages) - 1

    @property
    def kept(self) -> str:
        """The answers of the other pages, which the form carries along: no session is needed."""
        here = {name for item in self.page.items for name in (item.name, item.name + COMMENT)}
        return json.dumps({name: value for name, value in self.answers.items() if name not in here},
                          ensure_ascii=False, separators=(",", ":"))


def pages_of(questions: Questionnaire, answers: Mapping[str, Any], language: str,
             errors: Mapping[str, str] = NOTHING) -> list[ShownPage]:
    """Return the pages that somebody with these answers sees."""
    return shown(questions, answers, language=language, errors=errors)


def place_of(pages: Sequence[ShownPage], name: str) -> int:
    """Return where the page of a name stands; the first one when it is not shown."""
    return next((place for place, page in enumerate(pages) if page.name == name), 0)


def kept_answers(text: str) -> dict[str, Any]:
    """Return what a form carried along; nothing when it is no such thing. It is checked like what was typed."""
    if len(text) > MOST_KEPT:
        return {}
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def typed_answers(items: Sequence[ShownItem], post: QueryDict) -> dict[str, Any]:
    """Return what was typed on a page, by item; what was left empty is None, never a value."""
    typed: dict[str, Any] = {}
    for item in items:
        if item.type in ("html", "panel"):
            continue
        typed[item.name] = _typed(item, post)
        if (reason := post.get(item.name + COMMENT, "").strip()):
            typed[item.name + COMMENT] = reason
        else:
            typed[item.name + COMMENT] = None
    return typed


def merged(answers: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with what was typed now; what was emptied is gone."""
    return {name: value for name, value in {**answers, **typed}.items() if value not in (None, "", [], {})}


def _typed(item: ShownItem, post: QueryDict) -> Any:
    if item.type == "checkbox":
        return post.getlist(item.name)
    if item.type == "matrix":
        rows = {row.value: post.get(f"{item.name}.{row.value}") for row in item.rows}
        return {row: value for row, value in rows.items() if value}
    if item.type == "ranking":
        return _ranked(item, post)
    return post.get(item.name, "").strip() or None


def _ranked(item: ShownItem, post: QueryDict) -> dict[str, str] | None:
    """The place each choice was given; left alone: no answer. Two of one place stay both, for the check to say."""
    places = {choice.value: post.get(f"{item.name}.{choice.value}", "") for choice in item.choices}
    return {value: place for value, place in places.items() if place} or None
