"""A version held against the log: conformance and the numbers of its steps, each opening to its cases."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.patience import patient
from bihuan.core.rights import require
from bihuan.core.web import needs

from ..queries.address import read_state
from ..queries.cases import SIZE
from ..queries.conformance import DEVIATIONS, check_version, deviating_cases, numbers_of, step_cases
from ..queries.maps import comparison_of
from ..rights import ROWS, VIEW
from .common import REFUSALS, asks_scope, compared, frame, refused, said, to_scope
from .register import _frame, _shown

STEP = "step"


@require_GET
@needs(VIEW)
@patient
def conformance(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where the cases leave the procedure."""
    return _page(request, pk, "conformance", check_version)


@require_GET
@needs(VIEW)
@patient
def step_numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """Show wait, handling, repetitions, satisfaction and complaints of each step."""
    return _page(request, pk, "step_numbers", numbers_of)


@require_GET
@needs(VIEW)
@patient
def step_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """List the cases behind a deviation, or those that did a step."""
    require(request.user, ROWS)
    row, version = _shown(request, pk)
    state, problems = read_state(request.GET)
    kind, name = request.GET.get("of", ""), request.GET.get("name", "")
    if kind != STEP and kind not in DEVIATIONS:
        raise Http404("kind")
    if problems:
        return refused(request, problems)
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1
    found = (step_cases(request.user, version, state, name, number) if kind == STEP else
             deviating_cases(request.user, version, state, name, kind, number))
    if found is None:
        raise Http404("deviation")
    return render(request, "processes/step_rows.html", {
        **_frame(request, row, version, ""), "found": found, "name": name, "kind": DEVIATIONS.get(kind, ""),
        "page": Paginator(range(found.cases), SIZE).get_page(number)})


@require_GET
@needs(VIEW)
@patient
def process_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Set two periods of one process's cases side by side, such as before and after a version."""
    row, version = _shown(request, pk)
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    if asks_scope(request):
        return to_scope(request, state)
    try:
        found = comparison_of(request.user, state, where=row.where)
        shown = frame(request, state, "compare")
    except REFUSALS as error:
        return refused(request, [said(error)])
    # The pages behind an arrow know the address alone: with a condition of the process they would show other cases.
    return render(request, "processes/process_compare.html", {
        **shown, **_frame(request, row, version, "process_compare"), **compared(request, found),
        "may_rows": shown["may_rows"] and not row.where})


def _page(request: HttpRequest, pk: int, tab: str, ask) -> HttpResponse:
    row, version = _shown(request, pk)
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    if asks_scope(request):
        return to_scope(request, state)
    try:
        context = {**frame(request, state, tab), "checked": ask(request.user, version, state)}
    except REFUSALS as error:
        return refused(request, [said(error)])
    return render(request, f"processes/{tab}.html", {
        **context, **_frame(request, row, version, tab)})
