"""Zendesk ticket audits, incremental ticket events or chat events, as one record for each thing that happened.

Two things a mapping cannot say: who somebody is (staff or customer) is known from other lists of the same answer, and
what a status means depends on the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from .chat import chat_event

STAFF = {"agent", "admin"}
OVER = {"solved", "closed"}
KINDS = {"new": "opened", "pending": "pending", "hold": "pending", "solved": "resolved", "closed": "closed"}
CAUSES = {"pending": "customer", "hold": "third_party"}


def records(documents: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """One record a status change, hand-over or comment, with ``kind``, ``actor_kind`` and the comment's text."""
    answers = list(documents)
    if answers and "chat_id" in answers[0]:
        yield from map(chat_event, answers)
        return
    roles = {str(user["id"]): str(user.get("role")) for answer in answers for user in answer.get("users") or []}
    audits = [audit for answer in answers for audit in _audits(answer)]
    people = _people(audits, roles)
    for audit in audits:
        yield from _happenings(audit, people)


def _audits(answer: dict[str, Any]) -> list[dict[str, Any]]:
    for name in ("audits", "ticket_events"):
        if name in answer:
            return list(answer[name] or [])
    return [answer] if "events" in answer or "child_events" in answer else []


def _children(audit: dict[str, Any]) -> list[dict[str, Any]]:
    """The changes and comments of an audit in one shape: ticket events name the field itself as a key."""
    found = []
    for event in audit.get("events") or audit.get("child_events") or []:
        told = {**event, "type": event.get("type") or event.get("event_type")}
        if told["type"] in ("Create", "Change") and "field_name" not in told:
            field = next((name for name in ("status", "assignee_id", "group_id") if name in event), "")
            told |= {"field_name": field, "value": event.get(field)}
        found.append(told)
    return found


def _author(audit: dict[str, Any]) -> str:
    return str(audit.get("author_id") or audit.get("updater_id") or "")


def _people(audits: list[dict[str, Any]], roles: dict[str, str]) -> dict[str, str]:
    """{user: agent | customer}: by role where the answer brings users, else by what people did.

    Whoever was given a ticket or wrote an internal comment is staff; else whoever opened a ticket is a customer.
    """
    staff = {user for user, role in roles.items() if role in STAFF}
    openers = {user for user, role in roles.items() if role == "end-user"}
    for audit in audits:
        children = _children(audit)
        for event in children:
            if event.get("field_name") == "assignee_id" and event.get("value"):
                staff.add(str(event["value"]))
            if event["type"] == "Comment" and event.get("public") is False:
                staff.add(str(event.get("author_id") or _author(audit)))
        if any(event["type"] == "Create" and event.get("field_name") == "status" for event in children):
            openers.add(_author(audit))
    return {**dict.fromkeys(openers, "customer"), **{user: "agent" for user in staff if roles.get(user) != "end-user"}}


def _happenings(audit: dict[str, Any], people: dict[str, str]) -> Iterator[dict[str, Any]]:
    about = {"ticket_id": audit["ticket_id"], "at": _moment(audit), "via": _channel(audit)}
    children = _children(audit)
    changes = {str(event.get("field_name")): event for event in children if event["type"] in ("Create", "Change")}
    order = 0
    for event in children:
        if event["type"] == "Comment":
            order += 1
            yield {**about, "seq": order, "id": event["id"], **_comment(event, audit, people)}
    if "status" in changes:
        order += 1
        yield {**about, "seq": order, "id": changes["status"]["id"], **_status(changes["status"], audit, people)}
    handed = changes.get("assignee_id") or changes.get("group_id")
    if handed and (changes.get("assignee_id", {}).get("value") or changes.get("group_id", {}).get("value")):
        yield {**about, "seq": order + 1, "id": handed["id"], **_handover(changes)}


def _comment(event: dict[str, Any], audit: dict[str, Any], people: dict[str, str]) -> dict[str, Any]:
    author = str(event.get("author_id") or _author(audit))
    public = event.get("public", event.get("comment_public")) is not False
    kind = _kind_of(author, audit, people, otherwise="agent")
    said = ("replied" if kind == "customer" else "responded") if public else "note"
    return {"record": "comment", "activity": "Comment" if public else "Internal comment", "kind": said,
            "actor": author, "actor_kind": kind, "public": public,
            "text": event.get("plain_body") or event.get("body")}


def _status(event: dict[str, Any], audit: dict[str, Any], people: dict[str, str]) -> dict[str, Any]:
    value, before = str(event.get("value")), event.get("previous_value")
    kind = KINDS.get(value, "other")
    if value == "open":
        kind = "reopened" if before in OVER else "resumed" if before in CAUSES else "other"
    return {"record": "status", "activity": f"status: {value}", "kind": kind, "cause": CAUSES.get(value),
            "actor": _author(audit), "actor_kind": _kind_of(_author(audit), audit, people, otherwise="system")}


def _handover(changes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Assignee and group of one update are one hand-over; from somebody else it is a transfer."""
    before = [changes[name].get("previous_value") for name in ("assignee_id", "group_id") if name in changes]
    transferred = any(before)
    return {"record": "handover", "activity": "transferred" if transferred else "assigned",
            "kind": "transferred" if transferred else "assigned", "actor_kind": "agent",
            "actor": changes.get("assignee_id", {}).get("value"), "unit": changes.get("group_id", {}).get("value")}


def _kind_of(user: str, audit: dict[str, Any], people: dict[str, str], *, otherwise: str) -> str:
    if user in ("", "-1") or _channel(audit) in ("rule", "system"):
        return "system"
    return people.get(user, otherwise)


def _channel(audit: dict[str, Any]) -> str:
    via = audit.get("via")
    return str((via.get("channel") if isinstance(via, dict) else via) or "").lower()


def _moment(audit: dict[str, Any]) -> str | None:
    if audit.get("created_at"):
        return str(audit["created_at"])
    told = audit.get("timestamp")
    return datetime.fromtimestamp(int(told), UTC).isoformat() if told else None
