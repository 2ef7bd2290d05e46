"""Pages over the event log: map, paths, rework, bottlenecks, two periods, and the cases behind each of them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.patience import patient
from bihuan.core.rights import require
from bihuan.core.web import needs, page_of
from bihuan.engine.process.behind import KINDS, Behind
from bihuan.engine.process.picture import MOST_ARROWS

from ..queries.address import read_state
from ..queries.cases import SIZE, cases_behind
from ..queries.drawing import drawn
from ..queries.maps import comparison_of, map_of, rework_of
from ..rights import ROWS, VIEW
from .common import REFUSALS, compared, frame, log_page, refused, said


@require_GET
@needs(VIEW)
@patient
def process_map(request: HttpRequest) -> HttpResponse:
    """Show which activity follows which, how often and how long after."""
    return log_page(request, "process_map", lambda user, state: {
        "page": (page := map_of(user, state)), "drawing": drawn(user, state), "most": MOST_ARROWS,
        "edges": page.found["edges"][:state.arrows] if page.found else []})


@require_GET
@needs(VIEW)
@patient
def variants(request: HttpRequest) -> HttpResponse:
    """List the paths whole cases took."""
    return log_page(request, "variants", lambda user, state: {
        "page": (page := map_of(user, state)), "shown": page_of(request, page.variants, size=25)})


@require_GET
@needs(VIEW)
@patient
def rework(request: HttpRequest) -> HttpResponse:
    """List what came again, and who handed over to whom."""
    return log_page(request, "rework", lambda user, state: {
        "page": map_of(user, state), "rework": rework_of(user, state)})


@require_GET
@needs(VIEW)
@patient
def bottlenecks(request: HttpRequest) -> HttpResponse:
    """Rank the arrows by the time that all cases together waited on them."""
    return log_page(request, "bottlenecks", lambda user, state: {
        "page": (page := map_of(user, state)), "shown": page_of(request, page.ranked, size=25)})


@require_GET
@needs(VIEW)
@patient
def compare(request: HttpRequest) -> HttpResponse:
    """Show two periods side by side, each difference with its interval."""
    return log_page(request, "compare", lambda user, state: compared(request, comparison_of(user, state)))


@require_GET
@needs(VIEW)
@patient
def cases(request: HttpRequest) -> HttpResponse:
    """List the cases behind one thing of a page; their number of times adds up to what the page said."""
    require(request.user, ROWS)
    state, problems = read_state(request.GET)
    behind = Behind(request.GET.get("of", ""), tuple(request.GET.getlist("name")))
    if KINDS.get(behind.kind) != len(behind.names):
        raise Http404("kind")
    if problems:
        return refused(request, problems)
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1
    try:
        found = cases_behind(request.user, state, behind, number)
        shown = frame(request, state, "")
    except REFUSALS as error:
        return refused(request, [said(error)])
    return render(request, "processes/cases.html", {
        **shown, "behind": behind, "found": found, "page": Paginator(range(found.cases), SIZE).get_page(number)})
