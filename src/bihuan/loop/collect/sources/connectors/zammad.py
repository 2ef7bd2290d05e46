"""Zammad: the list of tickets by number, and articles or history of those that changed.

Documentation: docs.zammad.org, "Introduction" (``Authorization: Token token=...``; ``page`` and ``per_page``, at
most 100, until a page comes back empty; ``expand=true`` gives names beside numbers), "Ticket" and
"Ticket Articles" (``ticket_articles/by_ticket/{id}``); the history (``ticket_history/{id}``) as its own pages ask.

The list cannot be asked for changes only (its search can, where a search engine is installed). So it is walked, and
only what changed since the last walk is kept. A ticket that is deleted meanwhile moves its followers forward by one
place, over the edge of a page: therefore every seventh day everything is compared once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ..contracts import Get, Page, Position, Row, Setup
from .common import rows_at

PER_MINUTE = 300
PAGE_ROWS = 100
OVERLAP = timedelta(minutes=5)
COMPARE_EVERY = timedelta(days=7)


def headers(user: str, secret: str, options: Mapping[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Token token={secret}"}


def page(get: Get, setup: Setup, stream: str, position: Position) -> Page:
    """Position: ``since``, the change up to which all is known, and ``compared``; within a walk ``page``, ``begun``."""
    path = "api/v1/tickets"
    number = int(position.get("page") or 1)
    answer = get(path, {"expand": "true", "page": number, "per_page": PAGE_ROWS})
    found = rows_at(answer.document, "", path)
    begun = position.get("begun") or answer.at.isoformat()
    compared = position.get("compared") or begun
    since = position.get("since")
    if datetime.fromisoformat(begun) - datetime.fromisoformat(compared) >= COMPARE_EVERY:
        since = None
    wanted = [row for row in found if _is_wanted(row, since, setup.start)]
    rows, document = wanted[:setup.sample], None
    if stream == "articles":
        rows = [article for row in rows for article in _articles(get, row)]
    if stream == "history":
        rows = [entry for row in rows for entry in _history(get, row)]
        document = {"history": rows}
    if found:
        return Page(rows, {**position, "begun": begun, "compared": compared, "page": number + 1}, more=True,
                    document=document)
    known = (datetime.fromisoformat(begun) - OVERLAP).isoformat()
    return Page(rows, {"since": known, "compared": begun if since is None else compared}, more=False)


def _articles(get: Get, ticket: Row) -> list[Row]:
    path = f"api/v1/ticket_articles/by_ticket/{int(ticket['id'])}"
    return rows_at(get(path, {"expand": "true"}).document, "", path)


def _history(get: Get, ticket: Row) -> list[Row]:
    path = f"api/v1/ticket_history/{int(ticket['id'])}"
    return rows_at(get(path).document, "history", path)


def _is_wanted(row: Row, since: str | None, start: datetime | None) -> bool:
    changed = _moment(row.get("updated_at"))
    floor = max((moment for moment in (datetime.fromisoformat(since) if since else None, start) if moment),
                default=None)
    return changed is None or floor is None or changed >= floor


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
