"""Collect › data sources: the list, one source, and what can be done with it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core import workspace
from bihuan.core.web import answer, needs, page_of, refusals_on

from . import queries, services
from .forms import NamesForm, SourceForm
from .models import Source
from .rights import MANAGE
from .services.probe import Tried

PARTS = {"late": gettext_lazy("出错或过期的数据源")}
# How a turn that somebody asked for ended stays on the page for a while.
TOLD_FOR = timedelta(minutes=5)


@require_GET
@needs(MANAGE)
def source_list(request: HttpRequest) -> HttpResponse:
    lines, part = queries.lines(timezone.now()), request.GET.get("part", "")
    if part == "late":
        lines = [line for line in lines if line.state in ("failed", "late")]
    return render(request, "sources/source_list.html", {
        "lines": lines, "kinds": Source.Kind.choices, "parts": PARTS, "part": part if part in PARTS else ""})


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def source_names(request: HttpRequest) -> HttpResponse:
    """What the systems are called: codes on boards, cases and batches say nothing to people."""
    form = NamesForm(request.POST or None, codes=queries.source_codes())
    if form.is_bound and form.is_valid():
        if services.name_sources(names=form.names(), actor=request.user):
            messages.success(request, _("已保存。看板、工单和批次上都显示新的名称。"))
        return redirect("sources:source_names")
    return answer(request, "sources/source_names.html", {"form": form}, form)


@needs(MANAGE)
def source_new(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in Source.Kind.values:
        raise Http404(kind)
    return _edit(request, None, kind)


@needs(MANAGE)
def source_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Source, pk=pk)
    return _edit(request, found, found.kind)


def _edit(request: HttpRequest, found: Source | None, kind: str) -> HttpResponse:
    """Save and try at once: what cannot be read stays switched off until it can."""
    form = SourceForm(request.POST or None, kind=kind, source=found)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            saved = services.save_source(source=found, actor=request.user, **form.values())
            tried = services.try_source(source=saved, actor=request.user)
            if found is None and not tried.ok:
                services.pause_source(source=saved, actor=request.user)
            _say(request, tried, paused=found is None and not tried.ok)
            return redirect("sources:source", saved.pk)
    return answer(request, "sources/source_edit.html", {
        "form": form, "source": found, "kind_label": Source.Kind(kind).label}, form)


def _say(request: HttpRequest, tried: Tried, *, paused: bool = False) -> None:
    for line in tried.lines:
        (messages.success if tried.ok else messages.error)(request, line)
    if paused:
        messages.warning(request, _("已保存但没有启用：改正后点“测试连接”，再点“启用”。"))


@require_GET
@needs(MANAGE)
def source(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "sources/source.html", _shown(request, pk))


@require_GET
@needs(MANAGE)
def source_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The body of a source's page, asked for again while a turn is under way."""
    return render(request, "sources/_state.html", _shown(request, pk))


def _shown(request: HttpRequest, pk: int) -> dict[str, object]:
    found = get_object_or_404(Source.objects.select_related("job"), pk=pk)
    now = timezone.now()
    line, pull, job = queries.line(found, now), queries.open_pull(found), found.job
    if job is not None and job.ended_at is not None and now - job.ended_at > TOLD_FOR:
        job = None
    history = queries.files_of(found) if found.is_folder else queries.pulls_of(found)
    moving = line.state in ("running", "new") or bool(job and not job.is_finished)
    return {"source": found, "line": line, "pull": pull, "job": job, "moving": moving, "config": found.config,
            "streams": queries.streams_of(workspace.home(), found), "page": page_of(request, history, size=20)}


@require_POST
@needs(MANAGE)
def source_try(request: HttpRequest, pk: int) -> HttpResponse:
    _say(request, services.try_source(source=get_object_or_404(Source, pk=pk), actor=request.user))
    return redirect("sources:source", pk)


@require_POST
@needs(MANAGE)
def source_run(request: HttpRequest, pk: int) -> HttpResponse:
    services.run_now(source=get_object_or_404(Source, pk=pk), actor=request.user)
    return redirect("sources:source", pk)


@require_POST
@needs(MANAGE)
def source_switch(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Source, pk=pk)
    act = services.pause_source if found.is_active else services.resume_source
    act(source=found, actor=request.user)
    messages.success(request, _("已暂停。") if found.is_active else _("已启用，一分钟内开始。"))
    return redirect("sources:source", pk)


@require_POST
@needs(MANAGE)
def source_reset(request: HttpRequest, pk: int) -> HttpResponse:
    services.reset_source(source=get_object_or_404(Source, pk=pk), actor=request.user)
    messages.success(request, _("下一次会从头读取。已有的行不会重复导入。"))
    return redirect("sources:source", pk)


@require_POST
@needs(MANAGE)
def source_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Source, pk=pk)
    services.delete_source(source=found, actor=request.user)
    messages.success(request, _("已删除数据源“%(name)s”。导入过的批次还在。") % {"name": found.name})
    return redirect("sources:source_list")
