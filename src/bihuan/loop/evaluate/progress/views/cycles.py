"""Of a review: its goals with their progress, its frozen numbers beside the last ones, the cases behind it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.rights import NotAllowed
from bihuan.core.web import needs
from bihuan.loop.plan.cycles.queries.cycles import cycle_for, goals_of

from ..queries.cycles import cases_of, figures_of_cycle
from ..queries.goals import progresses


@require_GET
@needs("plan.view_cycles")
def of_cycle(request: HttpRequest) -> HttpResponse:
    """The fragment on a review's page; ``?cycle=``."""
    asked = request.GET.get("cycle", "")
    if not asked.isdecimal():
        raise NotAllowed("cycle")
    cycle = cycle_for(request.user, int(asked))
    return render(request, "progress/_of_cycle.html", {
        "cycle": cycle, "lines": progresses(goals_of(cycle, request.user), request.user),
        "figures": figures_of_cycle(cycle, request.user), "cases": cases_of(cycle, request.user)})
