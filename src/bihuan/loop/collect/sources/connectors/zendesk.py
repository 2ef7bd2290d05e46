"""Zendesk: incremental exports, tickets and users by cursor, ticket events by time; groups by cursor pages.

Documentation: developer.zendesk.com, "Incremental Exports" (``start_time`` at first, then ``cursor``; a page carries
``after_cursor``, or ``end_time``, and ``end_of_stream``; ten requests a minute; nothing of the latest minute) and
"Cursor pagination" (``page[size]``, ``page[after]``, ``meta.has_more``, ``meta.after_cursor``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ..contracts import Get, Page, Position, Setup
from .common import basic, bearer, rows_at

PER_MINUTE = 10
# The first cursor may not begin within the latest minute.
YOUNGEST = timedelta(minutes=2)
BEGINNING = datetime(2005, 1, 1, tzinfo=UTC)


def headers(user: str, secret: str, options: Mapping[str, Any]) -> dict[str, str]:
    """An API token goes with the mail address of its agent; an OAuth token alone."""
    return basic(f"{user}/token", secret) if user else bearer(secret)


def page(get: Get, setup: Setup, stream: str, position: Position) -> Page:
    if stream == "groups":
        return _listed(get, stream, position)
    if stream == "ticket_events":
        return _by_time(get, setup, stream, position)
    return _by_cursor(get, setup, stream, position)


def _by_cursor(get: Get, setup: Setup, stream: str, position: Position) -> Page:
    path = f"api/v2/incremental/{stream}/cursor.json"
    before = position.get("cursor")
    params: dict[str, Any] = {"cursor": before} if before else {"start_time": _start(setup)}
    if stream == "tickets":
        params["include"] = "users,groups"
    document = get(path, params).document
    rows = rows_at(document, stream, path)
    for row in rows:
        # As exports of tables call it; the answer keeps its own way of saying it.
        via = row.get("via")
        row["via_channel"] = via.get("channel") if isinstance(via, dict) else None
    after = document.get("after_cursor") or before
    ended = bool(document.get("end_of_stream"))
    stuck = not ended and after == before
    return Page(rows, {"cursor": after} if after else {}, more=not ended and not stuck,
                note="same_cursor" if stuck else "", document=document)


def _by_time(get: Get, setup: Setup, stream: str, position: Position) -> Page:
    """The next page begins at ``end_time``: what lies in that very second comes twice and is known by its number."""
    path = f"api/v2/incremental/{stream}.json"
    before = int(position.get("time") or _start(setup))
    document = get(path, {"start_time": before, "include": "comment_events"}).document
    rows = rows_at(document, stream, path)
    after = int(document.get("end_time") or before)
    ended = bool(document.get("end_of_stream"))
    stuck = not ended and after == before
    return Page(rows, {"time": after}, more=not ended and not stuck, note="same_cursor" if stuck else "",
                document=document)


def _start(setup: Setup) -> int:
    return int(min(setup.start or BEGINNING, datetime.now(UTC) - YOUNGEST).timestamp())


def _listed(get: Get, stream: str, position: Position) -> Page:
    path = f"api/v2/{stream}.json"
    before = position.get("after")
    document = get(path, {"page[size]": 100, **({"page[after]": before} if before else {})}).document
    rows = rows_at(document, stream, path)
    meta = document.get("meta") or {}
    after = meta.get("after_cursor")
    more = bool(meta.get("has_more")) and after not in (None, before)
    stuck = bool(meta.get("has_more")) and not more
    # A finished list begins anew at the next turn: groups are few, and nothing tells which of them changed.
    return Page(rows, {"after": after} if more else {}, more=more, note="same_cursor" if stuck else "",
                document=document)
