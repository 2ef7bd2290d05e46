"""What the process pages share: the address read or refused, the pickers, the tabs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from bihuan.core.rights import can
from bihuan.core.web import page_of
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.process.comparing import largest_first
from bihuan.loop.evaluate.indicators.queries.scoping import FilterError
from bihuan.loop.evaluate.indicators.queries.words import said

from ..contracts import TABS, State
from ..queries.address import read_state, write_state
from ..queries.maps import Comparison
from ..queries.pickers import pickers_of
from ..queries.scoping import scopes_of, within_scope
from ..rights import ROWS

FEW = 8                     # arrows of a comparison until all are asked for
REFUSALS = (IndicatorError, FilterError)


def log_page(request: HttpRequest, tab: str, build) -> HttpResponse:
    """Show a page over the log: ``build(user, state)`` returns its own context."""
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    if asks_scope(request):
        return to_scope(request, state)
    try:
        found = build(request.user, state)
        shown = frame(request, state, tab)
    except REFUSALS as error:
        return refused(request, [said(error)])
    return render(request, f"processes/{tab}.html", {**shown, **found})


def compared(request: HttpRequest, found: Comparison | None) -> dict[str, Any]:
    """Return two periods' arrows, the largest changes first: a few of them until all are asked for."""
    changes = largest_first(found.changes) if found else []
    whole = request.GET.get("show") == "all" or len(changes) <= FEW
    query = request.GET.copy()
    query["show"] = "all"
    return {"found": found, "shown": page_of(request, changes if whole else changes[:FEW], size=40),
            "all_url": "" if whole else f"?{query.urlencode()}", "arrows": len(changes)}


def asks_scope(request: HttpRequest) -> bool:
    """Whether an address names a review's scope, or a review, to be written out as filters."""
    return bool(request.GET.get("scope") or request.GET.get("cycle"))


def to_scope(request: HttpRequest, state: State) -> HttpResponse:
    """Send to the address with the scope's filters: what a number keeps to stands in its address."""
    kept = within_scope(request.user, state, scope=request.GET.get("scope", ""), cycle=request.GET.get("cycle", ""))
    return HttpResponseRedirect(write_state(kept, to=request.path))


def refused(request: HttpRequest, problems: list[str]) -> HttpResponse:
    """Say why nothing was computed: an empty map would read as no events."""
    return render(request, "indicators/refused.html", {"problems": problems}, status=422)


def frame(request: HttpRequest, state: State, tab: str) -> dict[str, Any]:
    """Return what every process page shows around its own part."""
    return {
        "state": state, "tab": tab, "address": write_state(state), "may_rows": can(request.user, ROWS),
        "tabs": [(label, write_state(state, to=reverse(f"processes:{name}")), name == tab)
                 for name, label in TABS.items()],
        "without_variant": write_state(state.with_(variant=""), to=request.path),
        "scopes": scopes_of(request.user, state), **pickers_of(request.user, state),
    }
