"""What technical support covers, its teams' sheets, and the remit."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.privacy.errors import Refused
from bihuan.core.rights import NotAllowed, can
from bihuan.core.web import answer, needs
from bihuan.loop.evaluate.indicators.contracts import BoardState
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.address import write_state
from bihuan.loop.evaluate.indicators.queries.periods import span_of
from bihuan.loop.evaluate.indicators.queries.words import period_labels

from . import services
from .forms import PeriodForm, RemitForm, initial_of
from .queries.remit import changes, remit
from .queries.standing import standing
from .queries.words import level_labels
from .rights import CHANGE, EXPORT, VIEW, may_change, reach

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs(VIEW)
def coverage(request: HttpRequest) -> HttpResponse:
    """Problem types by systems."""
    return _shown(request, "support/coverage.html")


@require_GET
@needs(VIEW)
def teams(request: HttpRequest) -> HttpResponse:
    """One sheet a team."""
    return _shown(request, "support/teams.html")


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    reach(request.user)
    form, now, found, state = PeriodForm(request.GET), remit(), None, BoardState()
    if form.is_valid() and now.units:
        state = form.state()
        found = standing(request.user, now, span_of(state, engine.today()))
    return render(request, template, {
        "found": found, "form": form, "state": state, "address": write_state(state), "periods": period_labels(),
        "is_named": bool(now.units), "levels": level_labels(), "may_change": may_change(request.user),
        "may_export": can(request.user, EXPORT)}, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def change_remit(request: HttpRequest) -> HttpResponse:
    """Say which teams are technical support."""
    if not may_change(request.user):
        raise NotAllowed(CHANGE)
    form = RemitForm(request.POST or None, initial=initial_of(remit()))
    if request.method == "POST" and form.is_valid():
        services.set_remit(actor=request.user, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return HttpResponseRedirect(reverse("support:coverage"))
    return answer(request, "support/remit.html", {"form": form, "changes": changes()}, form)


@require_GET
@needs(EXPORT)
def standing_file(request: HttpRequest) -> HttpResponse:
    """Send both tables as Excel."""
    reach(request.user)
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _shown(request, "support/coverage.html")
    span = span_of(form.state(), engine.today())
    return _file(request, lambda: services.export_standing(remit=remit(), span=span, actor=request.user))


def _file(request: HttpRequest, make: Callable[[], bytes]) -> HttpResponse:
    try:
        content = make()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("support:coverage"))
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="technical-support.xlsx"'
    return response
