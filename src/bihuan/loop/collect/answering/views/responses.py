"""Responses one by one: masked, and raw only with right and reason."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.jobs.schedule import hasten
from bihuan.core.privacy.services import may_reveal, record_reveal
from bihuan.core.queries import actor_names
from bihuan.core.rights import can
from bihuan.core.web import needs, page_of, refusals_on

from .. import services
from ..contracts import WAYS
from ..forms import ReasonForm
from ..models import Response
from ..queries.responses import answers_shown, masked_answers, raw_answers, responses
from ..rights import SEND, VIEW
from .common import page, wave_for


@require_GET
@needs(VIEW)
def response_list(request: HttpRequest, number: int) -> HttpResponse:
    """What came in, without the answers."""
    wave = wave_for(request, number, VIEW)
    asked = {"status": request.GET.get("status", ""), "channel": request.GET.get("channel", "")}
    rows = page_of(request, responses(wave.id, staff=request.GET.get("staff") == "yes", **asked))
    people = actor_names({line.entered_by for line in rows.object_list if line.entered_by})
    for line in rows.object_list:
        line.way, line.by = WAYS.get(line.channel, line.channel), people.get(line.entered_by, line.entered_by)
    return page(request, "answering/response_list.html", wave, "responses", {
        "page": rows, "asked": asked, "staff": request.GET.get("staff", ""), "statuses": Response.Status.choices,
        "identified": wave.mode == "named", "may_send": can(request.user, SEND), **_unwritten(wave.id)})


def _unwritten(wave: int) -> dict[str, int]:
    """How many responses could not be written, and how many wait; in one question."""
    return Response.objects.filter(wave_id=wave).aggregate(
        failed=Count("pk", filter=Q(state="failed")), waiting=Count("pk", filter=Q(state="waiting")))


@never_cache
@needs(VIEW)
def response(request: HttpRequest, number: int, pk: str) -> HttpResponse:
    """One response with personal data masked; as it came, after a reason was given that stays on record."""
    wave = wave_for(request, number, VIEW)
    found = get_object_or_404(responses(wave.id).defer(None), pk=pk)
    form, answers = ReasonForm(request.POST if request.method == "POST" else None), masked_answers(found)
    raw = False
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            record_reveal(obj=("answering.response", str(found.pk)), reason=form.cleaned_data["reason"],
                          actor=request.user, fields=["answers"], customer=found.customer)
            answers, raw = raw_answers(found), True
    return page(request, "answering/response.html", wave, "responses", {
        "response": found, "way": WAYS.get(found.channel, found.channel),
        "answers": answers_shown(found, answers), "raw": raw, "form": form,
        "may_reveal": may_reveal(request.user, "answers"), "identified": wave.mode == "named"}, form)


@require_POST
@needs(SEND)
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Let what could not be written be tried again."""
    services.retry_failed(wave=wave_for(request, number, SEND).id, actor=request.user)
    hasten("answering.flush")
    return redirect("answering:responses", number)
