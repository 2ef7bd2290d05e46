"""Improvement plans: the list, one with its Gantt chart, its phases, files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.rights import NotAllowed, can
from bihuan.core.web import answer, needs, page_of
from bihuan.loop.improve.measures.services.carrying import today

from . import services
from .files import export_plan
from .forms import CloseForm, FinishForm, PhaseForm, PlanForm
from .models import CHANGE, VIEW, Phase, Plan
from .queries import gantt_of, lines_of, plans_for
from .rights import may_change, may_finish, phase_for, plan_for

MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@require_GET
@needs(VIEW)
def plan_list(request: HttpRequest) -> HttpResponse:
    """List plans, how far they are and what of them is late."""
    closed = request.GET.get("closed") == "1"
    page = page_of(request, plans_for(request.user, closed=closed), size=25)
    return render(request, "plans/plan_list.html", {
        "page": page, "lines": lines_of(page.object_list, request.user, today()), "closed": closed,
        "may_change": can(request.user, CHANGE)})


@require_GET
@needs(VIEW)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan over time, with its phases and measures."""
    return _page(request, plan_for(request.user, pk))


def _page(request: HttpRequest, row: Plan, **sent: Any) -> HttpResponse:
    day = today()
    line = lines_of([row], request.user, day)[0]
    finish = {one.phase.pk for one in line.phases
              if not one.phase.done_on and not row.closed_on and may_finish(request.user, one.phase)}
    forms = {"finish_form": FinishForm(), "close_form": CloseForm(), "refused": 0, **sent}
    return answer(request, "plans/plan.html", {
        "plan": row, "line": line, "gantt": gantt_of(line, day), "may_finish": finish,
        "may_change": may_change(request.user, row) and not row.closed_on, **forms}, *(
            one for one in sent.values() if not isinstance(one, int)))


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def plan_new(request: HttpRequest) -> HttpResponse:
    """Make a plan."""
    form = PlanForm(request.POST or None, user=request.user, is_new=True, initial={"owner": request.user})
    if form.is_bound and form.is_valid():
        try:
            made = services.make_plan(actor=request.user, **form.cleaned_data)
        except services.PlanError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect("plans:plan", made.pk)
    return answer(request, "plans/plan_edit.html", {"form": form, "plan": None}, form)


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a plan says."""
    row = _changeable(request, pk)
    form = PlanForm(request.POST or None, user=request.user, is_new=False, initial={
        "title": row.title, "goal": row.goal, "owner": row.owner_id})
    if form.is_bound and form.is_valid():
        try:
            services.change_plan(plan=row, actor=request.user, **form.cleaned_data)
        except services.PlanError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect("plans:plan", pk)
    return answer(request, "plans/plan_edit.html", {"form": form, "plan": row}, form)


def _changeable(request: HttpRequest, pk: int) -> Plan:
    row = plan_for(request.user, pk)
    if not may_change(request.user, row):
        raise NotAllowed(f"plan {pk}")
    return row


@require_POST
@needs(CHANGE)
def plan_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a plan."""
    row, form = _changeable(request, pk), CloseForm(request.POST)
    if form.is_valid():
        try:
            services.close_plan(plan=row, closing=form.cleaned_data["closing"], actor=request.user)
        except services.PlanError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect("plans:plan", pk)
    return _page(request, row, close_form=form)


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def phase_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a phase."""
    row = _changeable(request, pk)
    form = PhaseForm(request.POST or None, user=request.user, initial={"owner": row.owner_id})
    return _phase(request, row, None, form)


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def phase_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a phase."""
    phase = phase_for(request.user, pk)
    row = _changeable(request, phase.plan_id)
    return _phase(request, row, phase, PhaseForm(request.POST or None, user=request.user, phase=phase, initial={
        "title": phase.title, "deliverable": phase.deliverable, "owner": phase.owner_id, "starts_on": phase.starts_on,
        "due_on": phase.due_on, "measures": list(phase.measures.values_list("pk", flat=True))}))


def _phase(request: HttpRequest, row: Plan, phase: Phase | None, form: PhaseForm) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            services.save_phase(plan=row, phase=phase, words=form.words(), measures=form.cleaned_data["measures"],
                                actor=request.user)
        except services.PlanError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect("plans:plan", row.pk)
    return answer(request, "plans/phase_edit.html", {"form": form, "plan": row, "phase": phase}, form)


@require_POST
@needs(VIEW)
def phase_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a phase has delivered."""
    phase, form = phase_for(request.user, pk), FinishForm(request.POST)
    if form.is_valid():
        try:
            services.finish_phase(phase=phase, delivered=form.cleaned_data["delivered"], actor=request.user)
        except services.PlanError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect("plans:plan", phase.plan_id)
    if not may_finish(request.user, phase):
        raise NotAllowed(f"phase {pk}")
    return _page(request, phase.plan, finish_form=form, refused=pk)


@require_POST
@needs(CHANGE)
def phase_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a phase away."""
    phase = phase_for(request.user, pk)
    try:
        services.remove_phase(phase=phase, actor=request.user)
    except services.PlanError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("阶段已删除，措施保留。"))
    return redirect("plans:plan", phase.plan_id)


@require_GET
@needs(VIEW)
def plan_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send a plan as Word, PDF or Excel."""
    row = plan_for(request.user, pk)
    if form not in MEDIA:
        raise Http404(form)
    return HttpResponse(export_plan(plan=row, form=form, actor=request.user), content_type=MEDIA[form], headers={
        "Content-Disposition": f'attachment; filename="{row.number}.{form}"'})
