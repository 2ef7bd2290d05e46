"""A definition worked out on a few real rows: how each is counted and why, and the sums that give the number shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import languages
from bihuan.engine.indicators.checking import fields_of
from bihuan.engine.indicators.contracts import Passport
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.grammar import Not, parse
from bihuan.engine.indicators.reasons import Part, deciding, ripe_at
from bihuan.engine.indicators.words import field_word, say, say_tree

from . import engine
from .lines import Cells, Mark, cells_of, column_names, fields_read, headings_of, mark_of
from .nameless import nameless
from .rows import RowsQuestion, RowSums, sums_of

LOOKED_AT = 200
EACH = {"in": 2, "out": 2, "excluded": 1, "immature": 1, "none": 1}
IDENTITIES = {"case": "case", "answer": "answer", "invitation": "case", "segment": "case", "agent_state": "agent"}


@dataclass(frozen=True)
class Reason:
    """A part of the definition that decided how a row counts."""

    text: str
    holds: bool


@dataclass(frozen=True)
class WorkedRow:
    """One real row: its cells, how it counts, and what decided that."""

    mark: Mark
    cells: Cells
    case: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Worked:
    """A definition on the rows of a period."""

    sums: RowSums
    headings: tuple[str, ...]
    rows: tuple[WorkedRow, ...]
    is_hidden: bool                                  # a field that decides is masked for the reader


def worked_example(question: RowsQuestion) -> Worked:
    """Return some rows of each way to count, as far as the period has them. Raises when the number is withheld."""
    passport, sums = question.passport, sums_of(question)
    read = fields_read(passport)
    first = (IDENTITIES.get(passport.grain, ""), passport.anchor)
    columns = [name for name in dict.fromkeys([*first, *sorted(read)]) if name in column_names(passport)]
    if passport.value and passport.value not in read:
        columns.append("value")
    hidden = bool(read & set(question.scope.masked))
    picked = _pick(question, sums)
    cells = cells_of(nameless(picked), tuple(columns))
    return Worked(sums, headings_of(tuple(columns)), tuple(
        WorkedRow(mark_of(row, passport), found, row.get("case") or "",
                  () if hidden else tuple(_reasons(row, passport)))
        for row, found in zip(picked, cells, strict=True)), hidden)


def _pick(question: RowsQuestion, sums: RowSums) -> list[dict[str, Any]]:
    """Return rows of each way to count, found among the first and the last, or asked for where those have none."""
    passport = question.passport
    found = _read(question, limit=LOOKED_AT)
    if sums.total > LOOKED_AT:
        found += _read(question, limit=LOOKED_AT, offset=max(LOOKED_AT, sums.total - LOOKED_AT))
        kinds = {_kind(row, passport) for row in found}
        for kind, text in (("in", passport.numerator), ("excluded", passport.exclusions)):
            if text and kind not in kinds:
                found += _read_those(question, text)
    sorted_in: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in found:
        sorted_in.setdefault((_kind(row, passport), mark_of(row, passport).label), []).append(row)
    order = sorted(sorted_in, key=lambda key: list(EACH).index(key[0]))
    return [row for key in order for row in sorted_in[key][:1 if passport.aggregation == "nps" else EACH[key[0]]]]


def _kind(row: Mapping[str, Any], passport: Passport) -> str:
    code = mark_of(row, passport).code
    return "none" if code == "out" and not row["in_denominator"] else code


def _read(question: RowsQuestion, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    return engine.ask_rows(
        question.query, question.scope, group=question.group, limit=limit, offset=offset).to_pylist()


def _read_those(question: RowsQuestion, text: str) -> list[dict[str, Any]]:
    """Return a few rows that meet a condition; none where they may not be asked for apart."""
    where = f"({question.query.where}) and ({text})" if question.query.where else text
    try:
        return _read(replace(question, query=replace(question.query, where=where)), limit=EACH["in"])
    except IndicatorError:
        return []


def _reasons(row: Mapping[str, Any], passport: Passport) -> list[Reason]:
    code = _kind(row, passport)
    if code == "immature":
        ripe = ripe_at(passport, row)
        text = (_("观察期到 {time} 才满").format(time=timezone.localtime(ripe).strftime("%Y-%m-%d %H:%M"))
                if ripe else _("观察期还没有起算"))
        return [Reason(text, False)]
    if code == "none":
        return [Reason(_("“{name}”没有值").format(name=_in_words(say, str(passport.value))), False)]
    condition = passport.exclusions if code == "excluded" else passport.numerator or passport.denominator
    if condition in (None, "true"):
        return []
    if not all(name in row for name in fields_of(parse(str(condition))) if field_word(name) != name):
        return []  # the age of a backlog is no field of the row
    return [_told(part) for part in deciding(str(condition), row)]


def _told(part: Part) -> Reason:
    """Say what is: a negation that does not hold is told by what it denies, not by a cross before it."""
    if isinstance(part.node, Not) and not part.holds:
        return Reason(_in_words(say_tree, part.node.inner), True)
    return Reason(_in_words(say_tree, part.node), part.holds)


def _in_words(say_it: Any, what: Any) -> str:
    return languages.in_script(say_it(what, languages.code()))
