"""The list of surveys, the analysis of one, what a number means and the answers behind it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.rights import can
from bihuan.core.web import needs, page_of

from ..models import WorkedOut
from ..queries.address import write_state
from ..queries.agreement import agreement_page
from ..queries.definitions import definition_of
from ..queries.lake import wave_for, waves
from ..queries.lists import wave_lines
from ..queries.rows import rows_behind, rows_left_out
from ..queries.within import asked, scope_alone, scopes_for
from ..queries.working import work_of
from ..rights import ROWS, VIEW
from .working import waiting


@require_GET
@needs(VIEW)
def survey_list(request: HttpRequest) -> HttpResponse:
    """List the surveys and waves of which this person may see an answer."""
    page, state = page_of(request, waves(request.user), size=20), scope_alone(request.user, request.GET)
    return render(request, "opinions/survey_list.html", {
        "page": page, "lines": wave_lines(request.user, page.object_list, state), "state": state,
        "address": write_state(state), "scopes": scopes_for(request.user, state)})


@require_GET
@needs(VIEW)
def analysis(request: HttpRequest, code: str) -> HttpResponse:
    """Show the analysis of a wave."""
    wave, state = wave_for(request.user, code), asked(request.user, request.GET)
    work = work_of(request.user, wave, state, WorkedOut.Kind.ANALYSIS)
    if work.result is None:
        return waiting(request, wave, state, work, WorkedOut.Kind.ANALYSIS)
    page = work.result
    family = [one for one in waves(request.user) if one.code != wave.code]
    return render(request, "opinions/analysis.html", {
        "page": page, "state": state, "address": write_state(state), "others": family, "work": work,
        "scopes": scopes_for(request.user, state),
        "may_rows": can(request.user, ROWS)})


@require_GET
@needs(VIEW)
def number(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Say what a number is made of; the answers behind it for those who may read answers."""
    wave, state = wave_for(request.user, code), asked(request.user, request.GET)
    definition = definition_of(request.user, wave, state, key)
    if definition is None:
        raise Http404(key)
    rows = rows_behind(request.user, wave, state, key, request.GET.get("page")) if can(request.user, ROWS) else None
    return render(request, "opinions/number.html", {
        "wave": wave, "definition": definition, "rows": rows, "address": write_state(state)})


@require_GET
@needs(ROWS)
def answers(request: HttpRequest, code: str) -> HttpResponse:
    """List the responses that a reason keeps from counting."""
    wave, reason = wave_for(request.user, code), request.GET.get("reason", "")
    rows = rows_left_out(request.user, wave, reason, request.GET.get("page"))
    return render(request, "opinions/answers.html", {"wave": wave, "rows": rows, "reason": reason})


@require_GET
@needs(VIEW)
def agreement(request: HttpRequest) -> HttpResponse:
    """Show CSAT, call-back score and inspection score of the same cases side by side."""
    found = agreement_page(request.user, request.GET.get("survey", ""), request.GET.get("page"))
    return render(request, "opinions/agreement.html", {
        "found": found, "waves": waves(request.user), "survey": request.GET.get("survey", "")})
