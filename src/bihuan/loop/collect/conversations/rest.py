"""The HTTP API of conversations: found and read as on the pages, texts always masked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query as Params
from ninja import Router, Schema

from bihuan.core.rights import require

from . import services
from .contracts import Bubble, ConversationLine, Wanted
from .queries.conversation import find_conversation
from .queries.listing import conversations as listed
from .rights import VIEW, reach

MOST = 25       # as many as a page shows

router = Router(tags=["conversations"])


class Asked(Schema):
    """Words that one message holds, a channel, the days in which the case was opened, a case."""

    q: str = ""
    channel: str = ""
    start: date | None = None
    end: date | None = None
    case: str = ""
    offset: int = 0


@router.get("/conversations", summary="Conversations, found by their words", response={200: dict})
def conversations(request: HttpRequest, asked: Params[Asked]) -> Any:
    """List conversations, the latest first, 25 at a time; ``pending`` messages are not searched yet."""
    require(request.user, VIEW)
    if asked.q.strip():
        services.ensure_index(actor=request.user)
    offset = max(0, min(asked.offset, 10**9))
    wanted = Wanted(asked.q, asked.channel, None, asked.start, asked.end, asked.case)
    found = listed(wanted, reach(request.user), size=MOST, offset=offset)
    more = found.rows and offset + len(found.rows) < found.total
    return {"conversations": [_line(row) for row in found.rows], "total": found.total, "pending": found.pending,
            "next_offset": offset + len(found.rows) if more else None}


@router.get("/conversations/{path:case}", summary="One conversation", response={200: dict})
def conversation(request: HttpRequest, case: str) -> Any:
    """Return the messages of a case in their order."""
    require(request.user, VIEW)
    found = find_conversation(case, reach(request.user))
    if found is None:
        raise Http404(case)
    return {"case": found.case, "customer": found.customer, "channel": str(found.channel), "topic": found.topic,
            "opened": found.opened, "agent": found.agent, "messages": [_message(one) for one in found.bubbles]}


def _line(line: ConversationLine) -> dict[str, Any]:
    return {"case": line.case, "channel": str(line.channel), "topic": line.topic, "agent": line.agent,
            "customer": line.customer, "opened": line.opened, "messages": line.messages, "finds": line.finds,
            "excerpt": "".join(text for text, _found in line.parts), "tags": list(line.tags), "read": line.read}


def _message(one: Bubble) -> dict[str, Any]:
    return {"id": one.id, "at": one.at, "role": one.role, "who": one.who, "waited_s": one.waited, "gone": one.gone,
            "text": None if one.gone else "".join(piece.text for piece in one.pieces),
            "tags": [{"tag": tag.name, "text": tag.quote} for tag in one.tags]}
