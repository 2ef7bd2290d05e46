"""What people write into a survey's report: numbers stand in it by reference, so that nobody types them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...charts.wording import value_text
from ..contracts import TOKEN
from ..errors import ReportError
from ..words import words_for
from .contracts import SurveyReport

CHAPTERS = ("conclusion", "advice")
LONGEST = 6000


def numbers_of(report: SurveyReport) -> dict[str, tuple[str, str]]:
    """Return the numbers a text may name: {key: (title, how it reads)}."""
    labels = words_for(report.lang).labels
    found = {}
    for prefix, lines in (("n", report.numbers), ("d", report.dimensions)):
        for line in lines:
            key = f"{prefix}_{re.sub(r'[^A-Za-z0-9_一-鿿]', '_', line.key or line.title)}"
            found[key] = line.title, value_text(line.result.value, line.result.unit, labels)
    return found


def kept(text: str, numbers: Mapping[str, tuple[str, str]], *, title: str = "") -> str:
    """Return a text as it is kept, one paragraph a line. Raises ReportError for a number that is not there."""
    for found in TOKEN.finditer(text):
        if found[1] not in numbers:
            raise ReportError("unknown_number", chapter=title, key=found[1], known=", ".join(numbers))
    lines = (TOKEN.sub(r"[[\1]]", line.strip()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:LONGEST]


def as_edited(text: str, numbers: Mapping[str, tuple[str, str]]) -> str:
    """Return a kept text for an edit field: each reference with what it reads now."""
    return TOKEN.sub(lambda found: f"[[{found[1]}:{numbers[found[1]][1]}]]" if found[1] in numbers else found[0], text)


def as_read(text: str, numbers: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """Return the paragraphs with the numbers filled in; a number that is gone reads "—"."""
    filled = TOKEN.sub(lambda found: numbers[found[1]][1] if found[1] in numbers else "—", text)
    return tuple(line for line in filled.splitlines() if line)
