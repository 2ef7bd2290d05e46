"""The causes on a problem page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can, reaches, scope_of
from bihuan.core.web import needs
from bihuan.loop.diagnose.findings.queries import finding_for

from ..forms import StatedForm
from ..models import FindingCause
from ..queries import causes_of
from ..queries.causes import cause_for
from ..services import CauseError, confirm_cause, state_cause, withdraw_cause
from ..services.stated import WORK

VIEW = "diagnose.view_findings"


@require_GET
@needs(VIEW)
def panel(request: HttpRequest) -> HttpResponse:
    """The causes of one finding, as a part of its page."""
    number = request.GET.get("finding", "")
    if not number.isdecimal():
        raise Http404(number)
    finding = finding_for(request.user, int(number))
    works = can(request.user, WORK) and reaches(scope_of(request.user, WORK), unit=finding.unit_code)
    return render(request, "causes/_panel.html", {
        "finding": finding, "causes": causes_of(finding.pk), "works": works, "form": StatedForm() if works else None})


@require_POST
@needs(WORK)
def state(request: HttpRequest, finding: int) -> HttpResponse:
    found, form = finding_for(request.user, finding), StatedForm(request.POST)
    if form.is_valid():
        kept = form.cleaned_data
        return _done(request, found.pk, lambda: state_cause(
            finding_id=found.pk, text=kept["text"], evidence=kept["evidence"], cause=cause_for(kept["cause"]),
            actor=request.user))
    messages.error(request, _("；").join(error for errors in form.errors.values() for error in errors))
    return redirect("findings:finding", pk=found.pk)


@require_POST
@needs(WORK)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(FindingCause, pk=pk)
    finding_for(request.user, row.finding_id)
    return _done(request, row.finding_id, lambda: confirm_cause(stated=row, actor=request.user))


@require_POST
@needs(WORK)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(FindingCause, pk=pk)
    finding_for(request.user, row.finding_id)
    return _done(request, row.finding_id, lambda: withdraw_cause(stated=row, actor=request.user))


def _done(request: HttpRequest, finding: int, act) -> HttpResponse:
    try:
        act()
    except CauseError as error:
        messages.error(request, str(error))
    return redirect("findings:finding", pk=finding)
