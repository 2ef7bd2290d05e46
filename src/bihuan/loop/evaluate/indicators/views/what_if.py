"""What goes with more first-contact resolution: the workspace's own association, for a supposed change."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.patience import patient
from bihuan.core.web import needs

from ..forms.board import read_state
from ..forms.what_if import FIRST, WhatIfForm
from ..queries.board import asked
from ..queries.what_if import what_if
from ..queries.words import said
from .board import filter_context
from .common import REFUSALS, refused


@require_GET
@needs("evaluate.view_board")
@patient
def fcr_and_satisfaction(request: HttpRequest) -> HttpResponse:
    """Show FCR by channel and issue beside satisfaction, and what a supposed change of it goes with."""
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    form = WhatIfForm({"gain": request.GET.get("gain", FIRST)})
    gain = form.cleaned_data["gain"] / 100 if form.is_valid() else FIRST / 100
    try:
        found = what_if(asked(state, request.user), gain)
    except REFUSALS as error:
        return refused(request, [said(error)])
    kept = [(key, value) for key, values in request.GET.lists() if key != "gain" for value in values]
    context = {**filter_context(request, state), "tabs": [], "found": found, "form": form, "kept": kept}
    return render(request, "indicators/what_if.html", context, status=422 if form.errors else 200)
