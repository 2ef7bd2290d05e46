"""Pages of the register: processes, their versions and steps, files in and out, duties and swim lanes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.rights import can, reaches, require, scope_of
from bihuan.core.web import answer, needs, page_of
from bihuan.engine.process.register import write_bpmn, write_mermaid, write_sheet

from ..forms import ImportForm, ProcessForm, PublishForm, StepForm
from ..models import Process, ProcessStep, ProcessVersion
from ..queries.conformance import activities_seen, steps_of_version
from ..queries.lanes import lanes_of
from ..queries.register import changes_between, duties_of, process_for, since_version, version_of
from ..rights import CHANGE, VIEW
from ..services import (
    ProcessError,
    begin_draft,
    create_process,
    import_steps,
    move_step,
    publish,
    remove_step,
    save_step,
)

FORMATS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", lambda _name, s: write_sheet(s)),
    "bpmn": ("application/xml; charset=utf-8", lambda name, s: write_bpmn(name, s).encode()),
    "mmd": ("text/plain; charset=utf-8", lambda _name, s: write_mermaid(s).encode()),
}


@require_GET
@needs(VIEW)
def process_list(request: HttpRequest) -> HttpResponse:
    """List the processes a person may see."""
    rows = Process.objects.for_user(request.user).prefetch_related("versions")
    return render(request, "processes/process_list.html", {
        "page": page_of(request, rows, size=30), "may_change": can(request.user, CHANGE)})


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def process_new(request: HttpRequest) -> HttpResponse:
    """Name a process."""
    form = ProcessForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            process = create_process(**form.cleaned_data, actor=request.user)
        except ProcessError as error:
            form.add_error(error.field or None, str(error))
        else:
            return HttpResponseRedirect(reverse("processes:process", args=[process.pk]))
    return answer(request, "processes/process_new.html", {"form": form}, form)


@require_GET
@needs(VIEW)
def process(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version with its steps, and what changed since another one."""
    row, version = _shown(request, pk)
    steps = steps_of_version(version)
    other = version_of(row, request.GET["since"]) if request.GET.get("since") else None
    changes = changes_between(steps_of_version(other), steps) if other else []
    return render(request, "processes/process.html", {
        **_frame(request, row, version, "process"), "since_force": since_version(version),
        "steps": list(zip(version.steps.all(), steps)), "other": other,
        "changes": changes, "flags": duties_of(steps).flags, "publish": PublishForm(), "formats": FORMATS})


@require_GET
@needs(VIEW)
def duties(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who does what, what is wrong with it, and the swim lanes."""
    row, version = _shown(request, pk)
    steps = steps_of_version(version)
    return render(request, "processes/duties.html", {
        **_frame(request, row, version, "duties"), "duties": duties_of(steps), "lanes": lanes_of(steps)})


@require_GET
@needs(VIEW)
def process_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send a version as Excel, BPMN or Mermaid."""
    row, version = _shown(request, pk)
    if form not in FORMATS:
        raise Http404(form)
    media, write = FORMATS[form]
    response = HttpResponse(write(row.name, list(steps_of_version(version))), content_type=media)
    response["Content-Disposition"] = f'attachment; filename="process-{row.pk}-v{version.number}.{form}"'
    return response


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def steps_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the steps of a file into the draft."""
    row = process_for(request.user, pk)
    require(request.user, CHANGE, row)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        version = import_steps(process=row, steps=form.steps, source=form.cleaned_data["file"].name.rsplit(".")[-1],
                               actor=request.user)
        messages.success(request, _("已把 {n} 个步骤导入草稿 v{version}。").format(
            n=len(form.steps), version=version.number))
        return _to(row, version)
    return answer(request, "processes/steps_import.html", {"row": row, "form": form}, form)


@require_POST
@needs(CHANGE)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new version."""
    row = process_for(request.user, pk)
    return _to(row, begin_draft(process=row, actor=request.user))


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def step_edit(request: HttpRequest, pk: int, step: int = 0) -> HttpResponse:
    """Add a step to the draft, or change one."""
    row = process_for(request.user, pk)
    require(request.user, CHANGE, row)
    version = get_object_or_404(ProcessVersion, process=row, state=ProcessVersion.State.DRAFT)
    held = get_object_or_404(ProcessStep, pk=step, version=version) if step else None
    form = StepForm(request.POST or None, step=held.info() if held else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_step(version=version, step=form.step(), pk=step or None, actor=request.user)
        except ProcessError as error:
            form.add_error(error.field or None, str(error))
        else:
            return _to(row, version)
    return answer(request, "processes/step_edit.html", {
        "row": row, "version": version, "held": held, "form": form, "known": activities_seen(request.user, row.where)},
        form)


@require_POST
@needs(CHANGE)
def step_act(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Move a step of the draft or take it out."""
    row = process_for(request.user, pk)
    held = get_object_or_404(ProcessStep.objects.select_related("version__process"), pk=step, version__process=row)
    try:
        if request.POST.get("act") == "remove":
            remove_step(step=held, actor=request.user)
        else:
            move_step(step=held, up=request.POST.get("act") == "up", actor=request.user)
    except ProcessError as error:
        messages.error(request, str(error))
    return _to(row, held.version)


@require_POST
@needs(CHANGE)
def publish_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the draft into force."""
    row = process_for(request.user, pk)
    version = get_object_or_404(ProcessVersion, process=row, state=ProcessVersion.State.DRAFT)
    try:
        publish(version=version, note=request.POST.get("note", ""), actor=request.user)
        messages.success(request, _("v{version} 已生效。").format(version=version.number))
    except ProcessError as error:
        messages.error(request, str(error))
    return _to(row, version)


def _shown(request: HttpRequest, pk: int) -> tuple[Process, ProcessVersion]:
    row = process_for(request.user, pk)
    version = version_of(row, request.GET.get("version"))
    if version is None:
        raise Http404("version")
    return row, version


def _frame(request: HttpRequest, row: Process, version: ProcessVersion, tab: str) -> dict:
    may = can(request.user, CHANGE) and reaches(scope_of(request.user, CHANGE), unit=row.unit_code)
    tabs = [(_("步骤"), "process"), (_("职责与泳道图"), "duties"), (_("各步骤的数字"), "step_numbers"),
            (_("符合性检查"), "conformance"), (_("两期对比"), "process_compare")]
    return {
        "row": row, "version": version, "versions": row.versions.all(), "may_change": may,
        "editable": may and version.state == ProcessVersion.State.DRAFT,
        "process_tabs": [(label, f"{reverse(f'processes:{name}', args=[row.pk])}?version={version.number}", name == tab)
                         for label, name in tabs]}


def _to(row: Process, version: ProcessVersion) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('processes:process', args=[row.pk])}?version={version.number}")
