"""The HTTP API of notices: one's own inbox, for the person who is logged in; no token opens it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from bihuan.core.tokens.auth import PersonAuth

from .queries.inbox import inbox

MOST = 50

router = Router(tags=["notices"], auth=PersonAuth())


@router.get("/notices", summary="The asker's own notices", response={200: dict})
def notices(request: HttpRequest, unread: bool = False, offset: int = 0) -> Any:
    """List notices, the newest first, 50 at a time."""
    offset, found = max(0, min(offset, 10**9)), inbox(request.user, unread=unread)
    total = found.count()
    rows = [{"id": one.pk, "event": one.notice.event, "title": one.notice.title_here,
             "text": one.notice.text_here,
             "at": one.notice.at, "read_at": one.read_at} for one in found[offset:offset + MOST]]
    return {"notices": rows, "total": total, "next_offset": offset + MOST if offset + MOST < total else None}
