"""Read a mapping file and say where it is wrong."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..schema import COUNT, FLAG, METRICS, NUMBER, TABLES, TIME
from ..sources import readers
from .model import PARSERS, TAKES, Choice, Mapping, MappingError, Plan, Spread, Value

TOP = {"name", "title", "description", "reads", "table", "source", "format", "encoding", "delimiter", "sheet",
       "header_row", "zone", "dates", "missing", "signature", "generic", "case_type", "fields", "case", "event",
       "answer", "more", "explode", "new_cases_only", "when", "header_lines", "hidden_rows", "hidden_columns",
       "merged_cells", "totals", "columns", "spread", "reader", "below_header", "late_after",
       "survey"}  # what the items mean: read by the survey room
VALUE_KEYS = {"column", "columns", "aliases", "parser", "constant", "separator", "map", "default", "missing", "plus",
              "formats", "unit", "on_error", "take", "how", "optional", "vocabulary", "dates", "decimal", "clock",
              "scale", "yes", "no", "only"}
# What a mapping may choose, at its top and of a column.
CHOICES = {"hidden_rows": ("read", "leave_out"), "hidden_columns": ("read", "leave_out"),
           "totals": ("read", "leave_out"), "merged_cells": ("fill", "leave"), "header_lines": (1, 2),
           "decimal": ("point", "comma"), "clock": ("m:s", "h:m"), "scale": ("points", "share"),
           "unit": ("ms", "s", "m", "h", "d")}
WRITING = ("dates", "decimal", "unit", "clock", "scale", "yes", "no", "map", "missing", "formats")
PARSER_OF: dict[pa.DataType, str] = {TIME: "datetime", NUMBER: "number", COUNT: "integer", FLAG: "bool"}
IDS = {"id", "external_id", "case", "other", "customer", "agent", "actor", "sender", "unit", "parent", "phone",
       "employee_no", "reviewer"}
EVENT_KEYS = {"activity", "kind", "at", "actor", "actor_kind", "unit", "cause", "public", "when", "attributes"}
SPREAD_KEYS = {"columns", "leave_out", "metrics", "rename", "map", "vocabulary", "missing", "texts", "question", "only",
               "words", "choices", "separator", "reason", "parser", "values"}
PLAINLY = ("texts", "question", "only", "separator", "reason", "parser", "values")
ANSWER_KEYS = {"metric", "value", "at", "question", "survey", "agent", "customer", "text", "channel", "when",
               "entered_by", "weight", "status"}


def parse_file(path: Path, *, shipped: bool = False) -> Mapping:
    """Read a mapping from a file; its name is the file's unless it names itself."""
    return parse(path.read_text(encoding="utf-8"), name=path.stem, shipped=shipped)


def parse(text: str, *, name: str = "mapping", shipped: bool = False) -> Mapping:
    """Read a mapping from TOML text; raises MappingError that names the place and what to write."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(name, f"不是有效的 TOML：{error}", f"not valid TOML: {error}") from None
    _known(told, TOP, name)
    main = _main(told, name)
    plans = [main, *_case(told, main, name), *_events(told, main, name), *_answers(told, main, name),
             *_more(told, main, name), *_spreads(told, main, name)]
    lists: dict[str, Any] = {key: tuple(str(entry) for entry in _listed(told.get(key, ())))
             for key in ("dates", "missing", "signature")}
    texts = {key: told[key] for key in ("source", "format", "encoding", "delimiter", "sheet", "header_row", "zone",
                                        "reads", "case_type", "generic", "new_cases_only", "reader", "below_header",
                                        "late_after",
                                        "header_lines", "hidden_rows", "hidden_columns", "merged_cells", "totals")
             if key in told}
    _check_dates(lists["dates"], name)
    if told.get("reader", "") not in ("", *readers()):
        raise MappingError(f"{name}.reader", f"可选：{'、'.join(readers())}。", f"one of: {', '.join(readers())}.")
    _check_choices(told, name)
    _check_moment(told.get("late_after"), f"{name}.late_after")
    return Mapping(name=told.get("name", name), plans=tuple(plans), title=_spoken(told.get("title", name)),
                   description=_spoken(told.get("description", "")), shipped=shipped, columns=_writings(told, name),
                   told=told, **lists, **texts)


def _check_moment(told: Any, where: str) -> None:
    try:
        if told is None or datetime.fromisoformat(told).tzinfo is not None:
            return
    except (TypeError, ValueError):
        pass
    raise MappingError(where, "请写带时区的时间，如 2026-03-31T18:00:00+08:00。",
                       "write a moment with its offset, such as 2026-03-31T18:00:00+08:00.")


def _writings(told: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """[columns."Opened"]: how the cells of a column are written, in the shape of the fields of a Value."""
    columns = told.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(entry, dict) for entry in columns.values()):
        raise MappingError(f"{name}.columns", "请写 [columns.\"列名\"]。", "write [columns.\"Column\"].")
    return {column: writing_of(entry, f"{name}.columns.{column}") for column, entry in columns.items()}


def writing_of(entry: dict[str, Any], where: str) -> dict[str, Any]:
    """How cells are written, as fields of a Value; raises MappingError that names what is not known."""
    _known(entry, set(WRITING), where)
    _check_choices(entry, where)
    lists: dict[str, Any] = {key: tuple(str(one) for one in _listed(entry[key]))
                             for key in ("dates", "yes", "no", "missing", "formats") if key in entry}
    _check_dates(lists.get("dates", ()), where)
    mapped = {"mapped": _mapped({"map": entry["map"]})} if "map" in entry else {}
    return {**{key: entry[key] for key in ("decimal", "unit", "clock", "scale") if key in entry}, **lists, **mapped}


def _check_choices(entry: dict[str, Any], where: str) -> None:
    for key, allowed in CHOICES.items():
        if key in entry and entry[key] not in allowed:
            listed = [str(one) for one in allowed]
            raise MappingError(f"{where}.{key}", f"可选：{'、'.join(listed)}。", f"one of: {', '.join(listed)}.")


def _main(told: dict[str, Any], name: str) -> Plan:
    table = told.get("table")
    if table not in TABLES:
        raise MappingError(f"{name}.table", f"请写出要填充的表，可选：{'、'.join(TABLES)}。",
                           f"name the table to fill, one of: {', '.join(TABLES)}.")
    return Plan(table, _values(told.get("fields", {}), table, f"{name}.fields"), when=_when(told, name),
                explode=told.get("explode", ""))


def _case(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    """Cases made from event records; without a [case] part an event mapping still makes bare cases."""
    if "case" not in told:
        return []
    if main.table != "events":
        raise MappingError(f"{name}.case", "只有 table = \"events\" 的映射才能由事件行生成工单。",
                           "only a mapping with table = \"events\" makes cases from event rows.")
    values = _values(told["case"], "cases", f"{name}.case")
    return [Plan("cases", {"external_id": main.fields["case"], **values}, role="case")]


def _events(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    plans = []
    for index, entry in enumerate(told.get("event", ())):
        where = f"{name}.event[{index}]"
        _known(entry, EVENT_KEYS, where)
        if not isinstance(entry.get("activity"), str) or "at" not in entry:
            raise MappingError(where, "需要 activity（事件名称）和 at（时间列）。",
                               "needs activity (the event's name) and at (a time column).")
        fields = {key: value for key, value in entry.items() if key not in ("when", "activity")}
        values = _values(fields, "events", where, constants=("kind", "actor_kind", "cause", "public"))
        values |= {"activity": Value(constant=entry["activity"]), "origin": Value(constant="stamp"),
                   "case": main.fields["external_id"]}
        plans.append(Plan("events", values, role="side", when=_when(entry, where), tag=entry["activity"]))
    return plans


def _answers(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    plans = []
    for index, entry in enumerate(told.get("answer", ())):
        where = f"{name}.answer[{index}]"
        _known(entry, ANSWER_KEYS, where)
        fields = {key: value for key, value in entry.items() if key != "when"}
        values = _values(fields, "answers", where, constants=("metric", "question", "survey", "status"))
        if not {"metric", "value", "at"} <= set(values):
            raise MappingError(where, "需要 metric、value（评分列）和 at（时间）。",
                               "needs metric, value (the rating's column) and at (a time).")
        values["case"] = main.fields.get("external_id") or main.fields["case"]
        tag = entry.get("question") or entry["metric"]
        plans.append(Plan("answers", values, role="side", when=_when(entry, where), tag=str(tag)))
    return plans


def _more(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    """Further tables: from nested lists of a JSON file, or further rows of the same record."""
    plans = []
    for index, entry in enumerate(told.get("more", ())):
        where = f"{name}.more[{index}]"
        _known(entry, {"table", "explode", "fields", "when", "tag"}, where)
        table = entry.get("table")
        if table not in TABLES:
            raise MappingError(f"{where}.table", f"可选：{'、'.join(TABLES)}。", f"one of: {', '.join(TABLES)}.")
        values = _values(entry.get("fields", {}), table, f"{where}.fields")
        values.update(_of_parent(values, table, main, bool(entry.get("explode"))))
        plans.append(Plan(table, values, role="side", when=_when(entry, where), explode=entry.get("explode", ""),
                          tag=entry.get("tag", "")))
    return plans


def _spreads(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    """Answers from columns: a row of each, with the record's own id, time, customer and weight."""
    plans = []
    for index, entry in enumerate(told.get("spread", ())):
        where = f"{name}.spread[{index}]"
        _known(entry, SPREAD_KEYS, where)
        if main.table != "answers" or "columns" not in entry:
            raise MappingError(where, "需要 table = \"answers\" 和 columns（哪些列是答案）。",
                               "needs table = \"answers\" and columns (which columns are answers).")
        lists: dict[str, Any] = {key: tuple(_listed(entry.get(key, ()))) for key in ("columns", "leave_out")}
        pairs: dict[str, Any] = {key: tuple((one, tuple(_listed(names))) for one, names in entry.get(key, {}).items())
                 for key in ("metrics", "rename", "choices")}
        if wrong := {metric for metric, _ in pairs["metrics"]} - set(METRICS):
            raise MappingError(f"{where}.metrics", f"不认识 {'、'.join(wrong)}，可选：{'、'.join(METRICS)}。",
                               f"unknown {', '.join(wrong)}; choose from {', '.join(METRICS)}.")
        if entry.get("parser", "number") not in PARSERS:
            raise MappingError(f"{where}.parser", f"可选：{'、'.join(PARSERS)}。", f"one of: {', '.join(PARSERS)}.")
        told_plainly = {key: entry[key] for key in PLAINLY if key in entry}
        spread = Spread(**lists, **pairs, mapped=_mapped(entry), words=_mapped({"map": entry.get("words", {})}),
                        missing=tuple(str(cell) for cell in _listed(entry.get("missing", ()))), **told_plainly)
        kept = {field: value for field, value in main.fields.items() if field not in ("value", "text", "question")}
        plans.append(Plan("answers", kept, role="side", when=main.when, explode=main.explode, spread=spread))
    return plans


def _of_parent(values: dict[str, Value], table: str, main: Plan, nested: bool) -> dict[str, Value]:
    """The case of further rows, unless they say it themselves, is that of the record they lie in."""
    given = main.fields.get("external_id") or main.fields.get("case")
    if given is None or "case" in values or "case" not in TABLES[table].names:
        return {}
    columns = tuple(f"parent.{column}" for column in given.columns) if nested else given.columns
    return {"case": replace(given, columns=columns)}


def _values(told: dict[str, Any], table: str, where: str, constants: tuple[str, ...] = ()) -> dict[str, Value]:
    kinds = {**dict(TABLES[table].fields), "source": pa.string()}
    values = {}
    for field, entry in told.items():
        if field not in kinds:
            raise MappingError(f"{where}.{field}", f"{table} 表没有这个字段，可选：{'、'.join(kinds)}。",
                               f"{table} has no such field; choose from: {', '.join(kinds)}.")
        constant = field in constants and not isinstance(entry, dict)
        values[field] = _value({"constant": entry} if constant else entry, field, kinds[field], f"{where}.{field}")
    return values


def _value(entry: Any, field: str, kind: pa.DataType, where: str) -> Value:
    if isinstance(entry, str):
        entry = {"column": entry}
    if isinstance(entry, list):
        entry = {"aliases": entry}
    if not isinstance(entry, dict):
        raise MappingError(where, "请写列名，或 {column = …, parser = …}。",
                           "write a column's name or {column = ..., parser = ...}.")
    _known(entry, VALUE_KEYS, where)
    parser = entry.get("parser") or PARSER_OF.get(kind) or ("id" if field in IDS else "text")
    for key, allowed in (("parser", PARSERS), ("take", TAKES), ("on_error", ("row", "cell")),
                         ("how", ("alias", "first", "join", "object", "rest"))):
        if key in entry and entry[key] not in allowed:
            raise MappingError(f"{where}.{key}", f"可选：{'、'.join(allowed)}。", f"one of: {', '.join(allowed)}.")
    # What the field's value looks like may be said here or, for all fields of a column, under [columns].
    writing = writing_of({key: entry[key] for key in WRITING[:7] if key in entry}, where)
    columns, how = _columns(entry, where)
    constant = entry.get("constant")
    return Value(
        columns=columns, how=how, parser=parser,
        constant=None if constant is None else str(constant).lower() if isinstance(constant, bool) else str(constant),
        separator=entry.get("separator", " "), mapped=_mapped(entry), default=entry.get("default"),
        missing=tuple(str(cell) for cell in _listed(entry.get("missing", ()))),
        plus=tuple(_listed(entry.get("plus", ()))),
        formats=tuple(_listed(entry.get("formats", ()))), on_error=entry.get("on_error", ""),
        take=entry.get("take", "last"), optional=entry.get("optional", False), only=entry.get("only", False), **writing)


def _columns(entry: dict[str, Any], where: str) -> tuple[tuple[str, ...], str]:
    if "column" in entry:
        return (entry["column"],), "alias"
    if "aliases" in entry:
        return tuple(entry["aliases"]), "alias"
    if entry.get("how") == "rest":
        return tuple(entry.get("columns", ())), "rest"
    if "columns" in entry:
        return tuple(entry["columns"]), entry.get("how", "join")
    if "constant" in entry:
        return (), "alias"
    raise MappingError(where, "请给出 column、columns、aliases 或 constant 之一。",
                       "give one of column, columns, aliases or constant.")


def _mapped(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The value map, the mapping's own entries before those of a shared vocabulary."""
    mapped = {str(cell).lower(): str(value) for cell, value in vocabulary(entry.get("vocabulary")).items()}
    mapped |= {str(cell).lower(): str(value) for cell, value in entry.get("map", {}).items()}
    return tuple(mapped.items())


@lru_cache(maxsize=8)
def vocabulary(name: str | None) -> dict[str, str]:
    """A shared list of words and what they mean to us: {cell in lower case: value}."""
    if name is None:
        return {}
    told = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))
    if name not in told:
        raise MappingError(f"vocabulary = {name}", f"可选：{'、'.join(told)}。", f"one of: {', '.join(told)}.")
    return {str(word).lower(): value for value, words in told[name].items() for word in words}


def _when(entry: dict[str, Any], where: str) -> tuple[Choice, ...]:
    choices = []
    for column, cells in entry.get("when", {}).items():
        negated = isinstance(cells, dict) and "not" in cells
        listed = _listed(cells["not"] if negated else cells)
        if not column or any(isinstance(cell, dict) for cell in listed):
            raise MappingError(f"{where}.when", "请写 {\"列名\" = [\"值\"]} 或 {\"列名\" = {not = [\"值\"]}}。",
                               "write {\"Column\" = [\"value\"]} or {\"Column\" = {not = [\"value\"]}}.")
        choices.append(Choice(column, tuple(str(cell) for cell in listed), negated))
    return tuple(choices)


def _check_dates(dates: tuple[str, ...], name: str) -> None:
    if wrong := set(dates) - {"ymd", "dmy", "mdy"}:
        raise MappingError(f"{name}.dates", f"不认识 {'、'.join(wrong)}，可选：ymd、dmy、mdy。",
                           f"unknown {', '.join(wrong)}; choose from ymd, dmy, mdy.")


def _known(entry: dict[str, Any], allowed: set[str], where: str) -> None:
    if wrong := set(entry) - allowed:
        raise MappingError(where, f"不认识 {'、'.join(sorted(wrong))}，可选：{'、'.join(sorted(allowed))}。",
                           f"unknown {', '.join(sorted(wrong))}; choose from {', '.join(sorted(allowed))}.")


def _listed(told: Any) -> list[Any]:
    return list(told) if isinstance(told, list | tuple) else [told]


def _spoken(told: Any) -> dict[str, str]:
    return dict(told) if isinstance(told, dict) else {"zh": str(told), "en": str(told)}
