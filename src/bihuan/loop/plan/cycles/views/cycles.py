"""Reviews: the list, one of them, opening one, and the acts of leading it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of
from bihuan.loop.plan.goals.queries.goals import newest_terms

from .. import services
from ..contracts import SPECIAL
from ..forms import CaseForm, CloseForm, CycleForm, FreezeForm, GoalLinkForm, MemberForm
from ..queries.cycles import Cycle, Goal, cycle_for, cycles_for, page_of_cycle, scoring_for
from ..queries.scoring import spreads_of
from ..rights import MANAGE, may_manage

VIEW = "plan.view_cycles"


@require_GET
@needs(VIEW)
def cycle_list(request: HttpRequest) -> HttpResponse:
    """List the reviews this person may see."""
    part = "scoring" if request.GET.get("part") == "scoring" else ""
    rows = scoring_for(request.user) if part else cycles_for(request.user)
    return render(request, "cycles/cycle_list.html", {
        "page": page_of(request, rows), "may_open": can(request.user, MANAGE), "part": part,
        "parts": {"scoring": _("评分未交齐")}})


@require_GET
@needs(VIEW)
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: period, scope, snapshot, team, scores, goals, cases, neighbours."""
    return _page(request, cycle_for(request.user, pk))


def _page(request: HttpRequest, found: Cycle, *, status: int = 200, **forms: Any) -> HttpResponse:
    leads = found.is_open and may_manage(request.user, found)
    linked = set(found.goals.values_list("goal_id", flat=True))
    goals = list(newest_terms(request.user).filter(goal__state="active")) if leads else []
    context: dict[str, Any] = {
        "page": page_of_cycle(found, request.user), "cycle": found, "leads": leads, "spreads": spreads_of(found)}
    if leads:
        context |= {"member_form": MemberForm(), "case_form": CaseForm(), "close_form": CloseForm(),
                    "freeze_form": FreezeForm(), "goal_form": GoalLinkForm(goals=goals, linked=linked), "goals": goals}
    return render(request, "cycles/cycle.html", context | forms, status=status)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def cycle_new(request: HttpRequest) -> HttpResponse:
    """Open a review; the address may say of which kind, about what and from which cases."""
    asked = request.GET
    initial = {"owner": request.user, "kind": asked.get("kind") if asked.get("kind") in SPECIAL else "project",
               "subject": asked.get("subject", "")[:200], "title": asked.get("title", "")[:200],
               "cases": "\n".join(asked.getlist("case")[:200]), "start": asked.get("start", ""),
               "end": asked.get("end", ""), "unit": asked.get("unit", ""), "scope": asked.get("scope", "")}
    form = CycleForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.open_cycle(opening=form.opening(), owner=form.cleaned_data["owner"], actor=request.user)
        except services.CycleError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("复盘已开启，关键指标已冻结。"))
            return HttpResponseRedirect(reverse("cycles:cycle", args=[made.pk]))
    return answer(request, "cycles/cycle_new.html", {"form": form}, form)


def _act(
    request: HttpRequest, pk: int, form: Any, name: str, act: Callable[[Cycle], object], done: str,
) -> HttpResponse:
    """Carry out one act of leading and return to the page; a refused one stands on its form."""
    found = cycle_for(request.user, pk)
    if form.is_valid():
        try:
            act(found)
        except services.CycleError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("cycles:cycle", args=[pk]))
    return _page(request, found, status=422, **{name: form})


@require_POST
@needs(MANAGE)
def cycle_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person into the team."""
    form = MemberForm(request.POST)
    return _act(request, pk, form, "member_form", lambda found: services.set_member(
        cycle=found, actor=request.user, **form.cleaned_data), _("已加入小组。"))


@require_POST
@needs(MANAGE)
def cycle_member_drop(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Take a person out of the team."""
    found = cycle_for(request.user, pk)
    one = found.members.filter(pk=member).first()
    if one is not None:
        try:
            services.drop_member(cycle=found, member=one, actor=request.user)
        except services.CycleError as error:
            messages.error(request, str(error))
    return HttpResponseRedirect(reverse("cycles:cycle", args=[pk]))


@require_POST
@needs(MANAGE)
def cycle_goal(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the review follow a goal, or leave it off."""
    found = cycle_for(request.user, pk)
    linked = set(found.goals.values_list("goal_id", flat=True))
    form = GoalLinkForm(request.POST, goals=list(newest_terms(request.user)), linked=linked)
    return _act(request, pk, form, "goal_form", lambda one: services.link_goal(
        cycle=one, goal=Goal.objects.get(pk=form.cleaned_data["goal"]), actor=request.user), _("已保存。"))


@require_POST
@needs(MANAGE)
def cycle_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a case into the review."""
    form = CaseForm(request.POST)
    return _act(request, pk, form, "case_form", lambda found: services.add_case(
        cycle=found, actor=request.user, **form.cleaned_data), _("已列入。"))


@require_POST
@needs(MANAGE)
def cycle_freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the snapshot anew, with a reason."""
    form = FreezeForm(request.POST)
    return _act(request, pk, form, "freeze_form", lambda found: services.freeze_again(
        cycle=found, reason=form.cleaned_data["reason"], actor=request.user), _("已重新取数。"))


@require_POST
@needs(MANAGE)
def cycle_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the review with its conclusion."""
    form = CloseForm(request.POST)
    return _act(request, pk, form, "close_form", lambda found: services.close_cycle(
        cycle=found, conclusion=form.cleaned_data["conclusion"], actor=request.user), _("复盘已结束。"))
