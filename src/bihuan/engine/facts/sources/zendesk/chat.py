"""Zendesk chat events, a row each: the actor's number and the original message tell who did it and what it means.

A number with ``agent:`` before it is staff, ``__system`` and ``__trigger`` are machines, another number a visitor. The
original message, where there is one, names a bot or the person at the agents' workspace.
"""

from __future__ import annotations

import json
from typing import Any

KINDS = {"chatdepartmenttransfer": "transferred", "chattransfer": "transferred", "chatrequestassign": "queued"}
MACHINES = {"__system", "__trigger"}
BOTS = ("zd:answerbot", "zd:bot")


def chat_event(row: dict[str, Any]) -> dict[str, Any]:
    """The row with ``kind``, ``actor``, ``actor_kind``, ``said``, ``seen`` and ``record`` (message or other).

    Only a message is seen by the customer as an answer: who joins has not said anything yet.
    """
    original = _original(row.get("original_message"))
    actor = str(row.get("actor_id") or "").strip()
    who = _who(actor, original)
    happened = str(row.get("type") or "").lower()
    said = row.get("message") or _text(original)
    message = happened == "chatmessage" and bool(said)
    return {**row, "actor": actor.removeprefix("agent:") if actor not in MACHINES else None, "actor_kind": who,
            "kind": _kind(happened, who), "said": said if message else None,
            "seen": message, "record": "message" if message else "other"}


def _original(told: Any) -> dict[str, Any]:
    try:
        read = json.loads(told or "{}")
    except (TypeError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _part(told: dict[str, Any], *path: str) -> Any:
    """What lies at a path of objects; None where one of them is something else."""
    found: Any = told
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _who(actor: str, original: dict[str, Any]) -> str:
    if actor in MACHINES:
        return "system"
    if str(_part(original, "source", "type") or "").lower() in BOTS:
        return "bot"
    if actor.startswith("agent:"):
        return "agent" if actor != "agent:" else "system"
    author = str(_part(original, "author", "type") or "").lower()
    return "agent" if author == "business" else "customer" if actor or author == "user" else "system"


def _text(original: dict[str, Any]) -> str | None:
    told = _part(original, "content", "text")
    text = told.get("text") if isinstance(told, dict) else told
    return text if isinstance(text, str) else None


def _kind(happened: str, who: str) -> str:
    if happened == "chatmessage":
        return "responded" if who in ("agent", "bot") else "replied" if who == "customer" else "other"
    if happened == "chatjoin":
        return "answered" if who == "agent" else "other"
    if happened == "chatleave":
        return "ended" if who == "customer" else "other"
    return KINDS.get(happened, "other")
