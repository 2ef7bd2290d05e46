"""What a scope matches, as a fragment beside its form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.web import needs
from bihuan.loop.plan.goals.contracts import DIMENSIONS, filters_of

from ..queries.preview import matched
from ..queries.problems import REFUSALS, said


@require_GET
@needs("evaluate.view_board")
def scope_preview(request: HttpRequest) -> HttpResponse:
    """Count what the values in the address match."""
    filters = filters_of({name: request.GET.getlist(name) for name in DIMENSIONS})
    try:
        found = matched(filters, request.GET.get("period_kind", "month"), request.user)
    except REFUSALS as error:
        return render(request, "progress/_scope_preview.html", {"problem": said(error), "found": None})
    return render(request, "progress/_scope_preview.html", {"found": found, "problem": ""})
