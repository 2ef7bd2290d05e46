"""Any JSON interface whose paging is one of five ways; which one, and how its parameters are called, people state.

``none``: one answer holds all. ``page``: a number that counts up. ``offset``: rows to leave out. ``cursor``: a value
of the answer that the next question carries. ``link``: the address of the next page, in the answer or in its Link
header. With ``since_param`` only what changed is asked for; without it every turn reads all, and what is known
already is not taken again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ..contracts import Answer, Get, Page, Position, Setup
from ..errors import Trouble
from .common import at_path, basic, bearer, rows_at

PER_MINUTE = 60
# Clocks differ, and what was being written when we asked appears a moment later with an earlier time.
OVERLAP = timedelta(minutes=5)
WITHIN_A_TURN = ("page", "offset", "cursor", "next", "begun")


def headers(user: str, secret: str, options: Mapping[str, Any]) -> dict[str, str]:
    kind = options.get("auth", "bearer")
    if kind == "basic":
        return basic(user, secret)
    if kind == "header":
        return {str(options.get("auth_header") or "X-Api-Key"): secret}
    return {} if kind == "none" else bearer(secret)


def restart(position: Position) -> Position:
    """Return the position at which the turn began that this one lies in."""
    return {key: value for key, value in position.items() if key not in WITHIN_A_TURN}


def page(get: Get, setup: Setup, stream: str, position: Position) -> Page:
    """Position: ``since``, the moment up to which all is known; within a turn what its way of paging needs."""
    try:
        return _page(get, setup, position)
    except Trouble as trouble:
        if trouble.code not in ("not_found", "refused_request") or restart(position) == position:
            raise
        # Cursors and links do not live for ever: what was kept from the last turn is not known any more.
        return Page([], restart(position), more=True, note="walk_restarted")


def _page(get: Get, setup: Setup, position: Position) -> Page:
    options, paging = setup.options, setup.options.get("paging", "none")
    path = str(options.get("path", ""))
    params = _params(setup, position)
    answer = get(position["next"], None) if position.get("next") else get(path, params)
    rows = rows_at(answer.document, str(options.get("records", "")), path)
    begun = position.get("begun") or answer.at.isoformat()
    following, note = _following(options, paging, answer, position, len(rows))
    if following is None:
        since = {"since": begun} if options.get("since_param") else {}
        return Page(rows, since, more=False, note=note, document=answer.document)
    return Page(rows, {**restart(position), **following, "begun": begun}, more=True, document=answer.document)


def _params(setup: Setup, position: Position) -> dict[str, Any]:
    options, paging = setup.options, setup.options.get("paging", "none")
    params: dict[str, Any] = dict(options.get("params") or {})
    size = options.get("size")
    if options.get("size_param") and size:
        params[options["size_param"]] = size
    if paging == "page":
        params[options.get("page_param") or "page"] = position.get("page", int(options.get("first_page", 1)))
    if paging == "offset":
        params[options.get("page_param") or "offset"] = position.get("offset", 0)
    if paging == "cursor" and position.get("cursor"):
        params[options.get("page_param") or "cursor"] = position["cursor"]
    if options.get("since_param"):
        since = _since(setup, position)
        if since is not None:
            params[options["since_param"]] = _written(since, options.get("since_format", "iso"))
    return params


def _since(setup: Setup, position: Position) -> datetime | None:
    if position.get("since"):
        return datetime.fromisoformat(position["since"]) - OVERLAP
    return setup.start


def _written(moment: datetime, how: str) -> str | int:
    if how == "seconds":
        return int(moment.timestamp())
    if how == "milliseconds":
        return int(moment.timestamp() * 1000)
    if how == "date":
        return moment.strftime("%Y-%m-%d")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _following(options: Mapping[str, Any], paging: str, answer: Answer, position: Position,
               rows: int) -> tuple[Position | None, str]:
    """Return what leads to the next page, None after the last one, and a note where the paging goes in a circle."""
    if paging == "page":
        number = int(position.get("page", int(options.get("first_page", 1))))
        return ({"page": number + 1} if rows else None), ""
    if paging == "offset":
        return ({"offset": int(position.get("offset", 0)) + rows} if rows else None), ""
    if paging == "cursor":
        cursor = at_path(answer.document, str(options.get("next", "")))
        if cursor in (None, "", False):
            return None, ""
        return (None, "same_cursor") if cursor == position.get("cursor") else ({"cursor": cursor}, "")
    if paging == "link":
        link = at_path(answer.document, str(options["next"])) if options.get("next") else answer.next_link
        if not isinstance(link, str) or not link:
            return None, ""
        return (None, "same_cursor") if link == position.get("next") else ({"next": link}, "")
    return None, ""
