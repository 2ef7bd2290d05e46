"""What to solve first."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core import workspace
from bihuan.core.rights import can
from bihuan.core.web import needs

from ..contracts import IMPACTS
from ..forms import scope_choices
from ..models import VIEW
from ..queries.findings import finding_for
from ..queries.priorities import SIZED, backlog, dimensions, matrix_of, pareto_of, pareto_of_findings
from ..queries.scoping import kept_by
from ..rights import WORK
from ..services.errors import FindingError
from ..services.redesign import EFFORTS, redesign_finding, redesign_from_pareto, set_redesign


@require_GET
@needs(VIEW)
def matrix(request: HttpRequest) -> HttpResponse:
    """Frequency by impact, the impact measure stated."""
    measure = request.GET.get("impact", "complaint_rate")
    if measure not in IMPACTS:
        raise Http404(measure)
    name, how = IMPACTS[measure]
    within = kept_by(request.user, scope=request.GET.get("scope", ""))
    return render(request, "findings/matrix.html", {
        "found": matrix_of(request.user, measure, within), "within": within, "scopes": scope_choices(request.user),
        "impacts": IMPACTS, "measure_name": name, "measure_how": how,
        "hour_cost": workspace.facts().hour_cost, "may_set": can(request.user, "core.manage_calendars")})


@require_GET
@needs(VIEW)
def pareto(request: HttpRequest) -> HttpResponse:
    """The few that make up most complaints, and the redesign list that they become."""
    offered = dict(dimensions(request.user))
    by = request.GET.get("by", next(iter(offered)))
    if by not in offered:
        raise Http404(by)
    within = kept_by(request.user, scope=request.GET.get("scope", ""))
    ask = pareto_of_findings if by in SIZED else pareto_of
    return render(request, "findings/pareto.html", {
        "found": ask(request.user, by, within), "within": within, "scopes": scope_choices(request.user),
        "backlog": backlog(request.user), "may_work": can(request.user, WORK), "efforts": EFFORTS})


@require_POST
@needs(WORK)
def redesign(request: HttpRequest) -> HttpResponse:
    """One click: a bar of the Pareto becomes a redesign item."""
    by, value = request.POST.get("by", ""), request.POST.get("value", "")
    if by in SIZED:
        row = redesign_finding(finding=finding_for(request.user, int(value) if value.isdecimal() else 0),
                               actor=request.user)
    else:
        row = redesign_from_pareto(by=by, value=value, actor=request.user,
                                   kept=kept_by(request.user, scope=request.POST.get("scope", "")))
    messages.success(request, _("已列入流程再造：%(number)s") % {"number": row.number})
    return redirect("findings:finding", pk=row.pk)


@require_POST
@needs(WORK)
def finding_redesign(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a finding on the redesign list, or change its effort."""
    effort = request.POST.get("effort", "")
    try:
        set_redesign(finding=finding_for(request.user, pk), effort=int(effort) if effort.isdecimal() else 0,
                     actor=request.user)
    except FindingError as error:
        messages.error(request, str(error))
    return redirect("findings:pareto")
