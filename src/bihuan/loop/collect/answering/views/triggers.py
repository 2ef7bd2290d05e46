"""Asking after a contact: the rules, and for each closed case what was decided and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.web import needs, page_of, refusals_on
from bihuan.loop.plan.goals.queries.scopes import offered

from .. import services
from ..contracts import REASONS
from ..forms import RuleForm
from ..models import Rule
from ..queries.triggers import decisions, rule_lines
from ..rights import SEND
from .common import page, wave_for


@require_GET
@needs(SEND)
def triggers(request: HttpRequest, number: int) -> HttpResponse:
    wave = wave_for(request, number, SEND)
    return page(request, "answering/triggers.html", wave, "triggers", {"lines": rule_lines(wave.id)})


@needs(SEND)
def trigger_edit(request: HttpRequest, number: int, pk: int | None = None) -> HttpResponse:
    """Add a rule or change one."""
    wave = wave_for(request, number, SEND)
    rule = get_object_or_404(Rule, pk=pk, wave_id=wave.id) if pk else None
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule, offered=offered(request.user))
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.save_rule(wave=wave.id, rule=rule, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("answering:triggers", number)
    return page(request, "answering/trigger_edit.html", wave, "triggers", {"form": form, "rule": rule}, form)


@require_POST
@needs(SEND)
def trigger_switch(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    wave = wave_for(request, number, SEND)
    rule = get_object_or_404(Rule, pk=pk, wave_id=wave.id)
    services.switch_rule(rule=rule, active=not rule.is_active, actor=request.user)
    return redirect("answering:triggers", number)


@require_GET
@needs(SEND)
def decision_list(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Every closed case since the rule began: asked or not, and why."""
    wave = wave_for(request, number, SEND)
    rule = get_object_or_404(Rule, pk=pk, wave_id=wave.id)
    asked: dict[str, Any] = {name: request.GET.get(name, "") for name in ("asked", "reason")}
    rows = page_of(request, decisions(rule, **asked))
    for line in rows.object_list:
        code = line.reason or (line.invitation.reason if line.invitation else "")
        line.why = REASONS.get(code, code)
    return page(request, "answering/decision_list.html", wave, "triggers", {
        "rule": rule, "page": rows, "filter": asked, "reasons": REASONS.items()})
