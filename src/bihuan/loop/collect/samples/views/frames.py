"""From the frame to the draw: whom the survey is about, how they are divided, how many are drawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.errors import told
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, refusals_on
from bihuan.loop.collect.surveys.rights import wave_for

from .. import services
from ..errors import Refused
from ..forms.draw import DrawForm, PlanForm
from ..forms.frame import FrameForm
from ..models import Frame
from ..queries.deviations import Measured, measured
from ..queries.former import former_plan, former_rule, initial_of
from ..queries.lists import frame_words, offered_values, proposed
from ..queries.members import draw_in_force
from ..queries.plans import Plan, Table, shares_of, table_of
from ..queries.scoping import choices_for, kept_by, key_of, named
from ..rights import DRAW, SEE, frame_for

NONE = Measured({}, {}, None, "")


@require_http_methods(["GET", "POST"])
@needs(DRAW)
def frame_new(request: HttpRequest, wave: int) -> HttpResponse:
    """Say whom a wave is about; the frame is made at once, or in the background where it is large."""
    found = wave_for(request.user, wave, DRAW)
    usual = proposed()
    former = former_rule(wave, usual["end"])
    kept = kept_by(request.user, request.POST.get("scope", "") if request.method == "POST" else _key(
        request, key_of(request.user, former.scope) if former else ""))
    form = FrameForm(request.POST or None, offered=offered_values(request.user), initial=usual | (
        initial_of(former) if former else {}) | (kept.initial if kept else {}))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = services.start_frame(wave=wave, rule=named(form.rule(), kept), actor=request.user)
            if made.state == Frame.State.FAILED:
                form.add_error(None, made.error_text)
            else:
                return redirect("core:job", made.job) if made.job else redirect("samples:frame", made.pk)
    return answer(request, "samples/frame_new.html", {
        "form": form, "wave": found, "kept": kept, "former": former, "scopes": choices_for(request.user, kept)}, form)


def _key(request: HttpRequest, usual: str) -> str:
    """Which scope or review an address names: ``?keep=`` of the form, ``?cycle=`` and ``?scope=`` of other pages."""
    given = request.GET
    named_ = next((f"{kind}:{given[kind]}" for kind in ("cycle", "scope") if given.get(kind)), usual)
    return given.get("keep", named_)


@require_GET
@needs(*SEE)
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """A frame: whom it holds, and how a sample would be drawn from it."""
    found = frame_for(request.user, pk)
    return _page(request, found, PlanForm(request.GET or former_plan(found) or _shipped(), frame=found), DrawForm())


@require_GET
@needs(*SEE)
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The allocation alone, for a plan that is being changed."""
    found = frame_for(request.user, pk)
    if not found.is_ready:
        raise Http404(pk)
    return render(request, "samples/_allocation.html", _table(found, PlanForm(request.GET, frame=found)))


@require_POST
@needs(DRAW)
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw by the plan on the page."""
    found = frame_for(request.user, pk, DRAW)
    form, more = PlanForm(request.POST, frame=found), DrawForm(request.POST)
    if form.is_valid() and more.is_valid():
        with refusals_on(more):
            made = services.start_draw(frame=found, plan=_plan(found, form)[0], actor=request.user,
                                       **more.cleaned_data)
            if made.job:
                return redirect("core:job", made.job)
            messages.success(request, _("已抽取 %(count)d 位客户。") % {"count": made.members.count()})
            return redirect("samples:sample", made.wave_id)
    return _page(request, found, form, more, status=422)


def _page(request: HttpRequest, found: Frame, form: PlanForm, more: DrawForm, *, status: int = 200) -> HttpResponse:
    wave = wave_for(request.user, found.wave_id, *SEE)
    context = {"frame": found, "wave": wave, "form": form, "more": more, "words": frame_words(found),
               "in_force": draw_in_force(found.wave_id), "may_draw": can(request.user, DRAW),
               **(_table(found, form) if found.is_ready else {"table": None, "problem": "", "measured": NONE})}
    return render(request, "samples/frame.html", context, status=status)


def _table(found: Frame, form: PlanForm) -> dict[str, Any]:
    """The allocation of a form, or why there is none."""
    shown: Table | None = None
    problem, spreads = "", NONE
    if form.is_valid():
        try:
            plan, spreads = _plan(found, form)
            shown = table_of(shares_of(found, plan), plan)
        except Refused as refused:
            problem = told(refused)
    return {"frame": found, "form": form, "table": shown, "problem": problem, "measured": spreads,
            "method": form.cleaned_data.get("method", ""), "undrawn": form.undrawn(table=shown is not None)}


def _plan(found: Frame, form: PlanForm) -> tuple[Plan, Measured]:
    """The plan of a form; for Neyman's allocation measured deviations fill what nobody typed."""
    plan = form.plan()
    if plan.method != "neyman":
        return plan, NONE
    spreads = measured(found, plan)
    return form.plan(spreads.deviations), spreads


def _shipped() -> dict[str, Any]:
    return {"key_apart": "on", "method": "proportional", "total": 200, "minimum": 0}
