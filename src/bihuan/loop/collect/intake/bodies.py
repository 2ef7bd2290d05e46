"""Reading what is pushed: bytes to rows, and every reason why they are none. Hostile input ends here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.http import HttpRequest

from bihuan.engine.facts.schema import TABLES

from .errors import Refused

MOST_ROWS = 5000
DEEPEST = 32
JSON_TYPES = ("application/json",)
LINE_TYPES = ("application/x-ndjson", "application/jsonl")
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
NUL = re.compile(rb"\\u0000")


def content_of(request: HttpRequest, *, lines: bool) -> tuple[bytes, bool]:
    """Return the body and whether it is one JSON document a line; refuses other types and more than the limit."""
    types = JSON_TYPES + (LINE_TYPES if lines else ())
    kind, _, options = request.headers.get("Content-Type", "").lower().partition(";")
    charset = options.strip().removeprefix("charset=").strip('" ')
    if kind.strip() not in types or charset not in ("", "utf-8", "utf8") or "Content-Encoding" in request.headers:
        raise Refused("content_type", types=" / ".join(types))
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        raise Refused("length_required")
    if int(length) > settings.BIHUAN_PUSH["bytes"]:
        raise Refused("too_large", size=length[:20], limit=settings.BIHUAN_PUSH["bytes"])
    return request.body, kind.strip() in LINE_TYPES


def rows_of(body: bytes, *, lines: bool) -> list[dict[str, Any]]:
    """Return the rows of a body: a list of objects, one object, or an object a line."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("bad_encoding") from error
    found = _parse_lines(text) if lines else _parse(text)
    rows = found if isinstance(found, list) else [found]
    if not rows:
        raise Refused("no_rows")
    if len(rows) > MOST_ROWS:
        raise Refused("too_many_rows", rows=len(rows), limit=MOST_ROWS)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not row:
            raise Refused("not_rows", row=number)
    if SURROGATE.search(body) or NUL.search(body):
        _check_characters(rows)
    _check_depth(rows)
    return rows


def check_fields(table: str, rows: list[dict[str, Any]]) -> None:
    """Refuse rows in the table's own names that name a field it does not have, or lack what tells rows apart."""
    known = {*TABLES[table].names, "source"}
    for number, row in enumerate(rows, start=1):
        for name in row:
            if name not in known:
                raise Refused("unknown_field", row=number, field=name[:60], fields=", ".join(sorted(known)))
        for choices in needed(table):
            if not any(_says(row.get(name)) for name in choices):
                raise Refused("id_missing", row=number, field=choices[0])


def needed(table: str) -> list[tuple[str, ...]]:
    """Return what a row must say to be told from others, each with alternatives."""
    if table == "cases":
        return [("external_id", "id")]
    return [(name,) for name in TABLES[table].key if name != "valid_from"]


def _says(value: Any) -> bool:
    return value is not None and not isinstance(value, bool | list | dict) and str(value).strip() != ""


def _parse(text: str, line: int = 1) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Refused("bad_json", line=line + error.lineno - 1, problem=error.msg) from error
    except RecursionError as error:
        raise Refused("too_deep", limit=DEEPEST) from error
    except ValueError as error:
        raise Refused("bad_json", line=line, problem="number") from error


def _parse_lines(text: str) -> list[Any]:
    # Only line feeds end a line: other separators of Unicode may stand inside a text.
    return [_parse(line, number) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


def _no_constant(word: str) -> NoReturn:
    raise json.JSONDecodeError(f"{word} is no JSON", word, 0)


def _check_characters(rows: list[dict[str, Any]]) -> None:
    """Half characters and NUL cannot be stored; they come only by escapes."""
    try:
        text = json.dumps(rows, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError as error:
        raise Refused("bad_encoding") from error
    if "\\u0000" in text:
        raise Refused("bad_encoding")


def _check_depth(rows: list[dict[str, Any]]) -> None:
    level: list[Any] = [value for row in rows for value in row.values() if isinstance(value, dict | list)]
    for _ in range(DEEPEST):
        if not level:
            return
        level = [inner for value in level for inner in (value.values() if isinstance(value, Mapping) else value)
                 if isinstance(inner, dict | list)]
    raise Refused("too_deep", limit=DEEPEST)
