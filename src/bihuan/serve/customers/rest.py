"""The HTTP API of customers: what the pages show, masked as they show it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router

from bihuan.core.rights import require

from .contracts import CustomerLine
from .queries.card import customer_card
from .queries.people import Wanted, customer_page
from .rights import VIEW, reach

MOST = 50       # as many as a page shows

router = Router(tags=["customers"])


@router.get("/customers", summary="Customers of whom the asker may see a case", response={200: dict})
def customers(request: HttpRequest, q: str = "", type: str = "", tier: str = "", offset: int = 0) -> Any:
    """List customers, the latest contact first, 50 at a time; a name is searched only by those who may see names."""
    require(request.user, VIEW)
    offset = max(0, min(offset, 10**9))
    found = customer_page(Wanted(q.strip(), type, tier), reach(request.user), size=MOST, offset=offset)
    more = offset + len(found.rows) < found.total
    return {"customers": [_line(row) for row in found.rows], "total": found.total,
            "next_offset": offset + len(found.rows) if more and found.rows else None}


@router.get("/customers/{path:number}", summary="One customer", response={200: dict})
def customer(request: HttpRequest, number: str) -> Any:
    """Tell what is known of a customer; identifiers come masked to those who may not see them."""
    require(request.user, VIEW)
    card = customer_card(number, reach(request.user))
    if card is None:
        raise Http404(number)
    history = [dict(zip(("attribute", "value", "valid_from", "valid_to"), one, strict=True)) for one in card.history]
    return {**asdict(card), "line": None, **_line(card.line), "history": history}


def _line(line: CustomerLine) -> dict[str, Any]:
    return asdict(line)
