"""The home page: the loop on one screen, what waits where, on whom, and for how long."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.web import needs

from . import queries

# Whoever sees problems sees how they move round; each stage then shows what the person's own rights reach.
SEE = "diagnose.view_findings"


@require_GET
@needs(SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """The seven stages with their oldest work, and how often the loop closes."""
    return render(request, "loop/overview.html", {
        "stages": queries.stages(request.user), "rate": queries.closing(request.user)})
