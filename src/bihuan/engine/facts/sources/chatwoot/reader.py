"""Chatwoot's conversations and messages as records; activity lines become events with the meaning they have there.

Nothing says when somebody picked a conversation up: the first public message of a person shows it.

A mapping cannot say it: "open" is a hand-over from the bot, a reopening or a return from snoozing, by what was before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

TYPES = {"0": "incoming", "1": "outgoing", "2": "activity", "3": "template"}
BOTS = {"agent_bot", "agentbot", "captain_assistant", "captain::assistant"}
SAID = (("marked resolved", "resolved"), ("reopened", "open"), ("marked open", "open"), ("marked pending", "pending"),
        ("snoozed", "snoozed"))
GIVEN = re.compile(r"^Assigned to (?P<who>.+?)(?: via .+)? by .+$|^(?P<self>.+?) self-assigned this conversation")


def records(documents: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Conversations and messages, told apart by ``record``; the message shown with a conversation is left out."""
    found = [item for document in documents for item in _items(document)]
    messages = [item for item in found if "message_type" in item]
    for item in found:
        if "message_type" not in item and "id" in item and "status" in item:
            yield {"record": "conversation", **{key: value for key, value in item.items() if key != "messages"}}
    for case in dict.fromkeys(item["conversation_id"] for item in messages):
        yield from _told([item for item in messages if item["conversation_id"] == case])


def _items(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What an answer holds: a list under ``payload`` (conversations: under ``data``), else itself."""
    data = document.get("data", document)
    held = data.get("payload") if isinstance(data, dict) else None
    return [item for item in held if isinstance(item, dict)] if isinstance(held, list) else [document]


def _told(messages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    messages = sorted(messages, key=lambda item: (int(item["created_at"]), int(item["id"])))
    names = {item["sender"]["name"]: item["sender"]["id"] for item in messages
             if _sender_kind(item) == "agent" and item["sender"].get("name")}
    status, answered = "", False
    for item in messages:
        kind = _sender_kind(item)
        told = {"record": "message", **item, "sender_kind": kind, "public": not item.get("private", False)}
        if kind == "bot" and not status:
            status = "pending"
        if kind == "agent":
            status = "open"
            if told["public"] and not answered:
                answered = True
                told |= {"activity": "first reply", "kind": "answered", "actor": item["sender"]["id"],
                         "actor_kind": "agent"}
        if _type(item) == "activity":
            status, event = _activity(item, status, names)
            told |= event
        yield told


def _type(item: dict[str, Any]) -> str:
    return TYPES.get(str(item["message_type"]), str(item["message_type"]))


def _sender_kind(item: dict[str, Any]) -> str:
    """Who wrote: greetings and questions of the system are the bot's, what nobody sent is the system's."""
    sender = item.get("sender") or {}
    kind = str(sender.get("type") or item.get("sender_type") or "").lower()
    if _type(item) == "incoming":
        return "customer"
    if _type(item) == "template" or kind in BOTS:
        return "bot"
    return "agent" if _type(item) == "outgoing" and kind == "user" else "system"


def _activity(item: dict[str, Any], before: str, names: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """(Status afterwards, the event): newer versions say the status, older ones only write a sentence."""
    text = str(item.get("content") or "")
    told = ((item.get("content_attributes") or {}).get("activity") or {}).get("status")
    status = told or next((meant for words, meant in SAID if words in text.lower()), None)
    if status:
        return status, {"activity": f"status: {status}", "kind": _meaning(status, before)}
    if given := GIVEN.match(text):
        return before, {"activity": "assigned", "kind": "assigned",
                        "actor": names.get(given["who"] or given["self"]), "actor_kind": "agent"}
    return before, {}


def _meaning(status: str, before: str) -> str:
    if status == "open":
        return {"resolved": "reopened", "pending": "queued", "snoozed": "resumed"}.get(before, "other")
    return {"resolved": "resolved", "snoozed": "pending"}.get(status, "other")
