"""JSON and JSON lines: records, and the lists nested in them as records of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from ..errors import FactsError
from ..mapping import Mapping
from ..sniffing import encoding_of, open_text
from ..sources import reader_of
from .base import Raw, Reject
from .cells import text_of
from .flat import load_flat
from .transcript import dialogues


def kind_of(path: Path) -> str:
    """ocel, json or jsonl, told by the beginning of the file."""
    with open_text(path, encoding_of(path)) as file:
        head = file.read(1 << 16).lstrip("\ufeff \t\r\n")
    first = head.split("\n", 1)[0].strip()
    try:
        whole = isinstance(json.loads(first), dict) and "\n" in head.strip()
    except ValueError:
        whole = False
    if whole:
        return "jsonl"
    return "ocel" if head.startswith("{") and '"objectTypes"' in head and '"eventTypes"' in head else "json"


def read(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, *, kind: str) -> dict[str, Raw]:
    """{explode path: relation}. A nested record has its own keys, its ancestors' as ``parent.key`` and ``_order``.

    A file is a list of records, an object that holds one (``explode`` then says where, if it holds several), or a
    record a line. A mapping with a ``reader`` gives it the answers of an interface as they came: one a file, a list
    of them, or one a line. Dialogues in plain text (``kind`` transcript) are read like such answers.
    """
    rejects: list[Reject] = []
    paths = list(dict.fromkeys(plan.explode for plan in mapping.plans))
    raws = {}
    # A document is held whole anyway: it is parsed, and a reader's records are made of it, once for all paths.
    held = _held(path, mapping) if kind == "json" else None
    for number, wanted in enumerate(paths):
        name = f"raw_{number}"
        top = _records(path, mapping, wanted, rejects if not number else [], kind=kind, held=held)
        columns = load_flat(con, name, (_flat(record) for record in _exploded(top, wanted)))
        if columns:
            raws[wanted] = Raw(name, columns, header_row=0, rejects=rejects if not number else [])
    if mapping.plans[0].explode not in raws:
        raise FactsError("no_records", file=path.name)
    return raws


def _records(path: Path, mapping: Mapping, wanted: str, rejects: list[Reject], *, kind: str,
             held: Any) -> Iterator[dict[str, Any]]:
    """The records that ``wanted`` starts from; a reader sees whole answers, and what it makes is told apart by it."""
    if held is not None:
        return iter(held) if mapping.reader else _document(held, wanted.split("[]")[0].split(".")[0])
    if mapping.reader:
        return reader_of(mapping.reader)(_one_by_one(path, rejects, kind))
    return _one_by_one(path, rejects, kind)


def _held(path: Path, mapping: Mapping) -> Any:
    """A JSON document, or what the mapping's reader makes of it."""
    document = _loaded(path)
    return list(reader_of(mapping.reader)(_listed(document))) if mapping.reader else document


def _one_by_one(path: Path, rejects: list[Reject], kind: str) -> Iterator[dict[str, Any]]:
    return dialogues(path, rejects) if kind == "transcript" else _lines(path, rejects)


def sample(path: Path, *, kind: str, rows: int) -> list[dict[str, str | None]]:
    """The first records, flattened."""
    top = _document(_loaded(path), "") if kind == "json" else _one_by_one(path, [], kind)
    return [_flat(record) for record, _ in zip(top, range(rows))]


def _lines(path: Path, rejects: list[Reject]) -> Iterator[dict[str, Any]]:
    with open_text(path, encoding_of(path)) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip("\ufeff \t\r\n"):
                continue
            try:
                record = json.loads(line.lstrip("\ufeff"))
            except ValueError:
                record = None
            if isinstance(record, dict):
                yield record
            else:
                rejects.append(Reject(number, (line.strip(),), "bad_json"))


def _document(document: Any, first: str) -> Iterator[dict[str, Any]]:
    """The records of a document: those of its list, of the only list of objects in its object, or the object itself.

    ``first`` is the list that somebody asks for by name: the object is then left as it is.
    """
    if isinstance(document, dict):
        lists = [value for value in document.values()
                 if isinstance(value, list) and value and isinstance(value[0], dict)]
        document = lists[0] if len(lists) == 1 and first not in document else [document]
    return _listed(document)


def _loaded(path: Path) -> Any:
    with open_text(path, encoding_of(path)) as file:
        try:
            return json.loads(file.read().lstrip("\ufeff"))
        except ValueError as error:
            raise FactsError("broken_json", file=path.name, problem=str(error)) from None


def _listed(document: Any) -> Iterator[dict[str, Any]]:
    yield from (record for record in (document if isinstance(document, list) else [document])
                if isinstance(record, dict))


def _exploded(records: Iterator[dict[str, Any]], path: str) -> Iterator[dict[str, Any]]:
    """Follow "turns[].utterances[]" or "data.payload[]": the innermost items, with the scalars of every level above."""
    steps = [step.removesuffix("[]") for step in path.split(".") if step] if path else []
    for record in records:
        yield from _descend(record, steps, {}) if steps else [record]


def _descend(record: Any, steps: list[str], above: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if not steps:
        own = record if isinstance(record, dict) else {"value": record}
        yield {**above, **own}
        return
    step, *further = steps
    kept = {f"parent.{key.removeprefix('parent.')}": value for key, value in {**above, **record}.items()
            if not isinstance(value, dict | list)}
    held = record.get(step) or []
    for order, item in enumerate([held] if isinstance(held, dict) else held):
        if isinstance(item, dict | list) or not further:
            yield from _descend(item, further, {**kept, "_order": order})


def _flat(record: dict[str, Any], prefix: str = "") -> dict[str, str | None]:
    """Nested objects as dotted keys; lists as JSON text."""
    flat: dict[str, str | None] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = text_of(value)
    return flat
