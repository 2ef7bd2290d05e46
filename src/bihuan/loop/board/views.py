"""The home page: the loop on one screen, what waits where, on whom, and for how long."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.rights import NotAllowed, can
from bihuan.core.web import answer, needs, page_of
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.plan.cycles.contracts import Opening
from bihuan.loop.plan.cycles.queries.cycles import cycle_for
from bihuan.loop.plan.cycles.services import CycleError, open_cycle
from bihuan.loop.plan.goals.contracts import filters_of

from . import queries
from .forms import ReviewForm
from .rights import BOARD, SEE


@require_GET
@needs(*SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """The seven stages with their oldest work, of the whole workspace or (``?cycle=``) of one review."""
    asked = request.GET.get("cycle", "")
    cycle = cycle_for(request.user, int(asked)) if asked.isdecimal() else None
    mine = [] if cycle else queries.mine(request.user, queries.today())
    return render(request, "loop/overview.html", {
        "stages": queries.cycle_stages(cycle, request.user) if cycle else queries.stages(request.user),
        "rate": None if cycle else queries.closing(request.user), "cycle": cycle,
        "mine": mine[:queries.MOST_MINE], "more": len(mine[queries.MOST_MINE:]),
        "may_board": can(request.user, BOARD), "begins": engine.as_of() is None,
        "cycles": queries.cycle_choices(request.user)})


@require_GET
@needs(*SEE)
def behind(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The rows behind one figure of a review's loop."""
    cycle = cycle_for(request.user, pk)
    part = queries.behind(cycle, key, request.user)
    if part is None:
        raise NotAllowed(key)
    return render(request, "loop/behind.html", {"cycle": cycle, "part": part, "page": page_of(request, part.lines)})


@require_http_methods(["GET", "POST"])
@needs("plan.manage_cycles")
def review_new(request: HttpRequest) -> HttpResponse:
    """Open a review from a problem (``?finding=``), with the cases behind it."""
    asked = request.GET.get("finding", "")
    if not asked.isdecimal():
        raise NotAllowed("finding")
    found = queries.behind_finding(int(asked), request.user)
    form = ReviewForm(request.POST or None, initial={
        "title": _("{title} 复盘").format(title=found.title)[:200], "start": found.start, "end": found.end})
    if request.method == "POST" and form.is_valid():
        unit = [found.finding.unit_code] if found.finding.unit_code else []
        opening = Opening(
            kind="theme", subject=f"{found.finding.number} {found.title}"[:200], filters=filters_of({"unit": unit}),
            cases=[(case, found.finding.number) for case in found.cases], **form.cleaned_data)
        try:
            made = open_cycle(opening=opening, owner=request.user, actor=request.user)
        except CycleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("复盘已开启，关键指标已冻结。"))
            return HttpResponseRedirect(reverse("cycles:cycle", args=[made.pk]))
    return answer(request, "loop/review_new.html", {"form": form, "found": found}, form)
