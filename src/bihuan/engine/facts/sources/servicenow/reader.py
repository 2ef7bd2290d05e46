"""ServiceNow records with their journal and audit, joined by sys_id: those rows do not know the record's number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

STATES = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"}
OVER = {"Resolved", "Closed", "Canceled"}
KINDS = {"New": "opened", "On Hold": "pending", "Resolved": "resolved", "Closed": "closed", "Canceled": "closed"}


def records(documents: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """One record a task, with ``journal`` and ``audit`` in their order; fields of {value, display_value} stay so."""
    rows = [row for document in documents for row in _rows(document)]
    journal, audit = _by_record(rows, "element_id"), _by_record(rows, "documentkey")
    for row in rows:
        if "number" in row:
            name = _value(row.get("sys_id"))
            caller = _value(row.get("caller_id.user_name"))
            yield {**row, "number": _value(row["number"]),
                   "journal": [_entry(one, caller) for one in journal.get(name, ())],
                   "audit": [_change(one, caller) for one in audit.get(name, ())]}


def _rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    held = document.get("result", document)
    return [row for row in (held if isinstance(held, list) else [held]) if isinstance(row, dict)]


def _value(field: Any) -> str:
    return str((field.get("value") if isinstance(field, dict) else field) or "")


def _by_record(rows: list[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted((row for row in rows if key in row), key=lambda row: _value(row.get("sys_created_on"))):
        found.setdefault(_value(row[key]), []).append(row)
    return found


def _who(user: str, caller: str) -> str:
    return "customer" if caller and user == caller else "system" if user in ("", "system", "guest") else "agent"


def _entry(row: dict[str, Any], caller: str) -> dict[str, Any]:
    user = _value(row.get("sys_created_by"))
    return {"sys_id": _value(row["sys_id"]), "at": _value(row["sys_created_on"]), "sender": user,
            "sender_kind": _who(user, caller), "public": _value(row.get("element")) == "comments",
            "text": _value(row.get("value"))}


def _change(row: dict[str, Any], caller: str) -> dict[str, Any]:
    user, field = _value(row.get("user") or row.get("sys_created_by")), _value(row.get("fieldname"))
    new, old = _value(row.get("newvalue")), _value(row.get("oldvalue"))
    told = {"sys_id": _value(row["sys_id"]), "at": _value(row["sys_created_on"]), "activity": f"{field}: {new}",
            "kind": "other", "actor": user, "actor_kind": _who(user, caller)}
    if field in ("state", "incident_state"):
        new, old = STATES.get(new, new), STATES.get(old, old)
        kind = KINDS.get(new, "other")
        if new == "In Progress":
            kind = "reopened" if old in OVER else "resumed" if old == "On Hold" else "other"
        return {**told, "activity": f"state: {new}", "kind": kind, "cause": "customer" if new == "On Hold" else None}
    if field == "assigned_to" and new:
        return {**told, "kind": "transferred" if old else "assigned", "actor": new, "actor_kind": "agent"}
    if field == "assignment_group" and new and old:
        return {**told, "kind": "transferred", "actor": None, "actor_kind": "agent", "unit": new}
    return told
