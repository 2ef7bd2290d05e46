"""Zammad's ticket history as events: what a change of state means depends on the state before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

CLOSED, PENDING = {"closed", "merged"}, {"pending reminder", "pending close"}


def records(documents: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """One record an entry of the history of a ticket; articles are left to their own file."""
    for document in documents:
        entries = document.get("history")
        for entry in entries if isinstance(entries, list) else [document]:
            if entry.get("object") == "Ticket":
                yield {**entry, **_meant(entry)}


def _meant(entry: dict[str, Any]) -> dict[str, Any]:
    attribute, value = str(entry.get("attribute") or ""), str(entry.get("value_to") or "")
    if entry.get("type") == "created":
        return {"activity": "created", "kind": "opened", "actor": entry.get("created_by_id"), "actor_kind": None}
    if attribute == "state":
        return {"activity": f"state: {value}", "kind": _of_state(value, str(entry.get("value_from") or "")),
                "actor": entry.get("created_by_id"), "actor_kind": None,
                "cause": "customer" if value in PENDING else None}
    if attribute == "owner" and value not in ("", "-"):
        moved = str(entry.get("value_from") or "-") != "-"
        return {"activity": f"owner: {value}", "kind": "transferred" if moved else "assigned",
                "actor": entry.get("id_to"), "actor_kind": "agent"}
    if attribute == "group" and entry.get("type") == "updated":
        return {"activity": f"group: {value}", "kind": "transferred", "unit": value, "actor_kind": "agent"}
    return {"activity": f"{attribute or entry.get('type')}", "kind": "other", "actor": entry.get("created_by_id"),
            "actor_kind": None}


def _of_state(value: str, before: str) -> str:
    if value in CLOSED:
        return "closed"
    if value in PENDING:
        return "pending"
    if before in CLOSED:
        return "reopened"
    return "resumed" if before in PENDING else "other"
