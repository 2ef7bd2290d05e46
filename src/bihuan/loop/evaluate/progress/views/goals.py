"""Goals: the list with where each stands, one goal, setting, changing and withdrawing one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core import workspace
from bihuan.core.rights import can
from bihuan.core.web import needs, page_of
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.plan.goals.queries.goals import Goal, goal_for, history, newest_terms
from bihuan.loop.plan.goals.queries.sentences import read_sentence
from bihuan.loop.plan.goals.queries.smart import checks
from bihuan.loop.plan.goals.services import PlanError, revise_goal, set_goal, withdraw_goal
from bihuan.ui import formats

from ..forms import GoalForm, WithdrawForm, first_guess
from ..queries.goals import before_of, goal_address, progresses, steps_of, trend_chart
from ..queries.problems import REFUSALS, said
from ..queries.questions import first_day

PERMISSION = "plan.change_goals"
SIZE = 20
PARTS = {"running": gettext_lazy("进行中的目标"), "due": gettext_lazy("已到期，待总结")}


@require_GET
@needs("evaluate.view_board")
def goal_list(request: HttpRequest) -> HttpResponse:
    """List goals with what the data say of each."""
    part, now = request.GET.get("part", ""), workspace.day_of(timezone.now())
    active = newest_terms(request.user).filter(goal__state="active")
    rows = {"running": active.filter(due__gte=now), "due": active.filter(due__lt=now)}.get(
        part, newest_terms(request.user))
    page = page_of(request, rows, size=SIZE)
    context = {"page": page, "lines": progresses(list(page.object_list), request.user),
               "parts": PARTS, "part": part if part in PARTS else "",
               "may_change": can(request.user, PERMISSION), "as_of": engine.as_of()}
    return render(request, "progress/goal_list.html", context)


@require_GET
@needs("evaluate.view_board")
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one goal: baseline, value now, progress, trend, versions."""
    row = goal_for(request.user, pk)
    versions = list(history(row))
    found = progresses(versions[:1], request.user)[0]
    context = {
        "goal": row, "found": found, "versions": versions, "before": before_of(found.terms, request.user),
        "chart": trend_chart(found, request.user), "steps": steps_of(found), "as_of": engine.as_of(),
        "address": goal_address(found.terms, found.window), "withdraw": WithdrawForm(),
        "may_change": can(request.user, PERMISSION) and row.state == Goal.State.ACTIVE,
    }
    return render(request, "progress/goal.html", context)


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def goal_new(request: HttpRequest) -> HttpResponse:
    """Set a goal; a sentence in the address fills the form as far as it can be read."""
    initial = _initial(request.GET, request)
    form = GoalForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = set_goal(terms=form.terms(), owner=form.cleaned_data["owner"], scope=form.chosen_scope(),
                           actor=request.user)
        except (PlanError, *REFUSALS) as error:
            form.add_error(_field(form, error), said(error))
        else:
            messages.success(request, _("目标已设定，进度从数据计算。"))
            return HttpResponseRedirect(reverse("progress:goal", args=[row.pk]))
    context = {"form": form, "goal": None, "sentence": request.GET.get("sentence", "")}
    return render(request, "progress/goal_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def goal_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the terms of a goal; the reason is kept with the new version."""
    row = goal_for(request.user, pk)
    terms = row.versions.first()
    form = GoalForm(request.POST or None, user=request.user, revised=True, initial=_of(terms))
    if request.method == "POST" and form.is_valid():
        try:
            revise_goal(goal=row, base=form.cleaned_data["base"] or 0, terms=form.terms(), actor=request.user,
                        owner=form.cleaned_data["owner"], scope=form.chosen_scope(), note=form.cleaned_data["note"])
        except (PlanError, *REFUSALS) as error:
            form.add_error(_field(form, error), said(error))
        else:
            messages.success(request, _("已保存为新版本，旧版本保留。"))
            return HttpResponseRedirect(reverse("progress:goal", args=[pk]))
    context = {"form": form, "goal": row, "terms": terms}
    return render(request, "progress/goal_edit.html", context, status=422 if form.errors else 200)


@require_POST
@needs(PERMISSION)
def goal_preview(request: HttpRequest) -> HttpResponse:
    """Show the baseline of a form that is not sent yet, the target it comes to, and which SMART properties it lacks."""
    form = GoalForm(request.POST, user=request.user, revised=True)
    context: dict[str, Any] = {"terms": None, "problem": ""}
    if form.is_valid():
        try:
            terms = form.terms()
        except REFUSALS as error:
            context["problem"] = said(error)
        else:
            context |= {"terms": terms, "checks": checks(terms),
                        "target": formats.figure(terms.target, terms.unit) if terms.target is not None else "",
                        "value": formats.figure(terms.baseline.value, terms.unit),
                        "interval": formats.interval(terms.baseline.low, terms.baseline.high, terms.unit)}
    return render(request, "progress/_goal_preview.html", context)


@require_POST
@needs(PERMISSION)
def goal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop following a goal."""
    row = goal_for(request.user, pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        withdraw_goal(goal=row, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("目标已撤回，记录保留。"))
    else:
        messages.error(request, _("撤回目标需要写明原因。"))
    return HttpResponseRedirect(reverse("progress:goal", args=[pk]))


def _field(form: GoalForm, error: Exception) -> str | None:
    name = getattr(error, "field", "")
    return name if name in form.fields else None


def _initial(params: QueryDict, request: HttpRequest) -> dict[str, Any]:
    """What a new goal begins with: dates, the asking person, and what a sentence says."""
    initial: dict[str, Any] = {
        **first_guess(engine.today(), first_day(request.user)), "aim": "absolute", "measured": "month",
        "owner": request.user.pk, "scope": params.get("scope", "")}
    sentence = params.get("sentence", "").strip()
    if not sentence:
        return initial
    read = read_sentence(sentence, engine.passports())
    initial |= {"title": sentence, "indicator": read.indicator or "", "channel": read.channel or "",
                "aim": read.aim or "absolute"}
    passport = engine.passports().get(read.indicator or "")
    if read.amount is not None:
        initial["amount"] = _written(read.amount, read.aim, passport.unit if passport else "")
    return initial


def _of(terms: Any) -> dict[str, Any]:
    kept = terms.kept
    passport = engine.passports().get(terms.goal.indicator)
    initial = {name: getattr(terms, name) for name in (
        "title", "aim", "baseline_start", "baseline_end", "start", "due", "measured", "reason")}
    own = dict(terms.scope.kept) if terms.scope else {}
    single = {name: values[0] for name, values in kept
              if name in ("unit", "channel") and len(values) == 1 and own.get(name) != values}
    amount = _written(terms.amount, terms.aim, passport.unit if passport else "")
    return initial | single | {"base": terms.number, "indicator": terms.goal.indicator, "owner": terms.owner_id,
                               "scope": str(terms.scope_id or ""), "amount": amount}


def _written(amount: float, aim: str | None, unit: str) -> str:
    """Return an amount as the form takes it."""
    if aim == "relative":
        return f"{abs(100 * amount):.10g}%"
    if unit == "%":
        return f"{100 * amount:.10g}%"
    return f"{amount:.10g}秒" if unit == "s" else f"{amount:.10g}"
