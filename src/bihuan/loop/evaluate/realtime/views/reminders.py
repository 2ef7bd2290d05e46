"""Reminder rules: the list, one rule with its preview, and the log."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.queries import unit_names
from bihuan.core.web import answer, needs, page_of

from ..contracts import CLOCKS
from ..forms.reminders import RuleForm
from ..models import ReminderRule
from ..queries.reminders import log as log_of
from ..queries.reminders import preview, rules
from ..rights import MANAGE, ROWS, reach
from ..services import reminders as services

COPIED = ("name", "clock", "unit_code", "channels", "kinds", "priorities", "to_agent", "to_leader", "is_active")


@require_GET
@needs(MANAGE)
def rule_list(request: HttpRequest) -> HttpResponse:
    return render(request, "realtime/rule_list.html", {"rules": rules(request.user), "units": unit_names()})


@needs(MANAGE)
def rule_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@needs(MANAGE)
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ReminderRule, pk=pk)
    services.require_unit(request.user, found.unit_code)
    return _edit(request, found)


def _edit(request: HttpRequest, found: ReminderRule | None) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, scope=reach(request.user, ROWS),
                    initial=_initial(found) if found else {})
    shown = None
    if form.is_bound and form.is_valid():
        if "preview" not in request.POST:
            services.save_rule(rule=found, actor=request.user, **form.columns())
            messages.success(request, _("已保存，从现在起提醒。"))
            return redirect("realtime:rule_list")
        shown = preview(form.wanted(), request.user)
    return answer(request, "realtime/rule.html", {
        "form": form, "rule": found, "preview": shown, "asked": "preview" in request.POST, "units": unit_names()}, form)


def _initial(found: ReminderRule) -> dict[str, object]:
    return {**{name: getattr(found, name) for name in COPIED}, "minutes": str(abs(found.lead_minutes)),
            "side": "after" if found.lead_minutes < 0 else "before", "people": list(found.people.all()),
            "groups": list(found.groups.all())}


@require_POST
@needs(MANAGE)
def rule_drop(request: HttpRequest, pk: int) -> HttpResponse:
    services.drop_rule(rule=get_object_or_404(ReminderRule, pk=pk), actor=request.user)
    messages.success(request, _("已删除。"))
    return redirect("realtime:rule_list")


@require_GET
@needs(MANAGE)
def log(request: HttpRequest) -> HttpResponse:
    """Which case was reminded of, when, by which rule."""
    number = request.GET.get("rule", "")
    return render(request, "realtime/rule_log.html", {
        "page": page_of(request, log_of(request.user, rule=int(number) if number.isdecimal() else None)),
        "clocks": CLOCKS, "units": unit_names()})
