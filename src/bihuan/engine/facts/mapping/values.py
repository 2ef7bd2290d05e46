"""The values of a mapping's fields, and the checks that every part of a mapping file goes through."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from bihuan.engine.characters import spellings

from ..schema import COUNT, FLAG, NUMBER, TABLES, TIME
from .model import PARSERS, TAKES, Choice, MappingError, Value

VALUE_KEYS = {"column", "columns", "aliases", "parser", "constant", "separator", "map", "default", "missing", "plus",
              "plus_if_any", "formats", "unit", "on_error", "take", "how", "optional", "vocabulary", "dates",
              "decimal", "clock", "scale", "yes", "no", "only"}
# What a mapping may choose, at its top and of a column.
CHOICES = {"hidden_rows": ("read", "leave_out"), "hidden_columns": ("read", "leave_out"),
           "totals": ("read", "leave_out"), "merged_cells": ("fill", "leave"), "header_lines": (1, 2),
           "decimal": ("point", "comma"), "clock": ("m:s", "h:m"), "scale": ("points", "share"),
           "unit": ("ms", "s", "m", "h", "d")}
WRITING = ("dates", "decimal", "unit", "clock", "scale", "yes", "no", "map", "missing", "formats", "present")
PARSER_OF: dict[pa.DataType, str] = {TIME: "datetime", NUMBER: "number", COUNT: "integer", FLAG: "bool"}
IDS = {"id", "external_id", "case", "other", "customer", "agent", "actor", "sender", "unit", "parent", "phone",
       "employee_no", "reviewer"}


def check_moment(told: Any, where: str) -> None:
    try:
        if told is None or datetime.fromisoformat(told).tzinfo is not None:
            return
    except (TypeError, ValueError):
        pass
    raise MappingError(where, "请写带时区的时间，如 2026-03-31T18:00:00+08:00。",
                       "write a moment with its offset, such as 2026-03-31T18:00:00+08:00.")


def writing_of(entry: dict[str, Any], where: str) -> dict[str, Any]:
    """How cells are written, as fields of a Value; raises MappingError that names what is not known."""
    check_known(entry, set(WRITING), where)
    check_choices(entry, where)
    lists: dict[str, Any] = {key: tuple(str(one) for one in listed(entry[key]))
                             for key in ("dates", "yes", "no", "missing", "formats", "present") if key in entry}
    check_dates(lists.get("dates", ()), where)
    mapped = _of_fields(entry["map"], where) if "map" in entry else {}
    return {**{key: entry[key] for key in ("decimal", "unit", "clock", "scale") if key in entry}, **lists, **mapped}


def _of_fields(told: dict[str, Any], where: str) -> dict[str, Any]:
    """The words of a column: for all fields it fills, and ({field: {word: value}}) for one of them alone."""
    if not isinstance(told, dict):
        raise MappingError(f"{where}.map", "请写 {\"词\" = \"值\"}。", "write {\"word\" = \"value\"}.")
    plain = {word: value for word, value in told.items() if not isinstance(value, dict)}
    of_field = {field: mapped_of({"map": words}) for field, words in told.items() if isinstance(words, dict)}
    return {**({"mapped": mapped_of({"map": plain})} if plain else {}), **({"of_field": of_field} if of_field else {})}


def check_choices(entry: dict[str, Any], where: str) -> None:
    for key, allowed in CHOICES.items():
        if key in entry and entry[key] not in allowed:
            said = [str(one) for one in allowed]
            raise MappingError(f"{where}.{key}", f"可选：{'、'.join(said)}。", f"one of: {', '.join(said)}.")


def values_of(told: dict[str, Any], table: str, where: str, constants: tuple[str, ...] = ()) -> dict[str, Value]:
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
    check_known(entry, VALUE_KEYS, where)
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
        separator=entry.get("separator", " "), mapped=mapped_of(entry), default=entry.get("default"),
        missing=tuple(str(cell) for cell in listed(entry.get("missing", ()))),
        plus=tuple(listed(entry.get("plus", ()))), plus_if_any=tuple(listed(entry.get("plus_if_any", ()))),
        formats=tuple(listed(entry.get("formats", ()))), on_error=entry.get("on_error", ""),
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


def mapped_of(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The value map, the mapping's own entries before those of a shared vocabulary."""
    own = {str(cell).lower(): str(value) for cell, value in entry.get("map", {}).items()}
    # What the mapping itself says goes before a word that is only written alike.
    return tuple({**vocabulary(entry.get("vocabulary")), **_in_both_scripts(own), **own}.items())


@lru_cache(maxsize=8)
def vocabulary(name: str | None) -> dict[str, str]:
    """A shared list of words and what they mean to us: {cell in lower case: value}."""
    if name is None:
        return {}
    told = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))
    if name not in told:
        raise MappingError(f"vocabulary = {name}", f"可选：{'、'.join(told)}。", f"one of: {', '.join(told)}.")
    return _in_both_scripts({str(word).lower(): value for value, words in told[name].items() for word in words})


def _in_both_scripts(meanings: dict[str, str]) -> dict[str, str]:
    """The same with every word in simplified and in traditional characters."""
    return {one: meaning for word, meaning in meanings.items() for one in spellings(word)}


def when_of(entry: dict[str, Any], where: str) -> tuple[Choice, ...]:
    choices = []
    for column, cells in entry.get("when", {}).items():
        negated = isinstance(cells, dict) and "not" in cells
        told = listed(cells["not"] if negated else cells)
        if not column or any(isinstance(cell, dict) for cell in told):
            raise MappingError(f"{where}.when", "请写 {\"列名\" = [\"值\"]} 或 {\"列名\" = {not = [\"值\"]}}。",
                               "write {\"Column\" = [\"value\"]} or {\"Column\" = {not = [\"value\"]}}.")
        choices.append(Choice(column, tuple(str(cell) for cell in told), negated))
    return tuple(choices)


def check_dates(dates: tuple[str, ...], name: str) -> None:
    if wrong := set(dates) - {"ymd", "dmy", "mdy"}:
        raise MappingError(f"{name}.dates", f"不认识 {'、'.join(wrong)}，可选：ymd、dmy、mdy。",
                           f"unknown {', '.join(wrong)}; choose from ymd, dmy, mdy.")


def check_known(entry: dict[str, Any], allowed: set[str], where: str) -> None:
    if wrong := set(entry) - allowed:
        raise MappingError(where, f"不认识 {'、'.join(sorted(wrong))}，可选：{'、'.join(sorted(allowed))}。",
                           f"unknown {', '.join(sorted(wrong))}; choose from {', '.join(sorted(allowed))}.")


def listed(told: Any) -> list[Any]:
    return list(told) if isinstance(told, list | tuple) else [told]


def spoken(told: Any) -> dict[str, str]:
    return dict(told) if isinstance(told, dict) else {"zh": str(told), "en": str(told)}
