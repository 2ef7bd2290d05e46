"""Chatwoot: conversations, latest activity first, and the messages of each.

Documentation: developers.chatwoot.com, "Conversations List" (``page``, ``status=all``; 25 a page under
``data.payload``) and "Get messages" (``after`` a message's number: up to 100 later ones, oldest first).

The list is in the order of latest activity. What moves while it is read moves to its front: a page may show again
what was seen, and never hides what was not, except what has become newer than the turn's beginning; that is what the
next turn starts from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..contracts import Get, Page, Position, Row, Setup
from .common import rows_at

PER_MINUTE = 120
# Messages of one conversation are read in so many steps at most: two hundred thousand are no conversation.
MOST_STEPS = 2000


def headers(user: str, secret: str, options: Mapping[str, Any]) -> dict[str, str]:
    return {"api_access_token": secret}


def page(get: Get, setup: Setup, stream: str, position: Position) -> Page:
    """Position: ``since``, the activity up to which all is known; within a turn also ``page`` and ``top``."""
    path = f"api/v1/accounts/{setup.account}/conversations"
    number = int(position.get("page") or 1)
    document = get(path, {"status": "all", "assignee_type": "all", "sort_by": "last_activity_at_desc",
                          "page": number}).document
    found = rows_at(document, "data.payload", path)
    started = int(setup.start.timestamp()) if setup.start else 0
    since = max(int(position.get("since") or 0), started)
    top = position.get("top") or max((_active(row) for row in found), default=None)
    # What was active in the very second up to which all was known may have been half seen.
    wanted = [row for row in found if _active(row) >= since]
    more = bool(found) and len(wanted) == len(found)
    behind: Position = {"since": position.get("since"), "top": top, "page": number + 1} if more else {
        "since": top or position.get("since")}
    rows = wanted[:setup.sample]
    if stream == "messages":
        rows = [message for row in rows for message in _messages(get, setup, row)]
        return Page(rows, behind, more=more, document={"payload": rows})
    return Page(rows, behind, more=more, document={"data": {**document["data"], "payload": rows}})


def _messages(get: Get, setup: Setup, conversation: Row) -> list[Row]:
    """All messages of a conversation, oldest first: what one of them means depends on those before."""
    path = f"api/v1/accounts/{setup.account}/conversations/{int(conversation['id'])}/messages"
    known: dict[int, Row] = {}
    latest = 0
    for _ in range(MOST_STEPS):
        found = rows_at(get(path, {"after": latest}).document, "payload", path)
        fresh = {int(message["id"]): message for message in found if int(message["id"]) > latest}
        known |= fresh
        if not fresh:
            break
        latest = max(fresh)
    return [known[number] for number in sorted(known)]


def _active(row: Row) -> int:
    return int(row.get("last_activity_at") or row.get("timestamp") or 0)
