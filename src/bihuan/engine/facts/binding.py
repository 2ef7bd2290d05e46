"""Join a mapping to the columns a file really has: which cells are read, and how each is judged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from .errors import FactsError
from .identity import TELLING
from .mapping import Choice, Mapping, Plan, Value
from .mapping.spread import spread_out
from .readers.base import Raw
from .schema import (
    ACTOR_KINDS,
    CASE_KINDS,
    CHANNELS,
    COUNT,
    DUE,
    EVENT_KINDS,
    FLAG,
    HAPPENED,
    METRICS,
    NUMBER,
    PAUSE_CAUSES,
    SKILL_LEVELS,
    TABLES,
    TEXT,
    TIME,
    UNIT_KINDS,
)
from .sniffing import folded

ALLOWED: dict[tuple[str, str], tuple[str, ...]] = {
    ("cases", "channel"): CHANNELS, ("cases", "kind"): CASE_KINDS, ("events", "kind"): EVENT_KINDS,
    ("events", "actor_kind"): ACTOR_KINDS, ("events", "cause"): PAUSE_CAUSES, ("messages", "sender_kind"): ACTOR_KINDS,
    ("messages", "channel"): CHANNELS, ("answers", "metric"): METRICS, ("answers", "channel"): CHANNELS,
    ("answers", "status"): ("valid", "late", "test", "staff", "withdrawn"), ("invitations", "channel"): CHANNELS,
    ("agent_states", "channel"): CHANNELS, ("exposures", "channel"): CHANNELS, ("units", "kind"): UNIT_KINDS,
    ("exposures", "kind"): ("contact", "customer", "order"), ("events", "origin"): ("log", "stamp"),
    ("agent_states", "state"): ("available", "talk", "hold", "wrap", "busy", "break", "training"),
    ("skills", "level"): SKILL_LEVELS,
}
# The shared lists of words that such a field's cells are looked up in.
VOCABULARIES = {
    ("cases", "channel"): "channel", ("cases", "kind"): "case_kind", ("events", "kind"): "activity",
    ("events", "actor_kind"): "actor_kind", ("events", "cause"): "cause", ("messages", "sender_kind"): "actor_kind",
    ("messages", "channel"): "channel", ("answers", "metric"): "metric", ("answers", "channel"): "channel",
    ("invitations", "channel"): "channel", ("units", "kind"): "unit_kind", ("agent_states", "state"): "agent_state",
    ("agent_states", "channel"): "channel", ("exposures", "channel"): "channel", ("exposures", "kind"): "exposure_kind",
    ("skills", "level"): "skill_level",
}
UNITS = {"ms": "毫秒|ms|milliseconds?", "s": "秒|秒钟|秒数|s|secs?|seconds?", "m": "分|分钟|分钟数|mins?|minutes?",
         "h": "小时|小时数|hrs?|hours?|h", "d": "天|天数|日|days?"}
PEOPLE = {"customer", "agent", "actor", "sender", "unit"}


@dataclass(frozen=True)
class Cell:
    """One value to be made of each record: for which field, out of which columns of the file, how severe an error is.

    ``severe``: a cell that cannot be understood quarantines the record; else the cell is blanked. ``required``: so
    does a missing one. ``span``: "happened" for a time that cannot lie after the import, "due" for one that may and
    belongs to a service record likewise; "" for all others.
    """

    table: str
    field: str
    kind: pa.DataType
    value: Value
    columns: tuple[str, ...]
    plus: tuple[str, ...]
    severe: bool
    required: bool
    allowed: tuple[str, ...]
    plus_if_any: tuple[str, ...] = ()
    span: str = ""

    @property
    def durations(self) -> tuple[str, ...]:
        """The columns that are added to its time."""
        return (*self.plus, *self.plus_if_any)


@dataclass(frozen=True)
class Bound:
    """A plan with its cells: {field: position in ``Bindings.cells``} and conditions on columns that exist."""

    plan: Plan
    cells: dict[str, int]
    when: tuple[Choice, ...]


@dataclass
class Bindings:
    """All cells to be read from one relation and the plans that use them."""

    cells: list[Cell]
    bounds: list[Bound]
    absent: list[str]
    unused: list[str]
    known: Columns


def bind(mapping: Mapping, raw: Raw, *, explode: str = "") -> Bindings:
    """Find the mapping's columns in the file; raises "missing_columns" when a table cannot do without one."""
    known = Columns(raw.columns, mapping.columns)
    cells: list[Cell] = []
    bounds = []
    for plan in spread_out(mapping.plans, raw.columns):
        if plan.explode == explode and (bound := _bind_plan(plan, known, cells)) is not None:
            bounds.append(bound)
    rest = [index for index, cell in enumerate(cells) if cell.value.how == "rest"]
    tested = {choice.column for bound in bounds for choice in bound.when}
    named = [cell for cell in cells if cell.value.how != "rest"]
    for index in rest:
        cells[index] = replace(cells[index], columns=tuple(known.unused(named, set())))
    if not any(bound.plan.role == "main" or bound.plan.explode for bound in bounds):
        raise FactsError("missing_columns", **missing_columns(mapping, known))
    return Bindings(cells, bounds, known.absent, [] if rest else known.unused(named, tested), known)


class Columns:
    """The header of a file; finds columns without regard to case, width and blanks."""

    def __init__(self, names: list[str], writings: dict[str, dict[str, Any]] | None = None) -> None:
        """``writings``: what the mapping says of how the cells of a column are written."""
        self.names = names
        self._writings = {folded(name): writing for name, writing in (writings or {}).items()}
        self._folded = {folded(name): name for name in reversed(names)}
        self.absent: list[str] = []

    def find(self, name: str) -> str | None:
        if name in self.names:
            return name
        return next((found for one in name.split("|") if (found := self._folded.get(folded(one)))), None)

    def of(self, value: Value) -> tuple[str, ...]:
        """The file's names of the columns a value wants; those that are not there are noted."""
        found = [column for name in value.columns if (column := self.find(name))]
        if value.columns and not found and value.constant is None and not value.optional:
            self.absent.append(value.columns[0])
        return tuple(found[:1] if value.how == "alias" else found)

    def present(self, column: str) -> tuple[str, ...]:
        """Words of a column that usually mean nothing and somebody said are values here."""
        return self._writings.get(folded(column), {}).get("present", ())

    def words(self, column: str) -> tuple[tuple[str, str], ...]:
        """(word, the word it stands for) of a column, whichever fields it fills and whatever it decides."""
        return self._writings.get(folded(column), {}).get("mapped", ())

    def decided(self, column: str, field: str, allowed: tuple[str, ...]) -> list[tuple[str, str]]:
        """(word, what somebody decided it means for a field of few words, "": nothing) of a column."""
        words = self._writings.get(folded(column), {}).get("of_field", {}).get(field, ())
        return [(word, meant) for word, meant in words if not meant or meant in allowed]

    def written(self, value: Value, columns: tuple[str, ...], field: str = "", allowed: tuple[str, ...] = ()) -> Value:
        """The value with what is known of its first column's cells; a duration's unit may stand in the header."""
        if not columns:
            return value
        writing = dict(self._writings.get(folded(columns[0]), {}))
        for key in ("of_field", "present"):
            writing.pop(key, None)
        words = {**dict(writing.get("mapped", ())), **dict(self.decided(columns[0], field, allowed))}
        if words:
            # The column's own words go before those of the field's vocabulary.
            writing["mapped"] = tuple({**dict(value.mapped), **words}.items())
        value = replace(value, **writing)
        if value.parser in ("duration", "time") and not value.unit:
            value = replace(value, unit=unit_in(columns[0]))
        return value

    def unused(self, cells: list[Cell], tested: set[str]) -> list[str]:
        used = tested | {column for cell in cells for column in (*cell.columns, *cell.durations)}
        return [name for name in self.names if name not in used and not name.startswith("_")]


def unit_in(header: str) -> str:
    """The unit that a header names in brackets or at its end; "" when it names none.

    >>> unit_in("通话时长（分钟）"), unit_in("Speed of answer in seconds"), unit_in("talk_ms"), unit_in("24小时内回复")
    ('m', 's', 'ms', '')
    """
    name = unicodedata.normalize("NFKC", header).strip().lower()
    for unit, words in UNITS.items():
        if re.search(rf"[(\[](?:单位[:/]?\s*)?(?:{words})[)\]]\s*$|(?:[_/]|\bin )(?:{words})$", name):
            return unit
        if re.search(r"(毫秒|秒|分钟|小时|天)数$", name) and re.search(rf"(?:{words})$", name):
            return unit
    return ""


def missing_columns(mapping: Mapping, known: Columns) -> dict[str, str]:
    """What the refusal says: the fields that found no column and the names they looked for."""
    main = mapping.plans[0]
    lacking = [f"{field} ({' / '.join(value.columns[:6])})" for field, value in main.fields.items()
               if field in needed(main) and value.columns and not any(known.find(name) for name in value.columns)]
    return told_columns(mapping.name, lacking or sorted(needed(main) - set(main.fields)), known.names)


def told_columns(mapping: str, lacking: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """The parts of "missing_columns", listed as either language lists."""
    return {"mapping": mapping, "lacking": "、".join(lacking), "columns": "、".join(columns[:40]),
            "lacking_en": ", ".join(lacking), "columns_en": ", ".join(columns[:40])}


def own_id(table: str) -> str | None:
    """The field that names a row for good: where a file has its column, no cell of it may be empty."""
    if table in TELLING:
        return None
    return "external_id" if table == "cases" else "id"


def needed(plan: Plan) -> set[str]:
    """The fields without whose column a plan cannot make rows; ids are made where a file has none."""
    required = set(TABLES[plan.table].required)
    return required - {"id"} if plan.table not in ("customers", "agents", "units") else required


def _bind_plan(plan: Plan, known: Columns, cells: list[Cell]) -> Bound | None:
    """A side plan without its columns is left out; the main one without them cannot be used."""
    found: dict[str, int] = {}
    for field, value in plan.fields.items():
        columns = known.of(value)
        whole = not value.plus or all(known.find(name) for name in value.plus)
        if (columns and whole) or (not value.columns and value.constant is not None) or value.how == "rest":
            found[field] = _place(cells, _cell(plan, field, value, columns, known))
    if not needed(plan) - ({"opened"} if plan.role == "case" else set()) <= set(found):
        return None
    if plan.table == "answers" and plan.role == "side" and "value" not in found:
        return None
    when = tuple(Choice(column, choice.values, choice.negated) for choice in plan.when
                 if (column := known.find(choice.column)))
    return Bound(plan, found, when) if len(when) == len(plan.when) else None


def _place(cells: list[Cell], cell: Cell) -> int:
    """The position of the cell among those to be made; fields that want the same share one, with the stricter rule."""
    for index, other in enumerate(cells):
        if (other.kind, other.value, other.columns, other.plus, other.plus_if_any, other.allowed, other.span) == (
                cell.kind, cell.value, cell.columns, cell.plus, cell.plus_if_any, cell.allowed, cell.span):
            cells[index] = replace(other, severe=other.severe or cell.severe, required=other.required or cell.required)
            return index
    cells.append(cell)
    return len(cells) - 1


def _cell(plan: Plan, field: str, value: Value, columns: tuple[str, ...], known: Columns) -> Cell:
    table = TABLES[plan.table]
    kind = dict(table.fields).get(field, TEXT)
    required = plan.role == "main" and (field in needed(plan) or field == own_id(plan.table))
    drives = required or field in table.key or field in PEOPLE or kind in (TIME, NUMBER, COUNT, FLAG)
    severe = value.on_error == "row" or (drives and not value.on_error)
    plus, plus_if_any = (tuple(column for name in names if (column := known.find(name)))
                         for names in (value.plus, value.plus_if_any))
    allowed = ALLOWED.get((plan.table, field), ())
    meant = replace(known.written(value, columns, field, allowed), columns=(), plus=(), plus_if_any=(), take="last",
                    optional=False, on_error=value.on_error if value.on_error == "none" else "")
    span = next((name for name, times in (("happened", HAPPENED), ("due", DUE)) if field in times.get(plan.table, ())),
                "")
    return Cell(plan.table, field, kind, meant, columns, plus, severe, required, allowed, plus_if_any, span)
