"""What a survey's report says, before it is written; every number in it was told to its author within their reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...indicators.contracts import Result


@dataclass(frozen=True)
class Line:
    """One number: its name, the value as it came, and the weighted one beside it where weights differ.

    ``key`` is what a text calls it by.
    """

    title: str
    result: Result
    weighted: Result | None = None
    key: str = ""


@dataclass(frozen=True)
class SurveyReport:
    """A survey's result. ``facts`` stand under the title, ``findings`` are sentences of what stands after correction.

    ``charts`` are (caption, option); ``themes`` (name, share, mentions). ``written`` are chapters by people: (title,
    paragraphs), the numbers in them filled in.
    """

    title: str
    lang: str
    facts: tuple[tuple[str, str], ...]
    numbers: tuple[Line, ...]
    dimensions: tuple[Line, ...]
    summary: tuple[str, ...]
    findings: tuple[str, ...]
    compared: int
    validity: tuple[tuple[str, int], ...]
    themes: tuple[tuple[str, Result], ...] = ()
    charts: tuple[tuple[str, dict[str, Any]], ...] = ()
    footer: str = ""
    written: tuple[tuple[str, tuple[str, ...]], ...] = ()
