"""Answers collected elsewhere: a file, its columns, the dry run, the import; and what 问卷星 pushes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.errors import told
from bihuan.core.rights import can, require
from bihuan.core.web import needs, page_of, refusals_on
from bihuan.engine.survey.elsewhere import ColumnPlan as Plan
from bihuan.engine.survey.elsewhere import roles_of
from bihuan.loop.collect.intake.queries import hooks_reading
from bihuan.loop.collect.records.queries import header_of, waiting_upload
from bihuan.loop.collect.surveys.contracts import WaveInfo

from .. import services
from ..elsewhere import IMPORT, PUSH, plan_of, preset_of
from ..forms import ColumnsForm, FileForm
from ..queries.elsewhere import (
    came_from_elsewhere,
    first_plan,
    imports_of,
    kind_of,
    meant,
    push_of,
    pushed_columns,
    unknown_codes,
)
from ..rights import SEND
from ..waves import questions_of
from .common import page, wave_for


def _wave(request: HttpRequest, number: int) -> WaveInfo:
    require(request.user, IMPORT)  # type: ignore[arg-type]
    return wave_for(request, number, SEND)


def _upload(request: HttpRequest, pk: UUID) -> Any:
    found = waiting_upload(request.user, pk)  # type: ignore[arg-type]
    if found is None:
        raise Http404(pk)
    return found


def _plan(wave: WaveInfo, upload: Any) -> Plan:
    header, _problem = header_of(upload)
    return first_plan(wave, header) if header else Plan()


@needs(SEND)
def elsewhere(request: HttpRequest, number: int) -> HttpResponse:
    """What came from elsewhere so far; another file is taken."""
    wave = _wave(request, number)
    form = FileForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            upload = services.take_file(wave=wave.id, file=form.cleaned_data["file"], actor=request.user)
            return redirect("answering:elsewhere_columns", number, upload.pk)
    return page(request, "answering/elsewhere.html", wave, "elsewhere", {
        "form": form, "came": came_from_elsewhere(wave), "page": page_of(request, imports_of(request.user, wave.id)),
        "push": push_of(wave.id), "hooks": hooks_reading(preset_of(wave.id, PUSH))}, form)


@needs(SEND)
def columns(request: HttpRequest, number: int, pk: UUID) -> HttpResponse:
    """Which column is which item; the likeliest is chosen already."""
    wave, upload = _wave(request, number), _upload(request, pk)
    header, problem = header_of(upload)
    if header is None:
        return page(request, "answering/elsewhere_unreadable.html", wave, "elsewhere", {"problem": problem})
    kind = kind_of(header)
    form = ColumnsForm(request.POST if request.method == "POST" else None, columns=header.columns,
                       roles=roles_of(questions_of(wave.version_id)), plan=first_plan(wave, header))
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.decide_columns(wave=wave.id, upload=upload, columns=header.columns, plan=form.asked(), kind=kind,
                                    actor=request.user)
            return redirect("answering:elsewhere_check", number, pk)
    return page(request, "answering/elsewhere_columns.html", wave, "elsewhere", {
        "upload": upload, "form": form, "lines": form.lines(header.samples), "kind": kind}, form)


@require_GET
@needs(SEND)
def check(request: HttpRequest, number: int, pk: UUID) -> HttpResponse:
    """What the dry run found: nothing is imported yet."""
    wave, upload = _wave(request, number), _upload(request, pk)
    if upload.check_job is None:
        return redirect("answering:elsewhere_columns", number, pk)
    found = upload.check_result
    if request.htmx and not found and not upload.check_job.is_finished:
        return render(request, "answering/_elsewhere_job.html", {"wave": wave, "upload": upload})
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = request.path
        return response
    cells = found.get("cells", [])
    return page(request, "answering/elsewhere_check.html", wave, "elsewhere", {
        "upload": upload, "found": found,
        "unknown": unknown_codes(cells, _plan(wave, upload), questions_of(wave.version_id)),
        "page": page_of(request, cells, size=100),
        "english": (get_language() or "").startswith("en"),
        "unmatched": sum(cell["code"] == "not_invited" for cell in cells)})


@require_POST
@needs(SEND)
def missing(request: HttpRequest, number: int, pk: UUID) -> HttpResponse:
    """Say what codes that no question has mean, no answer or a choice called otherwise, and look again."""
    wave, upload = _wave(request, number), _upload(request, pk)
    header, _problem = header_of(upload)
    if header is None:
        raise Http404(pk)
    kind = kind_of(header)
    plan = first_plan(wave, header)
    told = dict(zip(request.POST.getlist("code"), request.POST.getlist("means")))
    cells = upload.check_result.get("cells", []) if upload.check_result else []
    plan = meant(plan, told, unknown_codes(cells, plan, questions_of(wave.version_id)))
    services.decide_columns(wave=wave.id, upload=upload, columns=header.columns, plan=plan, kind=kind,
                            actor=request.user)
    return redirect("answering:elsewhere_check", number, pk)


@require_POST
@needs(SEND)
def bring_in(request: HttpRequest, number: int, pk: UUID) -> HttpResponse:
    """Import in the background; the batch's own page can take it back."""
    wave, upload = _wave(request, number), _upload(request, pk)
    try:
        services.bring_in(wave=wave.id, upload=upload, actor=request.user)
    except Exception as refusal:
        if not getattr(refusal, "code", None):
            raise
        messages.error(request, told(refusal))
        return redirect("answering:elsewhere_check", number, pk)
    return redirect("records:importing", pk)


@needs(SEND)
def push(request: HttpRequest, number: int) -> HttpResponse:
    """Which field of what 问卷星 pushes is which item, and the webhook that takes it."""
    wave = _wave(request, number)
    asked = questions_of(wave.version_id)
    kept, likely = push_of(wave.id), pushed_columns(asked)
    form = ColumnsForm(request.POST if request.method == "POST" else None, columns=list(likely), roles=roles_of(asked),
                       plan=plan_of(kept.plan if kept else {"roles": likely, "separator": ","}))
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.prepare_push(wave=wave.id, columns=list(likely), plan=form.asked(), actor=request.user)
            messages.success(request, _("已保存。"))
            return redirect("answering:elsewhere_push", number)
    name = preset_of(wave.id, PUSH)
    return page(request, "answering/elsewhere_push.html", wave, "elsewhere", {
        "form": form, "lines": form.lines({}), "kept": kept, "hooks": hooks_reading(name),
        "source": f"{wave.code}.wjx", "may_hook": can(request.user, "collect.manage_intake")}, form)
