"""The steps of one file: how it is read, its mapping, the dry run, the import."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core import jobs
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, refusals_on

from .. import describing, labels, looks, reading, services
from ..errors import Refused
from ..forms import MappingForm, PresetForm, ReadingForm, SaveMappingForm, event_forms, mapping_initial
from ..models import Upload
from ..rights import bound_to_units
from ..timeless import timeless
from .uploads import upload_for

CELLS_PER_PAGE = 100


def at_work(request: HttpRequest, pk: UUID) -> Upload:
    """Return an upload that is between its arrival and its import; others have no wizard pages."""
    upload = upload_for(request, pk)
    if upload.state not in (Upload.State.RECEIVED, Upload.State.CHECKED):
        raise Http404
    return upload


@needs("collect.import_records")
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Step 2: what was recognised, real rows, and which mapping to use. A big file is read after its page is there."""
    upload = at_work(request, pk)
    if request.method == "POST" or not looks.takes_long(upload):
        return _look(request, upload)
    if request.htmx or "now" in request.GET:
        with looks.turn() as mine:
            if mine:
                return _look(request, upload)
    template = "records/_looking.html" if request.htmx else "records/file.html"
    return render(request, template, {"upload": upload, "looking": True})


def _look(request: HttpRequest, upload: Upload) -> HttpResponse:
    template = "records/_look.html" if request.htmx else "records/file.html"
    sniffed, problem = reading.sniffed_or_problem(upload)
    if sniffed is None:
        return render(request, template, {"upload": upload, "problem": problem}, status=422)
    offered = reading.offers(upload, sniffed)
    form = PresetForm(request.POST or None, presets=[(one.name, one.label) for one in offered],
                      initial=reading.way_chosen(upload, sniffed, offered))
    if request.method == "POST" and form.is_valid():
        return _choose_way(request, upload, form)
    reading_form = ReadingForm(recognised=sniffed.recognised, initial=sniffed.recognised)
    context = {"upload": upload, "sniffed": sniffed, "form": form, "offered": offered, "reading_form": reading_form,
               "mended": not upload.mapping.get("draft") and reading.mended_draft(upload, sniffed) is not None}
    return answer(request, template, context, form)


@needs("collect.import_records")
@require_POST
def file_reading(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the file another way than it was recognised."""
    upload = at_work(request, pk)
    sniffed, _problem = reading.sniffed_or_problem(upload)
    # A file that cannot be read as was chosen has no fields to fill: its choices are forgotten.
    form = ReadingForm(request.POST, recognised=sniffed.recognised if sniffed else {})
    if form.is_valid():
        chosen = {key: value for key, value in form.cleaned_data.items() if value not in ("", None)}
        services.set_reading(upload=upload, told=chosen, actor=request.user)
    else:
        messages.error(request, _("表头行号须是 0 到 200 的整数；没有表头填 0。"))
    return redirect("records:file", upload.pk)


def _choose_way(request: HttpRequest, upload: Upload, form: PresetForm) -> HttpResponse:
    told_way = form.cleaned_data
    if told_way["way"] == "preset":
        services.choose_preset(upload=upload, preset=told_way["preset"], actor=request.user)
    else:
        draft = reading.first_draft(upload, told_way["table"])
        services.choose_draft(upload=upload, draft=draft, actor=request.user)
    return redirect("records:mapping", upload.pk)


@needs("collect.import_records")
@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Step 3: each field with its column; a ready mapping is shown, one's own is worked on."""
    upload = at_work(request, pk)
    draft = upload.mapping.get("draft")
    if not draft:
        return _ready_mapping(request, upload)
    columns = reading.columns_for(upload, draft["table"])
    form = MappingForm(request.POST or None, table=draft["table"], columns=columns, initial=mapping_initial(draft))
    events = event_forms(draft, list(reading.columns_of(upload)), request.POST or None)
    if request.method == "POST" and form.is_valid() and (events is None or events.is_valid()):
        told = {**form.draft(), "events": events.drafted() if events else []}
        with refusals_on(form):
            upload = services.choose_draft(upload=upload, draft=told, actor=request.user)
        if form.is_valid():
            return redirect("records:mapping" if "preview" in request.POST else "records:questions", upload.pk)
    context = {"upload": upload, "form": form, "samples": reading.samples(upload), "save_form": SaveMappingForm(),
               "table": draft["table"], "events": events}
    return answer(request, "records/mapping.html", context, form, *([events] if events else []))


def _ready_mapping(request: HttpRequest, upload: Upload) -> HttpResponse:
    try:
        chosen = reading.mapping_of(upload)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("records:file", upload.pk)
    columns = reading.columns_of(upload)
    return render(request, "records/mapping_ready.html", {
        "upload": upload, "mapping": chosen, "described": describing.described(chosen, columns),
        "may_adjust": describing.draft_from(chosen, upload, columns) is not None})


@needs("collect.import_records")
@require_POST
def mapping_adjust(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on field by field from a ready mapping."""
    upload = at_work(request, pk)
    try:
        draft = describing.draft_from(reading.mapping_of(upload), upload, reading.columns_of(upload))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("records:file", upload.pk)
    if draft is None:
        raise Http404
    services.choose_draft(upload=upload, draft=draft, actor=request.user)
    return redirect("records:mapping", upload.pk)


@needs("collect.import_records")
def mapping_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first rows as they would be; loaded after the page, because it takes a moment."""
    upload = at_work(request, pk)
    return render(request, "records/_preview.html", {"preview": reading.preview_or_problem(upload)})


@needs("collect.import_records")
@require_POST
def mapping_save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the mapping under a name for the next file."""
    upload = at_work(request, pk)
    form = SaveMappingForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.save_preset(upload=upload, title=form.cleaned_data["title"], actor=request.user)
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))
    if form.is_valid():
        messages.success(request, _("映射已保存，下次会自动认出这种文件。"))
    return redirect("records:mapping", upload.pk)


@needs("collect.import_records")
@require_POST
def check_start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the dry run, or begin it again."""
    upload = at_work(request, pk)
    try:
        services.start_check(upload=upload, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("records:file", upload.pk)
    return redirect("records:check", upload.pk)


@needs("collect.import_records")
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Step 5: the dry run's progress, then what it found."""
    upload = at_work(request, pk)
    if upload.check_job is None:
        return redirect("records:mapping", upload.pk)
    if upload.state == Upload.State.RECEIVED:
        return _waiting(request, upload, upload.check_job, step=5)
    if request.htmx:
        return _go_on(request)
    found = upload.check_result
    page = Paginator(found["cells"], CELLS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "records/check.html", {
        "upload": upload, "found": found, "page": page, "costs": reading.cost_lines(found), "tables": found["tables"],
        "absent": [labels.column(name) for name in found["absent"]],
        "timeless": timeless(reading.mapping_of(upload), found["tables"]),
        "without_unit": reading.without_unit(upload, found), "unseen": bound_to_units(request.user),
        "may_read_numbers": can(request.user, "core.manage_units"),
        "may_units": False})     # before the import there is nothing to say whose a name is


@needs("collect.import_records")
def check_cells(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All bad cells as a file."""
    upload = at_work(request, pk)
    if not upload.cells_path.exists():
        raise Http404
    return FileResponse(open(upload.cells_path, "rb"), as_attachment=True, filename=f"{_('问题单元格')}.csv")


@needs("collect.import_records")
@require_POST
def import_start(request: HttpRequest, pk: UUID) -> HttpResponse:
    upload = at_work(request, pk)
    try:
        services.start_import(upload=upload, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("records:check", upload.pk)
    return redirect("records:importing", upload.pk)


@needs("collect.import_records")
def importing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Step 6: the import's progress; when it is done, its batch."""
    upload = upload_for(request, pk)
    if upload.batch:
        return _go_on(request, "records:batch", upload.batch)
    if upload.import_job is None:
        raise Http404
    return _waiting(request, upload, upload.import_job, step=6)


@needs("collect.import_records")
@require_POST
def job_stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop the upload's job at its next safe point."""
    upload = upload_for(request, pk)
    for job in (upload.import_job, upload.check_job):
        if job is not None and not job.is_finished:
            jobs.cancel(job=job, actor=request.user)
            return redirect("records:importing" if job == upload.import_job else "records:check", upload.pk)
    return redirect("records:batch_list")


def _waiting(request: HttpRequest, upload: Upload, job: object, *, step: int) -> HttpResponse:
    template = "records/_job.html" if request.htmx else "records/waiting.html"
    return render(request, template, {"upload": upload, "job": job, "step": step})


def _go_on(request: HttpRequest, *target: str) -> HttpResponse:
    """Lead to a page, also from a fragment that was asking for news."""
    if not request.htmx:
        return redirect(*target)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = redirect(*target).url if target else request.path
    return response
