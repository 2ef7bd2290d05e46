"""Exports that wait for a second person: asked for, decided, taken."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.rights import can, require
from bihuan.core.web import answer, needs, page_of, refusals_on

from ..errors import Refused
from ..forms.settings import ContactsForm, DecisionForm, PurposeForm
from ..models import Export
from ..services import exports
from ..services.preferences import preferences

ASK, APPROVE = exports.ASK, exports.APPROVE


@needs(ASK, APPROVE)
def export_list(request: HttpRequest) -> HttpResponse:
    """One's own requests, and everybody's for those who approve."""
    found, part = exports.visible_exports(request.user), request.GET.get("part", "")
    if part := part if part == Export.State.WAITING else "":
        found = found.filter(state=part)
    return render(request, "privacy/export_list.html", {
        "page": page_of(request, found), "part": part, "parts": {"waiting": _("待批的导出")},
        "may_approve": can(request.user, APPROVE),
        "may_ask": can(request.user, ASK) and can(request.user, "core.reveal_personal")})


@needs("core.reveal_personal")
def export_new(request: HttpRequest) -> HttpResponse:
    """Ask for a list of contacts: personal data, so somebody else has to agree."""
    require(request.user, ASK)
    form = ContactsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            exports.ask_export(kind="privacy.contacts", title=told["title"], is_personal=True, purpose=told["purpose"],
                               use=told["use"], abroad=told["abroad"],
                               args={"customers": told["customers"], "channel": told["channel"]},
                               rows=len(told["customers"]), actor=request.user)
            messages.success(request, _("已提交，审批后可在此下载。"))
            return redirect("privacy:export_list")
    return answer(request, "privacy/export_new.html", {"form": form}, form)


@needs(ASK)
def export_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a file without personal data that is too large to be taken at once."""
    form = PurposeForm(request.POST if request.method == "POST" else None)
    try:
        asked = exports.read_asked(request.GET.get("what", ""))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("privacy:export_list")
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            made = exports.ask_export(**asked, **form.cleaned_data, is_personal=False, actor=request.user)
            messages.success(request, _("已提交，审批后可在此下载。"))
            return redirect("privacy:export", made.pk)
    return answer(request, "privacy/export_ask.html", {
        "form": form, "asked": asked, "limit": preferences().export_rows}, form)


@needs(ASK, APPROVE)
def export_page(request: HttpRequest, pk: Any) -> HttpResponse:
    found = get_object_or_404(exports.visible_exports(request.user), pk=pk)
    return render(request, "privacy/export.html", {
        "export": found, "decision": DecisionForm(), "is_own": found.asked_by_id == request.user.pk,
        "may_decide": can(request.user, APPROVE) and found.asked_by_id != request.user.pk})


@require_POST
@needs(APPROVE)
def export_decide(request: HttpRequest, pk: Any) -> HttpResponse:
    found, form = get_object_or_404(Export, pk=pk), DecisionForm(request.POST)
    with refusals_on(form):
        if form.is_valid():
            decide = exports.approve_export if request.POST.get("decision") == "approve" else exports.refuse_export
            decide(export=found, note=form.cleaned_data["note"], actor=request.user)
            return redirect("privacy:export", pk)
    messages.error(request, " ".join(form.non_field_errors()) or _("请核对审批意见。"))
    return redirect("privacy:export", pk)


@require_POST
@needs(ASK)
def export_file(request: HttpRequest, pk: Any) -> HttpResponse:
    found, form = get_object_or_404(exports.visible_exports(request.user), pk=pk), DecisionForm({})
    with refusals_on(form):
        path = exports.take_export(export=found, actor=request.user)
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{found.title}{path.suffix}")
    messages.error(request, form.non_field_errors()[0])
    return redirect("privacy:export", pk)
