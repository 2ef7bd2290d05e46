"""Settings › calendars: working time, holidays, and which promise applies to which case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bihuan.engine.clock.calendars import load_calendars, raw_calendar
from bihuan.engine.home import read_definition

from .. import workspace
from ..calendar_pages import overview, policy_rules, raw_policy, year_page
from ..forms.clock import CalendarForm, HolidaysForm, RuleForm, WorkspaceForm
from ..jobs import enqueue
from ..services import calendars as services
from ..services.workspace import publish_workspace
from ..web import answer, needs, refusals_on

RIGHT = "core.manage_calendars"
RECOMPUTE = gettext_lazy("按新的日历与时限重算")


@needs(RIGHT)
def calendar_list(request: HttpRequest) -> HttpResponse:
    return render(request, "core/calendar_list.html", overview(workspace.home()))


@needs(RIGHT)
def calendar_year(request: HttpRequest, name: str) -> HttpResponse:
    """Show every day of a year as the clock counts it."""
    year = request.GET.get("year", "")
    chosen = int(year) if year.isdecimal() and 1970 < int(year) < 2200 else timezone.localtime().year
    calendar = load_calendars(workspace.home()).get(name)
    if calendar is None:
        raise Http404(name)
    return render(request, "core/calendar_year.html", year_page(calendar, chosen))


@needs(RIGHT)
def calendar_edit(request: HttpRequest, name: str = "") -> HttpResponse:
    known = load_calendars(workspace.home())
    if name and name not in known:
        raise Http404(name)
    initial = CalendarForm.initial_of(raw_calendar(known[name])) if name else {"holidays": "china"}
    form = CalendarForm(_sent(request), initial=initial)
    if name:
        form.fields["name"].disabled = True
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.save_calendar(raw=form.raw(), actor=request.user)
            return _recompute(request)
    own = name in {item["name"] for item in services.own_calendars()}
    return answer(request, "core/calendar.html", {"form": form, "name": name, "own": own}, form)


@require_POST
@needs(RIGHT)
def calendar_drop(request: HttpRequest, name: str) -> HttpResponse:
    services.drop_calendar(name=name, actor=request.user)
    return _recompute(request)


@needs(RIGHT)
def holidays(request: HttpRequest) -> HttpResponse:
    published = read_definition(workspace.home(), "holidays") or {}
    form = HolidaysForm(_sent(request), initial=HolidaysForm.initial_of(published))
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.save_holidays(raw=form.raw(), actor=request.user)
            return _recompute(request)
    return answer(request, "core/holidays.html", {"form": form}, form)


@needs(RIGHT)
def rule(request: HttpRequest, index: int | None = None) -> HttpResponse:
    """Change one rule of the clock, or add one before all others."""
    home = workspace.home()
    rules = policy_rules(home)
    if index is not None and index >= len(rules):
        raise Http404(index)
    before = {} if index is None else rules[index]
    form = RuleForm(_sent(request), calendars=sorted(load_calendars(home)),
                    initial=RuleForm.initial_of(before) if before else {})
    if form.is_bound and form.is_valid():
        changed = form.raw(before)
        after = [changed, *rules] if index is None else [*rules[:index], changed, *rules[index + 1:]]
        if _publish_rules(request, after, form):
            return _recompute(request)
    return answer(request, "core/rule.html", {"form": form, "index": index}, form)


@require_POST
@needs(RIGHT)
def rule_move(request: HttpRequest, index: int) -> HttpResponse:
    """Move a rule one place up, or take it away: the first rule that states a setting decides it."""
    rules = policy_rules(workspace.home())
    if index >= len(rules):
        raise Http404(index)
    moved = rules.pop(index)
    if request.POST.get("to") == "up":
        rules.insert(max(0, index - 1), moved)
    form = WorkspaceForm({})
    if _publish_rules(request, rules, form):
        return _recompute(request)
    messages.error(request, form.non_field_errors()[0])
    return redirect("core:calendar_list")


@needs(RIGHT)
def workspace_facts(request: HttpRequest) -> HttpResponse:
    facts = workspace.facts()
    form = WorkspaceForm(_sent(request), initial={
        "name": facts.name, "zone": workspace.zone().key, "minimum_n": facts.minimum_n,
        "hour_cost": facts.hour_cost, "churn_attribute": facts.churn[0], "churn_values": ", ".join(facts.churn[1])})
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            if publish_workspace(**form.cleaned_data, actor=request.user):
                return _recompute(request)
            messages.success(request, _("已保存。"))
            return redirect("core:workspace")
    return answer(request, "core/workspace.html", {"form": form}, form)


def _publish_rules(request: HttpRequest, rules: list[dict[str, Any]], form: BaseForm) -> bool:
    with refusals_on(form):
        services.save_policy(raw={**raw_policy(workspace.home()), "rule": rules}, actor=request.user)
        return True
    return False


def _recompute(request: HttpRequest) -> HttpResponseRedirect:
    """What was published changes the facts; a job computes them anew."""
    job = enqueue("core.refresh_facts", actor=request.user, title=str(RECOMPUTE))
    return redirect("core:job", pk=job.pk)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
