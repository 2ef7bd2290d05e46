"""The live board, on a desk and on a wall, and the lists behind it."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET

from bihuan.core.colleagues import OTHERS, others_label
from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.core.web import needs, page_of
from bihuan.loop.evaluate.indicators.queries.names import agent_names
from bihuan.loop.evaluate.indicators.queries.words import value_labels

from ..contracts import CLOCKS, LISTS, REFRESH_SECONDS, TILES, WITHIN_MINUTES, LiveState
from ..forms.board import BoardForm, local_text
from ..models import Dashboard
from ..queries.board import live_board
from ..queries.dashboards import first_view, state_of, views_of
from ..queries.lists import agent_list, case_list
from ..queries.moments import moment_of
from ..rights import ROWS, VIEW, reach


@require_GET
@needs(VIEW)
def board(request: HttpRequest) -> HttpResponse:
    """The page; only the moving part when htmx asks for news, and nothing at all when there are none."""
    return _show(request, wall=False)


@require_GET
@needs(VIEW)
def wall(request: HttpRequest) -> HttpResponse:
    """The same for a screen on the wall: big, dark, without menu."""
    return _show(request, wall=True)


def _show(request: HttpRequest, *, wall: bool) -> HttpResponse:
    view, state, form = read_state(request)
    moment = moment_of(state)
    live = live_board(state, moment, request.user, indicators=view.indicators if view else ())
    context = {**shared_context(request, state), "live": live, "wall": wall, "view": view, "form": form}
    moving = render_to_string("realtime/_live.html", context, request=request)
    mark = hashlib.sha256(moving.encode()).hexdigest()[:16]
    if request.htmx:
        if request.GET.get("seen") == mark:
            return HttpResponse(status=204)
        return render(request, "realtime/_moving.html", {**context, "moving": moving, "mark": mark})
    template = "realtime/wall.html" if wall else "realtime/board.html"
    return render(request, template, {
        **context, "moving": moving, "mark": mark, "views": views_of(request.user), "may_list": can(request.user, ROWS),
        "at_text": local_text(moment.at)})


def read_state(request: HttpRequest) -> tuple[Dashboard | None, LiveState, BoardForm]:
    """Return the saved view that the address names (else the role's), the state and its form."""
    if number := request.GET.get("view"):
        if not number.isdecimal():
            raise Http404(number)
        view = get_object_or_404(views_of(request.user), pk=int(number))
    else:
        view = first_view(request.user)
    usual = state_of(view)
    form = BoardForm(request.GET, scope=reach(request.user))
    state = form.state(usual)
    shown = BoardForm(initial={"unit": state.unit, "within": state.within_minutes, "clock": state.clock,
                               "at": state.at}, scope=reach(request.user))
    return view, state, shown


def address_of(state: LiveState) -> str:
    """Return the query string of a state."""
    pairs: list[tuple[str, Any]] = [("view", state.view), ("unit", state.unit), ("within", state.within_minutes)]
    if state.at:
        pairs.append(("at", local_text(state.at)))
    elif state.clock:
        pairs.append(("clock", state.clock))
    return urlencode([(name, value) for name, value in pairs if value])


def shared_context(request: HttpRequest, state: LiveState) -> dict[str, Any]:
    labels = value_labels()
    return {
        "state": state, "address": address_of(state), "tile_names": TILES, "seconds": REFRESH_SECONDS,
        "within_label": WITHIN_MINUTES.get(state.within_minutes, state.within_minutes), "clocks": CLOCKS,
        "unit_name": unit_names().get(state.unit, state.unit), "unit_names": unit_names(),
        "agents": {**agent_names(), OTHERS: others_label()},
        "channel_names": labels.get("channel", {}), "kind_names": labels.get("kind", {}),
        "now_address": address_of(state.with_(clock="now", at=None)), "may_open": can(request.user, ROWS),
        "list_urls": {name: f"{reverse('realtime:cases', args=[name])}?{address_of(state)}" for name in LISTS},
    }


@require_GET
@needs(ROWS)
def cases(request: HttpRequest, name: str) -> HttpResponse:
    """The cases behind one tile, the most urgent first."""
    if name not in LISTS:
        raise Http404(name)
    view, state, form = read_state(request)
    moment = moment_of(state)
    page = page_of(request, case_list(name, state, moment, request.user))
    return render(request, "realtime/cases.html", {
        **shared_context(request, state), "name": name, "title": LISTS[name], "page": page, "moment": moment,
        "view": view, "form": form})


@require_GET
@needs(VIEW)
def agents(request: HttpRequest) -> HttpResponse:
    """Every agent with the present state."""
    view, state, form = read_state(request)
    moment = moment_of(state)
    return render(request, "realtime/agents.html", {
        **shared_context(request, state), "page": page_of(request, agent_list(state, moment, request.user)),
        "moment": moment, "view": view, "form": form})
