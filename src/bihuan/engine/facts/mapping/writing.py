"""Write a mapping back as the text of a file, so that what somebody decided can be kept, shared and changed by hand."""

from __future__ import annotations

import json
import re
from typing import Any

from .model import Mapping


def text_of_mapping(mapping: Mapping, **about: Any) -> str:
    """The mapping's own content as TOML, with ``about`` (name, title ...) in place of what it says itself."""
    return dumps({**mapping.told, **about})


def dumps(told: dict[str, Any]) -> str:
    """TOML text that reads back as ``told``: plain values first, then tables, then lists of tables.

    >>> print(dumps({"table": "cases", "fields": {"opened": {"column": "受理时间"}}}), end="")
    table = "cases"
    <BLANKLINE>
    [fields]
    opened = {column = "受理时间"}
    """
    plain = {key: value for key, value in told.items() if not _is_table(value) and not _is_list_of_tables(value)}
    lines = _entries(plain)
    for key, value in told.items():
        if key == "columns":
            for column, entry in value.items():
                lines += ["", f"[columns.{_key(column)}]", *_entries(entry)]
        elif _is_table(value):
            lines += ["", f"[{_key(key)}]", *_entries(value)]
        elif _is_list_of_tables(value):
            for entry in value:
                lines += ["", f"[[{_key(key)}]]", *_entries(entry)]
    return "\n".join(lines) + "\n"


def _entries(told: dict[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in told.items()]


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(_entries(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return _text(value) if isinstance(value, str) else str(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    # A TOML basic string is a JSON string that escapes DEL too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
