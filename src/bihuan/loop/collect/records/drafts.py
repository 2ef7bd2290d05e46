"""A mapping while somebody works on it: plain JSON kept with the upload, written as a mapping file in the end.

    {"table": "cases", "source": "热线系统", "dates": "ymd", "keep_rest": false,
     "fields": {"opened": {"column": "受理时间", "parser": "datetime"}, "channel": {"constant": "phone"}},
     "rating": {"column": "满意度", "metric": "csat"},
     "events": [{"activity": "接听", "kind": "answered", "column": "接听时间", "actor": "工号", "actor_kind": "agent"}]}

The last two are for cases alone: the customer's rating in the same row becomes an answer, its further times events.
``time`` beside a ``column`` is the column with the time of that day, ``plus`` that of a duration to be added.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from bihuan.engine.facts.binding import VOCABULARIES
from bihuan.engine.facts.schema import COUNT, FLAG, NUMBER, TABLES, TIME

Draft = dict[str, Any]

PARSERS_FOR: dict[pa.DataType, tuple[str, ...]] = {
    TIME: ("datetime", "date"), NUMBER: ("number", "duration", "percent"), COUNT: ("integer",), FLAG: ("bool",),
}
IDS = {"id", "external_id", "case", "other", "customer", "agent", "actor", "sender", "unit", "parent", "phone",
       "employee_no", "reviewer"}
# The engine makes these itself: from source and external number, from the record's place, from what is left over.
MADE = {"cases": {"id", "attributes"}, "events": {"attributes", "origin"}, "messages": {"attributes"},
        "customers": {"attributes"}}


def offered_fields(table: str) -> list[str]:
    """Return the fields of a table that a person maps, those it cannot do without first."""
    made = MADE.get(table, set())
    names = [name for name in TABLES[table].names if name not in made]
    return sorted(names, key=lambda name: name not in required_fields(table))


def required_fields(table: str) -> set[str]:
    """Return the fields without which a row is not taken; a case's number stands for its id."""
    needed = {name for name in TABLES[table].required if name not in MADE.get(table, set())}
    if table == "cases":
        needed.add("external_id")
    # Rows that carry no id of their own get one from what they say.
    return needed - ({"id"} if "case" in TABLES[table].names else set())


def parsers(table: str, field: str) -> tuple[str, ...]:
    """Return the parsers that can fill a field, the usual one first."""
    kind = dict(TABLES[table].fields)[field]
    if kind in PARSERS_FOR:
        return PARSERS_FOR[kind]
    return ("id", "text") if field in IDS else ("text", "id")


def is_moment(table: str, field: str) -> bool:
    """Return whether a field is a moment, whose day and time of day may stand in two columns."""
    return dict(TABLES[table].fields)[field] == TIME


def to_toml(draft: Draft, *, name: str, title: str = "", reading: dict[str, Any] | None = None) -> str:
    """Write a draft as the text of a mapping file; ``reading`` holds encoding, delimiter, sheet, header_row."""
    table = draft["table"]
    lines = [f"name = {_text(name)}", f"title = {_text(title or name)}", f"table = {_text(table)}"]
    if draft.get("source"):
        lines.append(f"source = {_text(draft['source'])}")
    if draft.get("dates"):
        lines.append(f"dates = [{_text(draft['dates'])}]")
    for key, value in (reading or {}).items():
        if value not in (None, ""):
            lines.append(f"{key} = {value if isinstance(value, int) else _text(value)}")
    if columns := columns_of(draft):
        lines.append(f"signature = [{', '.join(_text(column) for column in columns)}]")
    lines += ["", "[fields]", *(_field(table, field, told) for field, told in draft["fields"].items())]
    if draft.get("keep_rest") and "attributes" in TABLES[table].names:
        lines.append('attributes = {how = "rest"}')
    lines += [*_rating(draft), *_events(draft)]
    return "\n".join(lines) + "\n"


def columns_of(draft: Draft) -> list[str]:
    """Return the columns that fill the fields: by them the next file of this kind is recognised."""
    return list(dict.fromkeys(told[key] for told in draft["fields"].values() for key in ("column", "time")
                              if told.get(key)))


def _rating(draft: Draft) -> list[str]:
    """Return the second table of a file of cases: the customer's rating in the same row, when one was given."""
    rating, fields = draft.get("rating") or {}, draft["fields"]
    times = ("closed_at", "resolved_at", "opened")
    known = [fields[name] for name in times if fields.get(name, {}).get("column")]
    if draft["table"] != "cases" or not rating.get("column") or not known:
        return []
    # Nobody writes when the customer answered: the latest moment of the case that the row knows.
    moments = ", ".join(_text(told["column"]) for told in known)
    at = f"at = {{columns = [{moments}], how = \"first\", parser = \"datetime\"}}"
    if any(told.get("time") for told in known):
        # The first of several cannot be told among moments in two columns: the one that every row has.
        at = _field("answers", "at", known[-1])
    lines = ["", "[[answer]]", f"metric = {_text(rating['metric'])}",
             f"value = {{column = {_text(rating['column'])}, parser = \"number\", vocabulary = \"five_grades\"}}", at]
    return lines + [_field("cases", name, fields[name]) for name in ("agent", "channel") if name in fields]


def _events(draft: Draft) -> list[str]:
    lines = []
    for told in draft.get("events", ()) if draft["table"] == "cases" else ():
        lines += ["", "[[event]]", f"activity = {_text(told['activity'])}", f"kind = {_text(told['kind'])}",
                  _field("events", "at", {**told, "parser": "datetime"})]
        if told.get("actor"):
            lines.append(_field("events", "actor", {"column": told["actor"], "parser": "id"}))
        if told.get("actor_kind"):
            lines.append(f"actor_kind = {_text(told['actor_kind'])}")
    return lines


def _field(table: str, field: str, told: dict[str, str]) -> str:
    parts = []
    if told.get("column"):
        parts.append(f"columns = [{_text(told['column'])}, {_text(told['time'])}], how = \"join\"" if told.get("time")
                     else f"column = {_text(told['column'])}")
        if told.get("plus"):
            parts.append(f"plus = [{_text(told['plus'])}]")
        if told.get("parser"):
            parts.append(f"parser = {_text(told['parser'])}")
        if vocabulary := VOCABULARIES.get((table, field)):
            parts.append(f"vocabulary = {_text(vocabulary)}")
    else:
        parts.append(f"constant = {_text(told['constant'])}")
    return f"{field} = {{{', '.join(parts)}}}"


def _text(value: str) -> str:
    # A TOML basic string is a JSON string that escapes DEL too.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
