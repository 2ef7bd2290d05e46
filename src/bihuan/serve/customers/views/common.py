"""What the views of this room share."""

from __future__ import annotations

from collections.abc import Callable

from django.core.paginator import Page as DjangoPage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest

from ..contracts import CustomerCard, Page
from ..queries.card import customer_card, identities
from ..rights import reach

SIZE = 50


def paged(request: HttpRequest, ask: Callable[[int, int], Page]) -> tuple[Page, DjangoPage[int]]:
    """Ask for the page of the address (size, offset); return its rows and what the pager needs."""
    wanted = request.GET.get("page", "1")
    number = max(1, min(int(wanted), 10**6)) if wanted.isascii() and wanted.isdigit() else 1
    found = ask(SIZE, (number - 1) * SIZE)
    if not found.rows and number > 1:
        found = ask(SIZE, 0)
        number = 1
    return found, Paginator(range(found.total), SIZE).get_page(number)


def card_for(request: HttpRequest, number: str) -> CustomerCard:
    """Return the customer of an address as this person may see them; 404 otherwise."""
    card = customer_card(number, reach(request.user))  # type: ignore[arg-type]
    if card is None:
        raise Http404(number)
    return card


def lives_at(number: str) -> str:
    """Return the number under which a customer is shown: the one that a merged number leads to."""
    return identities().customer(number)
