"""A ready mapping beside one file, in words: what it finds there, what it does not, which columns nothing reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.engine.facts.binding import Columns, needed
from bihuan.engine.facts.mapping import Mapping
from bihuan.engine.facts.mapping.model import Plan, Value
from bihuan.engine.facts.papers import ERROR_COLUMNS
from bihuan.engine.facts.schema import TABLES, TIME

from . import drafts, labels, reading, suggest
from .models import Upload

# Of the words that a column may hold, so many are named.
MOST_WORDS = 4


@dataclass(frozen=True)
class FieldLine:
    """One field that the mapping fills: out of which column of the file, read as what."""

    field: str
    column: str
    parser: str


@dataclass(frozen=True)
class PlanCard:
    """One table that the mapping fills; ``missing`` are the fields for which the file has no column.

    ``only`` says of which records it makes rows; empty where of all.
    """

    title: str
    fields: tuple[FieldLine, ...]
    missing: tuple[str, ...]
    only: str = ""


@dataclass(frozen=True)
class Described:
    """``unread`` are the file's columns that no field takes; ``kept`` whether they stay as further information.

    ``idle`` are the rows that this file has no columns for, by name.
    """

    plans: tuple[PlanCard, ...]
    idle: tuple[str, ...]
    unread: tuple[str, ...]
    kept: bool


def described(mapping: Mapping, columns: tuple[str, ...]) -> Described:
    """Return what a mapping does with a file of these columns."""
    known, read = Columns(list(columns)), set()
    cards, idle = [], []
    for plan in mapping.plans:
        # Lists inside a JSON record have columns of their own, which a first look does not know.
        if plan.explode:
            cards.append(_nested(plan))
        elif _lacks(plan, known):
            idle.append(_title(plan))
        else:
            cards.append(_card(plan, known, read))
    rest = any(value.how == "rest" for plan in mapping.plans for value in plan.fields.values())
    spread = any(plan.spread or plan.explode for plan in mapping.plans)
    unread = () if spread else tuple(one for one in columns if one not in read and one not in ERROR_COLUMNS)
    return Described(tuple(cards), tuple(dict.fromkeys(idle)), unread, rest)


def draft_from(mapping: Mapping, upload: Upload, columns: tuple[str, ...]) -> drafts.Draft | None:
    """Return a ready mapping as a draft to work on, with the likely columns for the fields it finds none for.

    None for a mapping that does more than a draft can say: several tables, conditions, columns joined to a text.
    """
    main, *others = mapping.plans
    says_more = main.explode or main.when or main.spread or not all(map(_is_event, others))
    if says_more or (mapping.shipped and not mapping.generic):
        return None
    table, known = main.table, Columns(list(columns))
    fields: dict[str, dict[str, str]] = {}
    for field, value in main.fields.items():
        if field in drafts.offered_fields(table) and (told := _drafted(table, field, value, known)):
            fields[field] = told
    events = [told for plan in others if (told := _drafted_event(plan, known))]
    taken = {told.get(key) for told in (*fields.values(), *events) for key in ("column", "time", "plus", "actor")}
    free = [column for column in columns if column not in taken and column not in ERROR_COLUMNS]
    for field, column in suggest.first_guess(table, free, suggest.known_names(reading.known_mappings())).items():
        fields.setdefault(field, {"column": column, "parser": drafts.parsers(table, field)[0]})
    keep_rest = any(value.how == "rest" for value in main.fields.values())
    return {"table": table, "source": mapping.source, "dates": mapping.dates[0] if mapping.dates else "",
            "keep_rest": keep_rest, "fields": fields, "events": events}


def _drafted(table: str, field: str, value: Value, known: Columns) -> dict[str, str] | None:
    if not value.columns:
        return {"constant": str(value.constant)} if value.constant is not None else None
    found = known.of(value)
    parser = value.parser if value.parser in drafts.parsers(table, field) else drafts.parsers(table, field)[0]
    told = {"column": found[0], "parser": parser} if found else None
    if told and value.how == "join" and len(found) == 2 and dict(TABLES[table].fields)[field] == TIME:
        told["time"] = found[1]
    return told


def _is_event(plan: Plan) -> bool:
    """Whether a draft can say it: a time of the row, with who did it."""
    at, actor = plan.fields.get("at"), plan.fields.get("actor")
    others = set(plan.fields) - {"at", "actor", "actor_kind", "kind", "activity", "origin", "case"}
    return (plan.table == "events" and plan.role == "side" and not (plan.when or plan.explode or others)
            and at is not None and len(at.plus) < 2 and not at.plus_if_any and (actor is None or bool(actor.columns)))


def _drafted_event(plan: Plan, known: Columns) -> dict[str, str] | None:
    told = _drafted("events", "at", plan.fields["at"], known)
    if not told:
        return None
    constants = {name: str(value.constant or "") for name in ("activity", "kind", "actor_kind")
                 if (value := plan.fields.get(name))}
    plus = [column for name in plan.fields["at"].plus if (column := known.find(name))]
    actor = known.of(plan.fields["actor"]) if "actor" in plan.fields else ()
    return {**told, **constants, "plus": plus[0] if plus else "", "actor": actor[0] if actor else ""}


def _lacks(plan: Plan, known: Columns) -> bool:
    """Whether a file lacks the columns without which rows beside the record cannot be made, or are not asked for."""
    if plan.role != "side" or plan.spread:
        return False
    wanted = needed(plan) | ({"value"} if plan.table == "answers" else set())
    filled = {field for field, value in plan.fields.items()
              if (known.of(value) and all(known.find(name) for name in value.plus)) or not value.columns}
    return not wanted <= filled or not all(known.find(choice.column) for choice in plan.when)


def _title(plan: Plan) -> str:
    """The table, and which of its rows: an event by its kind, an answer by what it measures."""
    told = plan.fields.get("kind" if plan.table == "events" else "metric")
    what = labels.value(plan.table, "kind" if plan.table == "events" else "metric",
                        str(told.constant)) if told and told.constant is not None else plan.tag
    return " · ".join(filter(None, (labels.table(plan.table), what)))


def _only(plan: Plan, known: Columns, read: set[str]) -> str:
    """Say of which records a plan makes rows."""
    told = []
    for choice in plan.when:
        column = known.find(choice.column) or choice.column
        read.add(column)
        words = [one or _("空") for one in choice.values]
        listed = _("、").join(words[:MOST_WORDS]) + (_("等") if len(words) > MOST_WORDS else "")
        told.append((_("“%(column)s”不是 %(words)s") if choice.negated else _("“%(column)s”是 %(words)s")) % {
            "column": column, "words": listed})
    return _("；").join(told)


def _parser(value: Value) -> str:
    return str(labels.PARSERS.get(value.parser, value.parser)) if value.columns else "—"


def _card(plan: Plan, known: Columns, read: set[str]) -> PlanCard:
    lines, missing = [], []
    for field, value in plan.fields.items():
        found = known.of(value)
        added = [column for name in (*value.plus, *value.plus_if_any) if (column := known.find(name))]
        read.update((*found, *added))
        # Where an event came from, and a name that only repeats its kind, are nothing to decide on.
        repeats = field == "activity" and not value.columns and "kind" in plan.fields
        if value.how == "rest" or field == "origin" or repeats:
            continue
        if value.columns and not found and value.constant is None:
            missing.append(labels.field(field))
        else:
            text = " + ".join([*found, *added]) if found else _("固定值：%(value)s") % {
                "value": labels.value(plan.table, field, str(value.constant))}
            lines.append(FieldLine(labels.field(field), text, _parser(value)))
    return PlanCard(_title(plan), tuple(lines), tuple(missing), _only(plan, known, read))


def _nested(plan: Plan) -> PlanCard:
    return PlanCard(_title(plan), tuple(
        FieldLine(labels.field(field), " / ".join(value.columns) or str(value.constant or "—"), _parser(value))
        for field, value in plan.fields.items()), ())
