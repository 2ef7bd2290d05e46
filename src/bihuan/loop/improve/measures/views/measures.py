"""One measure: its page, writing it, its yardstick."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.queries import unit_names
from bihuan.core.web import needs, number_in
from bihuan.loop.diagnose.causes.queries import causes_of
from bihuan.loop.diagnose.findings.queries import finding_info, finding_told, findings_for
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.reports.queries.tables import line_of_table
from bihuan.loop.evaluate.reports.rights import table_for

from ..forms import (
    AcceptanceForm,
    ApproveForm,
    CompleteForm,
    DepartmentForm,
    EvidenceForm,
    HandOverForm,
    MeasureForm,
    MilestoneForm,
    OutcomeForm,
    PostponeForm,
    ProgressForm,
    ReasonForm,
    UseForm,
    YardstickForm,
    measure_initial,
)
from ..models import Measure
from ..queries.foresight import method_label, outlook, proposed_words, size_text, yardstick_words
from ..queries.smart import checks, examples
from ..rights import (
    CHANGE,
    VIEW,
    answers_for,
    approvers_of,
    may_accept,
    may_approve,
    may_change,
    may_report,
    measure_for,
    require_change,
)
from ..services import (
    MeasureError,
    change_measure,
    draft_measure,
    lacking_for_done,
    lacks_of,
    look_ahead,
    proposal_of,
    propose_yardstick,
)
from ..services.carrying import today

State = Measure.State


@require_GET
@needs(VIEW)
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one measure whole, with what may be done next."""
    return render(request, "measures/measure.html", page_context(request, measure_for(request.user, pk)))


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def measure_new(request: HttpRequest) -> HttpResponse:
    """Write a measure, from a finding where the address names one."""
    form = MeasureForm(request.POST or None, user=request.user, initial=_first_guess(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = draft_measure(words=form.words(), actor=request.user)
        except MeasureError as error:
            refuse(form, error)
        else:
            messages.success(request, _("已存为草稿。请填写标尺，再提交审批。"))
            return HttpResponseRedirect(reverse("measures:yardstick_edit", args=[made.pk]))
    context = {"form": form, "measure": None, "examples": examples()}
    return render(request, "measures/measure_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def measure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    row = measure_for(request.user, pk)
    require_change(request.user, row)
    form = MeasureForm(request.POST or None, user=request.user, measure=row, initial=measure_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            change_measure(measure=row, words=form.words(), actor=request.user)
        except MeasureError as error:
            refuse(form, error)
        else:
            return HttpResponseRedirect(reverse("measures:measure", args=[pk]))
    context = {"form": form, "measure": row, "examples": examples()}
    return render(request, "measures/measure_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def yardstick_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """State by what the measure will be judged."""
    row = measure_for(request.user, pk)
    require_change(request.user, row)
    form = YardstickForm(request.POST or None, initial=_yardstick_guess(row))
    if request.method == "POST" and form.is_valid():
        try:
            propose_yardstick(measure=row, proposal=form.proposal(), actor=request.user)
        except MeasureError as error:
            refuse(form, error)
        else:
            messages.success(request, _("标尺已保存，批准时冻结。"))
            return HttpResponseRedirect(reverse("measures:measure", args=[pk]))
    context = {"form": form, "measure": row}
    return render(request, "measures/yardstick_edit.html", context, status=422 if form.errors else 200)


@require_POST
@needs(CHANGE)
def yardstick_preview(request: HttpRequest) -> HttpResponse:
    """Say of a yardstick that is not sent yet whether the data will be able to tell."""
    form = YardstickForm(request.POST)
    context: dict[str, Any] = {"outlook": None, "problem": ""}
    if form.is_valid():
        context |= preview_of(form.proposal(), request)
    return render(request, "measures/_outlook.html", context)


def preview_of(proposal: Any, request: HttpRequest) -> dict[str, Any]:
    """Return the look ahead of a proposal as a fragment shows it."""
    try:
        agreed, told = look_ahead(proposal=proposal, actor=request.user)
    except MeasureError as error:
        return {"outlook": None, "problem": str(error)}
    passport = engine.passports()[agreed.indicator]
    return {"outlook": outlook(vars(told), unit=passport.unit, worthwhile=agreed.worthwhile,
                               weeks_after=proposal.weeks_after),
            "told": told, "method": method_label(told.method), "agreed": agreed, "passport": passport, "problem": "",
            "worthwhile": size_text(agreed.worthwhile, passport.unit)}


def page_context(request: HttpRequest, row: Measure, **bound: Any) -> dict[str, Any]:
    """Return all that the page of a measure shows; ``bound`` are forms that were refused."""
    user, names = request.user, unit_names()
    draft = row.state in (State.DRAFT, State.PROPOSED)
    lacking = lacks_of(row) if draft else []
    changes, approves = may_change(user, row), may_approve(user, row)
    proposal = proposal_of(row.draft_yardstick) if draft and row.draft_yardstick else None
    preview = preview_of(proposal, request) if proposal and (changes or approves) else None
    doubt = str(ahead.title) if preview and (ahead := preview["outlook"]) and ahead.tone != "good" else ""
    forms = {"reason_form": ReasonForm(), "postpone_form": PostponeForm(), "hand_over_form": HandOverForm(user=user),
             "milestone_form": MilestoneForm(user=user, initial={"owner": row.accountable_id}),
             "progress_form": ProgressForm(), "evidence_form": EvidenceForm(initial={"kind": row.rule.proof[0]}),
             "department_form": DepartmentForm(), "accept_form": AcceptanceForm(),
             "done_form": CompleteForm(initial={"change_on": row.started_on}),
             "outcome_form": OutcomeForm(initial={"outcome": row.outcome}),
             "use_form": UseForm(initial={"budget": row.budget.get("used"), "staff": row.staff.get("used")}),
             "approve_form": ApproveForm(initial={"budget": row.budget.get("asked"), "staff": row.staff.get("asked")})}
    return {
        "measure": row, "unit": names.get(row.unit_code, row.unit_code), "lacking": lacking, "draft": draft,
        "smart": checks(lacking, doubt), "others": [one for one in lacking if not one.letter],
        "details": [(one.label, row.details.get(one.name, "")) for one in row.rule.details],
        **_against(user, row),
        "acceptances": [(one, names.get(one.unit_code, one.unit_code), may_accept(user, one))
                        for one in row.acceptances.select_related("measure", "user").prefetch_related(
                            "measure__amendments")],
        "milestones": row.milestones.select_related("owner"), "progress": row.progress.select_related("by"),
        "evidence": row.evidence.select_related("by"), "helpers": row.helpers.all(),
        "amendments": row.amendments.select_related("owner_before", "owner_after", "by"),
        "lacking_done": lacking_for_done(row) if row.state == State.RUNNING else [],
        "may_change": changes, "may_report": may_report(user, row), "may_approve": approves, "today": today(),
        "approvers": approvers_of(row) if draft else [],
        "proposal": proposal, "proposed": proposed_words(proposal) if proposal else {},
        "yardstick": yardstick_words(row),
        "preview": preview, **forms, **bound,
    }


def _against(user: Any, row: Measure) -> dict[str, Any]:
    """What a measure is against, for those who see the problem or answer for the measure; the link for the former."""
    if row.finding_id is None:
        return {}
    seen = findings_for(user).filter(pk=row.finding_id).exists()
    if not seen and not answers_for(user, row):
        return {}
    causes = causes_of(row.finding_id) if row.finding_cause_id else []
    return {"finding": finding_told(row.finding_id), "sees_finding": seen,
            "cause": next((one for one in causes if one.id == row.finding_cause_id), None)}


def refuse(form: Any, error: MeasureError) -> None:
    """Put a refusal onto the field it is about."""
    form.add_error(error.field if error.field in form.fields else None, list(error.problems))


def _first_guess(request: HttpRequest) -> dict[str, Any]:
    """What a new measure begins with: the finding of the address, the asking person, a month's time."""
    initial: dict[str, Any] = {"term": "quick_win", "kind": "process", "accountable": request.user.pk,
                               "starts_on": today(), "title": request.GET.get("title", "").strip()[:120],
                               "reason": request.GET.get("reason", "").strip()[:500],
                               "unit_code": request.GET.get("unit_code", "")}
    initial |= _from_table(request)
    named = number_in(request.GET, "finding")
    found = findings_for(request.user).filter(pk=named).first() if named is not None else None
    if found is not None:
        causes = causes_of(found.pk)
        if len(causes) == 1:
            initial["finding_cause"] = str(causes[0].id)
        initial |= {"finding": str(found.pk), "unit_code": found.unit_code or found.suggested_unit,
                    "accountable": found.owner_id or request.user.pk}
    return initial


def _from_table(request: HttpRequest) -> dict[str, Any]:
    """The line of an evaluation table that the address names: its words, and where the second score will stand."""
    told = [request.GET.get(name, "") for name in ("table", "block", "line")]
    if not all(one.isascii() and one.isdigit() for one in told):
        return {}
    table, block, line = (int(one) for one in told)
    found = line_of_table(table_for(request.user, table), block, line)
    return {} if found is None else {
        "table_row": {"table": table, "block": block, "line": line}, "title": found.measure, "problem": found.problem,
        "reason": found.problem}


def _yardstick_guess(row: Measure) -> dict[str, Any]:
    if row.draft_yardstick:
        return dict(row.draft_yardstick)
    found = finding_info(row.finding_id) if row.finding_id else None
    return {"indicator": found.indicator if found else "", "where": found.where if found else "",
            "selected_from": found.selected_from if found else 1, "change": row.starts_on or today(),
            "weeks_before": 52, "weeks_after": 12}
