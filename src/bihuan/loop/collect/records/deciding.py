"""The decisions about one file as its page shows them, and the answers that were given."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core import languages, workspace
from bihuan.engine.facts.decisions import LIKELY, OPEN, SURE, Decision, decisions
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.mapping import Mapping, MappingError
from bihuan.engine.home import Home

from . import reading
from .answers import Answer
from .errors import Refused
from .models import Upload

NOTE = (_("说明"), "plain")
STATES = {OPEN: (_("请您决定"), "fair"), LIKELY: (_("推定"), "note"), SURE: (_("确定"), "plain")}
# These are chosen on the page before: another mapping asks other questions.
ELSEWHERE = ("preset",)
MOST_BUTTONS = 5
# What is decided about columns of a big text file is decided by its beginning.
BEGINNING_FROM = 64 * 1024 * 1024


@dataclass(frozen=True)
class Question:
    """One decision in the reader's language; ``options`` are (value, text, chosen, likeliest)."""

    name: str
    title: str
    column: str
    why: str
    state: str
    tone: str
    is_open: bool
    value: str
    options: tuple[tuple[str, str, bool, bool], ...]
    evidence: tuple[tuple[str, str], ...]

    @property
    def has_many_options(self) -> bool:
        """Whether the options are a list to open: a page of fields of ten buttons each is not read."""
        return len(self.options) > MOST_BUTTONS


@dataclass(frozen=True)
class Questions:
    """All of a file: those nobody decided, those decided, what is only told, or why there are none."""

    asked: tuple[Question, ...] = ()
    decided: tuple[Question, ...] = ()
    notes: tuple[Question, ...] = ()
    problem: str = ""


def questions_of(upload: Upload) -> Questions:
    """Return what has to be asked about a file under its mapping, and what was decided without asking."""
    try:
        found = decisions_of(upload)
    except (FactsError, MappingError, Refused) as error:
        return Questions(problem=reading.problem_of(upload, error))
    shown = [_question(decision) for decision in found if decision.code not in ELSEWHERE]
    asked, told = [one for one in shown if one.is_open], [one for one in shown if not one.is_open]
    return Questions(tuple(asked), tuple(one for one in told if one.options),
                     tuple(one for one in told if not one.options))


def decisions_of(upload: Upload) -> list[Decision]:
    """Return the engine's decisions; FactsError or MappingError where the file cannot be read so."""
    mapping = reading.mapping_of(upload)
    told = json.dumps([mapping.name, mapping.told, upload.mapping], sort_keys=True, default=str)
    return list(_decided(workspace.home(), upload.path, _Asked(mapping, told, upload)))


class _Asked:
    """A mapping as a key: the same content is the same question."""

    def __init__(self, mapping: Mapping, told: str, upload: Upload) -> None:
        self.mapping, self.told, self.upload = mapping, told, upload

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.told == other.told

    def __hash__(self) -> int:
        return hash(self.told)


@lru_cache(maxsize=64)
def _decided(home: Home, path: Path, asked: _Asked) -> tuple[Decision, ...]:
    """A received file does not change any more: one look under the same mapping is enough."""
    upload = asked.upload
    if upload.size <= BEGINNING_FROM or not any(suffix in upload.suffix for suffix in reading.CUTTABLE):
        return tuple(decisions(home, path, mapping=asked.mapping))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".txt", dir=path.parent) as cut:
        cut.write(reading.beginning_of(upload))
        cut.flush()
        return tuple(decisions(home, path, mapping=asked.mapping, beginning=Path(cut.name)))


def answers_in(upload: Upload, told: dict[str, Any]) -> list[Answer]:
    """Return the answers of a sent form: where it says something else than what is decided already."""
    given = []
    for decision in decisions_of(upload):
        value = told.get(decision.key)
        if value in {option.value for option in decision.options} and value != decision.value:
            given.append({"code": decision.code, "column": decision.column or "", "about": decision.about,
                          "field": decision.field, "value": str(value)})
    return given


def _question(decision: Decision) -> Question:
    place = 0 if languages.reads_chinese() else 1
    state, tone = NOTE if decision.is_note else STATES[decision.state]
    options = tuple((option.value, languages.in_script((option.zh, option.en)[place]), option.value == decision.value,
                     number == 0) for number, option in enumerate(decision.options))
    evidence = tuple((f"{seen.sheet}!{seen.row}" if seen.sheet else str(seen.row), seen.value)
                     for seen in decision.evidence)
    return Question(decision.key, languages.in_script(decision.title[place]), decision.column or "",
                    languages.in_script(decision.why[place]), str(state), tone,
                    decision.state == OPEN, decision.value, options, evidence)
