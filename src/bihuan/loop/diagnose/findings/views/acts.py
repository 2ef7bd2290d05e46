"""What people do with findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.web import answer, needs

from .. import services
from ..forms import AnswerForm, AssignForm, IssueForm, JoinForm, NewForm, ReasonForm, StatementForm
from ..models import VIEW, Finding
from ..queries.findings import finding_for
from ..rights import WORK
from ..services.queue import ask_search
from .pages import show


@require_POST
@needs(WORK)
def search(request: HttpRequest) -> HttpResponse:
    """Look for problems now; the job's page shows how far it is."""
    return redirect("core:job", pk=ask_search(actor=request.user).pk)


@needs(WORK)
def finding_new(request: HttpRequest) -> HttpResponse:
    """Bring up a problem by hand, or from a page that says what it is about and where it was seen."""
    told = {"action": request.GET.get("action", "")[:120], "evidence": request.GET.get("from", "")[:500]}
    form = NewForm(request.POST or None, user=request.user, initial=told)
    if form.is_bound and form.is_valid():
        try:
            found = services.raise_finding(title="", statement=form.statement(), actor=request.user,
                                           unit_code=form.cleaned_data["unit_code"],
                                           evidence=form.cleaned_data["evidence"])
        except services.FindingError as error:
            form.add_error(error.field, str(error))
        else:
            return redirect("findings:finding", pk=found.pk)
    return answer(request, "findings/finding_new.html", {"form": form}, form)


@require_POST
@needs(WORK)
def finding_accept(request: HttpRequest, pk: int) -> HttpResponse:
    row = finding_for(request.user, pk)
    try:
        services.accept(finding=row, actor=request.user)
    except services.FindingError as error:
        messages.error(request, str(error))
    return redirect("findings:finding", pk=pk)


@require_POST
@needs(WORK)
def finding_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a finding out of its bundle, or the whole bundle of one that leads apart."""
    services.take_apart(finding_id=finding_for(request.user, pk).pk, by=request.user)
    messages.success(request, _("已拆开，各自处理。"))
    return redirect("findings:finding", pk=pk)


@require_POST
@needs(WORK)
def finding_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a finding into the bundle of another one."""
    row = finding_for(request.user, pk)
    return _act(request, pk, "join", JoinForm(request.POST, finding=row, user=request.user),
                lambda row, form: services.put_together(
                    finding_id=row.pk, leader_id=form.cleaned_data["leader"].pk, by=request.user))


@require_POST
@needs(WORK)
def finding_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "reason", ReasonForm(request.POST), lambda row, form: services.dismiss(
        finding=row, reason=form.cleaned_data["reason"], actor=request.user))


@require_POST
@needs(WORK)
def finding_assign(request: HttpRequest, pk: int) -> HttpResponse:
    row = finding_for(request.user, pk)
    return _act(request, pk, "assign", AssignForm(request.POST, finding=row), lambda row, form: services.assign(
        finding=row, owner=form.cleaned_data["owner"], actor=request.user))


@require_POST
@needs(WORK)
def finding_state(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "statement", StatementForm(request.POST), lambda row, form: services.state_problem(
        finding=row, statement=form.statement(), actor=request.user))


@require_POST
@needs(WORK)
def issue_ask(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "issue", IssueForm(request.POST), lambda row, form: services.ask_department(
        finding=row, unit=form.cleaned_data["unit"].code, actor=request.user))


@require_POST
@needs(VIEW)
def issue_answer(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "answer", AnswerForm(request.POST), lambda row, form: services.answer_issue(
        finding=row, text=form.cleaned_data["text"], actor=request.user))


def _act(request: HttpRequest, pk: int, place: str, form: Any, act: Callable[[Finding, Any], Any]) -> HttpResponse:
    """Do one thing with a finding the person sees; a refusal stays at its place on the page."""
    row = finding_for(request.user, pk)
    if form.is_valid():
        try:
            act(row, form)
        except services.FindingError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("已保存。"))
            return redirect("findings:finding", pk=pk)
    return show(request, row, **{place: form})
