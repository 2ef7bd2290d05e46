"""Reaching people: key accounts without an answer, silent customers, and one's own tasks."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can
from bihuan.core.web import needs, page_of, refusals_on
from bihuan.loop.collect.surveys.queries import wave_info
from bihuan.loop.collect.surveys.rights import wave_for

from .. import services
from ..forms.draw import AssignForm, TaskForm, next_week
from ..models import Draw, Member, Task
from ..queries.answers import Answered, answered
from ..queries.lists import my_open_tasks, owners_for
from ..queries.members import chase_members, draw_in_force, key_coverage, rows_for, silent_members
from ..rights import DRAW, INTERVIEW, SEE, require_customers, task_for


@require_GET
@needs(*SEE)
def reach(request: HttpRequest, wave: int) -> HttpResponse:
    """The chase list of key accounts, or the silent customers of a sample."""
    require_customers(request.user, wave)
    return _page(request, wave, _kind(request.GET.get("kind", "")))


@require_POST
@needs(DRAW)
def assign(request: HttpRequest, wave: int) -> HttpResponse:
    """Give the ticked customers to somebody."""
    wave_for(request.user, wave, DRAW)
    drawing, kind = _draw(wave), _kind(request.POST.get("kind", ""))
    picked = request.POST.getlist("customers")
    form = AssignForm(request.POST, owners=owners_for(wave), picked=picked)
    if form.is_valid():
        with refusals_on(form):
            made = services.assign_tasks(drawing=drawing, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已布置 %(count)d 项触达任务。") % {"count": len(made)})
            return redirect(f"{request.path.removesuffix('assign/')}?kind={kind}")
    return _page(request, wave, kind, status=422, form=form)


@require_GET
@needs(INTERVIEW, DRAW)
def my_tasks(request: HttpRequest) -> HttpResponse:
    """One's own tasks, the most urgent first."""
    return _tasks(request)


@require_POST
@needs(INTERVIEW, DRAW)
def task_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of a task."""
    task, form = task_for(request.user, pk), TaskForm(request.POST, prefix=f"t{pk}")
    if form.is_valid():
        with refusals_on(form):
            services.close_task(task=task, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已办结。"))
            return redirect("samples:my_tasks")
        messages.error(request, form.non_field_errors()[0])
    return _tasks(request, refused=(pk, form), status=422)


def _tasks(request: HttpRequest, *, refused: tuple[int, TaskForm] | None = None, status: int = 200) -> HttpResponse:
    page = page_of(request, my_open_tasks(request.user))
    now = timezone.now()
    lines = [(task, task.is_late(now), refused[1] if refused and refused[0] == task.pk
              else TaskForm(prefix=f"t{task.pk}")) for task in page.object_list]
    return render(request, "samples/my_tasks.html", {
        "page": page, "lines": lines, "may_see": can(request.user, "serve.view_customers")}, status=status)


def _page(request: HttpRequest, wave: int, kind: str, *, status: int = 200, **shown: object) -> HttpResponse:
    info, drawing = wave_info(wave), _draw(wave)
    found = answered(info) if info else Answered()
    page = page_of(request, _members(drawing, found, kind))
    context = {
        "wave": info, "drawing": drawing, "kind": kind, "page": page, "keys": key_coverage(drawing, found),
        "rows": rows_for(drawing, list(page.object_list), found), "found": found, "may_draw": can(request.user, DRAW),
        "tasks": drawing.tasks.filter(kind=kind).exclude(state=Task.State.OPEN).select_related("owner")[:50],
        "form": AssignForm(owners=owners_for(wave), initial={"kind": kind, "due": next_week()}),
        "may_see": can(request.user, "serve.view_customers"), **shown}
    return render(request, "samples/reach.html", context, status=status)


def _members(drawing: Draw, found: Answered, kind: str) -> QuerySet[Member]:
    return chase_members(drawing, found) if kind == Task.Kind.CHASE else silent_members(drawing, found)


def _kind(text: str) -> str:
    return text if text in Task.Kind.values else Task.Kind.CHASE.value


def _draw(wave: int) -> Draw:
    drawing = draw_in_force(wave)
    if drawing is None:
        raise Http404(wave)
    return drawing
