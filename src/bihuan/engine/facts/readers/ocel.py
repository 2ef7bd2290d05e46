"""OCEL 2.0 logs in JSON: an event of several objects becomes a record for the object that is the case."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from ..errors import FactsError
from ..sniffing import open_text
from .base import Raw
from .cells import text_of
from .flat import load_flat


def read(con: duckdb.DuckDBPyConnection, path: Path, case_type: str | None) -> Raw:
    """Records like those of an XES log: ``case:concept:name``, ``concept:name``, ``time:timestamp``, attributes.

    ``case_type`` names the object type that is the case; without it, the type whose objects take part in the most
    events alone (one object of the type in the event). Attributes of the case come as ``case:<name>``, those of
    other objects of the event as ids under their type's name.
    """
    log = _log(path)
    objects = {told["id"]: told for told in log["objects"]}
    chosen = case_type or _case_type(log, objects)
    if chosen is None or not any(told["type"] == chosen for told in objects.values()):
        types = ", ".join(sorted({told["type"] for told in objects.values()}))
        raise FactsError("no_case_type", file=path.name, asked=chosen or "-", types=types)
    columns = load_flat(con, "raw_text", _records(log, objects, chosen))
    if not columns:
        raise FactsError("no_records", file=path.name)
    return Raw("raw_text", columns, trim=False)


def _log(path: Path) -> dict[str, Any]:
    """The log, once it has the parts that are read here; raises "broken_json"."""
    try:
        with open_text(path, "utf-8-sig") as file:
            log = json.load(file)
        for told in log["objects"]:
            _ = told["id"], told["type"], [(entry["name"], entry["value"]) for entry in told.get("attributes", ())]
        for told in log["events"]:
            _ = told["id"], told["type"], told["time"], [entry["objectId"] for entry in told.get("relationships", ())]
            _ = [(entry["name"], entry["value"]) for entry in told.get("attributes", ())]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FactsError("broken_json", file=path.name, problem=f"{type(error).__name__}: {error}") from None
    return log


def _case_type(log: dict[str, Any], objects: dict[str, Any]) -> str | None:
    alone: Counter[str] = Counter()
    for event in log.get("events", ()):
        types = Counter(objects[told["objectId"]]["type"] for told in event.get("relationships", ())
                        if told["objectId"] in objects)
        alone.update(kind for kind, times in types.items() if times == 1)
    return max(alone, key=lambda kind: (alone[kind], kind)) if alone else None


def _records(log: dict[str, Any], objects: dict[str, Any], chosen: str) -> Iterator[dict[str, str | None]]:
    for event in sorted(log.get("events", ()), key=lambda told: told["time"]):
        related = [told["objectId"] for told in event.get("relationships", ()) if told["objectId"] in objects]
        others = {objects[name]["type"]: name for name in related if objects[name]["type"] != chosen}
        for name in related:
            if objects[name]["type"] == chosen:
                yield {"case:concept:name": name, "concept:name": event["type"], "time:timestamp": event["time"],
                       "ocel:eid": event["id"], **others, **_attributes(event), **_attributes(objects[name], "case:")}


def _attributes(told: dict[str, Any], prefix: str = "") -> dict[str, str | None]:
    """The attributes of an event or object; of one that changes over time the last value."""
    ordered = sorted(told.get("attributes", ()), key=lambda entry: str(entry.get("time", "")))
    return {prefix + entry["name"]: text_of(entry["value"]) for entry in ordered}
