"""Procedures: list, read and print, write, submit, approve."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.rights import can, reaches, require, scope_of
from bihuan.core.web import answer, needs, page_of

from ..forms import ApproveForm, ProcedureForm, RefuseForm, VersionForm
from ..queries.procedures import Procedure, ProcedureVersion, chapters_of, compared, procedure_for, version_of
from ..rights import APPROVE, VIEW, WRITE
from ..services import ProcedureError, approve, begin_version, create_procedure, refuse, submit, write


@require_GET
@needs(VIEW)
def procedure_list(request: HttpRequest) -> HttpResponse:
    """List the procedures a person may read."""
    rows = Procedure.objects.for_user(request.user).prefetch_related("versions")
    return render(request, "procedures/procedure_list.html", {
        "page": page_of(request, rows, size=30), "may_write": can(request.user, WRITE)})


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def procedure_new(request: HttpRequest) -> HttpResponse:
    """Begin a procedure."""
    form = ProcedureForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            row = create_procedure(**form.cleaned_data, actor=request.user)
        except ProcedureError as error:
            form.add_error(error.field or None, str(error))
        else:
            return HttpResponseRedirect(reverse("procedures:procedure_edit", args=[row.pk]))
    return answer(request, "procedures/form.html", {
        "form": form, "title": _("新建操作规程"), "back": reverse("procedures:procedure_list")}, form)


@require_GET
@needs(VIEW)
def procedure(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version, ready to print."""
    row = procedure_for(request.user, pk)
    version = version_of(row, request.GET.get("version"))
    if version is None:
        raise Http404("version")
    return render(request, "procedures/procedure.html", {
        "row": row, "version": version, "chapters": chapters_of(version), "versions": row.versions.all(),
        "compare": compared(request.user, row, version),
        "may_write": _may(request, WRITE, row), "may_approve": _may(request, APPROVE, row),
        "approve": ApproveForm(), "refuse": RefuseForm(), "State": ProcedureVersion.State})


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def procedure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the draft under the fixed chapters."""
    row = procedure_for(request.user, pk)
    require(request.user, WRITE, row)
    version = row.versions.first()
    if version is None or version.state != ProcedureVersion.State.DRAFT:
        return HttpResponseRedirect(reverse("procedures:procedure", args=[pk]))
    form = VersionForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        write(version=version, chapters=form.chapters(), exam=form.cleaned_data["exam"],
              note=form.cleaned_data["note"], actor=request.user)
        messages.success(request, _("草稿已保存。"))
        return _to(row, version)
    return answer(request, "procedures/form.html", {
        "form": form, "title": f"{row.number} {row.title} v{version.number}",
        "back": reverse("procedures:procedure", args=[pk])}, form)


@require_POST
@needs(WRITE, APPROVE)
def procedure_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a version, submit it, approve it or send it back."""
    row = procedure_for(request.user, pk)
    act, version = request.POST.get("act"), row.versions.first()
    if version is None:
        raise Http404("version")
    try:
        if act == "begin":
            version = begin_version(procedure=row, actor=request.user)
        elif act == "submit":
            submit(version=version, actor=request.user)
        elif act == "approve":
            form = ApproveForm(request.POST)
            if not form.is_valid():
                raise ProcedureError(_("请填写生效日期。"))
            approve(version=version, effective_on=form.cleaned_data["effective_on"], actor=request.user)
        elif act == "refuse":
            refuse(version=version, reason=request.POST.get("reason", ""), actor=request.user)
        else:
            raise Http404("act")
    except ProcedureError as error:
        messages.error(request, str(error))
    return _to(row, version)


def _may(request: HttpRequest, permission: str, row: Procedure) -> bool:
    return can(request.user, permission) and reaches(scope_of(request.user, permission), unit=row.unit_code)


def _to(row: Procedure, version: ProcedureVersion) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('procedures:procedure', args=[row.pk])}?version={version.number}")
