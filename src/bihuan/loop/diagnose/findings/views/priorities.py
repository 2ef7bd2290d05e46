"""What to solve first."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can
from bihuan.core.web import needs

from ..contracts import IMPACTS
from ..models import VIEW
from ..queries.findings import finding_for
from ..queries.priorities import DIMENSIONS, backlog, matrix_of, pareto_of
from ..rights import WORK
from ..services.errors import FindingError
from ..services.redesign import EFFORTS, redesign_from_pareto, set_redesign


@require_GET
@needs(VIEW)
def matrix(request: HttpRequest) -> HttpResponse:
    """Frequency by impact, the impact measure stated."""
    measure = request.GET.get("impact", "complaint_rate")
    if measure not in IMPACTS:
        raise Http404(measure)
    return render(request, "findings/matrix.html", {
        "found": matrix_of(request.user, measure), "impacts": IMPACTS, "measure_name": IMPACTS[measure]})


@require_GET
@needs(VIEW)
def pareto(request: HttpRequest) -> HttpResponse:
    """The few that make up most complaints, and the redesign list that they become."""
    by = request.GET.get("by", "topic")
    if by not in DIMENSIONS:
        raise Http404(by)
    return render(request, "findings/pareto.html", {
        "found": pareto_of(request.user, by) if can(request.user, "evaluate.view_board") else None,
        "backlog": backlog(request.user), "may_work": can(request.user, WORK), "efforts": EFFORTS})


@require_POST
@needs(WORK)
def redesign(request: HttpRequest) -> HttpResponse:
    """One click: a bar of the Pareto becomes a redesign item."""
    row = redesign_from_pareto(by=request.POST.get("by", ""), value=request.POST.get("value", ""), actor=request.user)
    messages.success(request, _("已列入流程再造：%(number)s") % {"number": row.number})
    return redirect("findings:finding", pk=row.pk)


@require_POST
@needs(WORK)
def finding_redesign(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a finding on the redesign list, or change its effort."""
    effort = request.POST.get("effort", "")
    try:
        set_redesign(finding=finding_for(request.user, pk), effort=int(effort) if effort.isdigit() else 0,
                     actor=request.user)
    except FindingError as error:
        messages.error(request, str(error))
    return redirect("findings:pareto")
