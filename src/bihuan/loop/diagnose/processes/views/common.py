"""What the process pages share: the address read or refused, the pickers, the tabs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from bihuan.core.rights import can
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.evaluate.indicators.queries.scoping import FilterError
from bihuan.loop.evaluate.indicators.queries.words import said

from ..contracts import TABS, State
from ..queries.address import read_state, write_state
from ..queries.pickers import pickers_of
from ..rights import ROWS

REFUSALS = (IndicatorError, FilterError)


def log_page(request: HttpRequest, tab: str, build) -> HttpResponse:
    """Show a page over the log: ``build(user, state)`` returns its own context."""
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    try:
        found = build(request.user, state)
        shown = frame(request, state, tab)
    except REFUSALS as error:
        return refused(request, [said(error)])
    return render(request, f"processes/{tab}.html", {**shown, **found})


def refused(request: HttpRequest, problems: list[str]) -> HttpResponse:
    """Say why nothing was computed: an empty map would read as no events."""
    return render(request, "indicators/refused.html", {"problems": problems}, status=422)


def frame(request: HttpRequest, state: State, tab: str) -> dict[str, Any]:
    """Return what every process page shows around its own part."""
    return {
        "state": state, "tab": tab, "address": write_state(state), "may_rows": can(request.user, ROWS),
        "tabs": [(label, write_state(state, to=reverse(f"processes:{name}")), name == tab)
                 for name, label in TABS.items()],
        "without_variant": write_state(state.with_(variant=""), to=request.path), **pickers_of(request.user, state),
    }
