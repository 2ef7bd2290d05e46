"""What is done with a measure: each view calls one service; a refused form comes back on the measure's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import NotAllowed
from bihuan.core.web import needs

from ..forms import (
    AcceptanceForm,
    ApproveForm,
    CompleteForm,
    DepartmentForm,
    EvidenceForm,
    HandOverForm,
    MilestoneForm,
    OutcomeForm,
    PostponeForm,
    ProgressForm,
    ReasonForm,
    UseForm,
)
from ..models import Acceptance, Evidence, Measure, Milestone
from ..rights import APPROVE, CHANGE, VIEW, measure_for
from ..services import (
    MeasureError,
    accept_measure,
    add_evidence,
    add_milestone,
    approve_measure,
    ask_acceptance,
    complete_measure,
    describe_outcome,
    hand_over_measure,
    note_use,
    postpone_measure,
    propose_measure,
    reach_milestone,
    report_progress,
    return_measure,
    start_measure,
    take_evidence,
    withdraw_measure,
)
from .measures import page_context, refuse


def _act(request: HttpRequest, row: Measure, name: str, form: Any, act: Callable[[dict[str, Any]], Any],
         done: str) -> HttpResponse:
    """Call a service with a valid form; the page again, with the form as refused, otherwise."""
    if form is None or form.is_valid():
        try:
            act(form.cleaned_data if form is not None else {})
        except MeasureError as error:
            if form is None:
                for problem in error.problems:
                    messages.error(request, problem)
                return HttpResponseRedirect(reverse("measures:measure", args=[row.pk]))
            refuse(form, error)
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("measures:measure", args=[row.pk]))
    return render(request, "measures/measure.html", page_context(request, row, **{name: form}), status=422)


@require_POST
@needs(CHANGE)
def measure_propose(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "", None, lambda _told: propose_measure(measure=row, actor=request.user),
                _("已提交审批。"))


@require_POST
@needs(APPROVE)
def measure_approve(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "approve_form", ApproveForm(request.POST),
                lambda told: approve_measure(measure=row, actor=request.user, **told), _("已批准，标尺已冻结。"))


@require_POST
@needs(CHANGE)
def measure_return(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "reason_form", ReasonForm(request.POST),
                lambda told: return_measure(measure=row, actor=request.user, **told), _("已退回修改。"))


@require_POST
@needs(CHANGE)
def measure_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "reason_form", ReasonForm(request.POST),
                lambda told: withdraw_measure(measure=row, actor=request.user, **told), _("已撤回，记录保留。"))


@require_POST
@needs(CHANGE)
def measure_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "postpone_form", PostponeForm(request.POST),
                lambda told: postpone_measure(measure=row, actor=request.user, **told),
                _("已改期，原来的时间留在记录里。"))


@require_POST
@needs(CHANGE)
def measure_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "hand_over_form", HandOverForm(request.POST, user=request.user),
                lambda told: hand_over_measure(measure=row, actor=request.user, **told), _("已移交，双方都收到通知。"))


@require_POST
@needs(VIEW)
def measure_start(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "", None, lambda _told: start_measure(measure=row, actor=request.user), _("已开始执行。"))


@require_POST
@needs(VIEW)
def measure_done(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "done_form", CompleteForm(request.POST),
                lambda told: complete_measure(measure=row, actor=request.user, **told),
                _("已完成。复评会在窗口结束后自动进行。"))


@require_POST
@needs(VIEW)
def progress_add(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "progress_form", ProgressForm(request.POST),
                lambda told: report_progress(measure=row, actor=request.user, **told), _("已记录本周进展。"))


@require_POST
@needs(CHANGE)
def milestone_add(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "milestone_form", MilestoneForm(request.POST, user=request.user),
                lambda told: add_milestone(measure=row, actor=request.user, **told), _("已加阶段。"))


@require_POST
@needs(VIEW)
def milestone_reach(request: HttpRequest, pk: int) -> HttpResponse:
    found = Milestone.objects.filter(pk=pk).select_related("measure").first()
    if found is None:
        raise NotAllowed(f"milestone {pk}")
    row = measure_for(request.user, found.measure_id)
    return _act(request, row, "", None, lambda _told: reach_milestone(milestone=found, actor=request.user),
                _("阶段已完成。"))


@require_POST
@needs(VIEW)
def evidence_add(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(
        request, row, "evidence_form", EvidenceForm(request.POST, request.FILES),
        lambda told: add_evidence(measure=row, kind=told["kind"], name=told["file"].name,
                                  parts=told["file"].chunks(), note=told["note"], is_free=told["is_free"],
                                  actor=request.user),
        _("材料已保存，校验值已记录。"))


@require_GET
@needs(VIEW)
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one proof as a download, after its hash was checked."""
    found = Evidence.objects.filter(pk=pk).select_related("measure").first()
    if found is None:
        raise NotAllowed(f"evidence {pk}")
    row = measure_for(request.user, found.measure_id)
    try:
        path = take_evidence(evidence=found, actor=request.user)
    except MeasureError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("measures:measure", args=[row.pk]))
    return FileResponse(open(path, "rb"), as_attachment=True, filename=found.name,
                        content_type="application/octet-stream")


@require_POST
@needs(CHANGE)
def department_add(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "department_form", DepartmentForm(request.POST),
                lambda told: ask_acceptance(measure=row, units=[(told["unit"], told["duty"])], actor=request.user),
                _("已加验收部门。"))


@require_POST
@needs(VIEW)
def acceptance_decide(request: HttpRequest, pk: int) -> HttpResponse:
    found = Acceptance.objects.filter(pk=pk).select_related("measure").first()
    if found is None:
        raise NotAllowed(f"acceptance {pk}")
    row = measure_for(request.user, found.measure_id)
    return _act(request, row, "accept_form", AcceptanceForm(request.POST),
                lambda told: accept_measure(acceptance=found, accepted=told["accepted"] == "yes", note=told["note"],
                                            actor=request.user), _("已记录验收结果。"))


@require_POST
@needs(VIEW)
def outcome_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "outcome_form", OutcomeForm(request.POST),
                lambda told: describe_outcome(measure=row, actor=request.user, **told), _("已保存。"))


@require_POST
@needs(VIEW)
def use_note(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_for(request.user, pk)
    return _act(request, row, "use_form", UseForm(request.POST),
                lambda told: note_use(measure=row, actor=request.user, **told), _("已保存。"))
