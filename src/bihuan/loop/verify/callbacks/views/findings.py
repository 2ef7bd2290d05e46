"""From a problem to its call-backs: they are opened for a measure, and a problem has any number of those."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.rights import NotAllowed, can
from bihuan.core.web import needs, number_in
from bihuan.loop.diagnose.findings.queries import finding_for

from ..queries.of_finding import foreseen, lines_of_finding
from ..rights import VIEW

MAKE = "improve.change_measures"


@require_GET
@needs(VIEW)
def of_finding(request: HttpRequest) -> HttpResponse:
    """Show whom a problem hit, and its measures with their rounds or the way to open one."""
    number = number_in(request.GET, "finding")
    if number is None:
        raise NotAllowed("of_finding")
    finding = finding_for(request.user, number)
    context = {"finding": finding, "lines": lines_of_finding(finding.pk, request.user),
               "foreseen": foreseen(finding, request.user), "may_make": can(request.user, MAKE)}
    return render(request, "callbacks/of_finding.html", context)
