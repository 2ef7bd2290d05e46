"""The waves with their samples, the planner, and how often customers may be asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.rights import can, scope_of
from bihuan.core.web import answer, needs, page_of, refusals_on

from .. import services
from ..forms.draw import PlannerForm, RuleForm
from ..queries.asking import frequency, rule_versions
from ..queries.lists import sample_lines
from ..queries.planner import planned
from ..rights import DRAW, SEE


@require_GET
@needs(*SEE)
def sample_list(request: HttpRequest) -> HttpResponse:
    """Every wave this person may see, and how far its sample is."""
    return render(request, "samples/sample_list.html", {
        "page": page_of(request, sample_lines(request.user)), "may_draw": can(request.user, DRAW)})


@require_GET
@needs(*SEE)
def planner(request: HttpRequest) -> HttpResponse:
    """How many to ask; the whole plan stands in the address."""
    form = PlannerForm.of(request.GET)
    plan = planned(form.cleaned_data) if form.is_valid() else None
    return render(request, "samples/planner.html", {"form": form, "plan": plan}, status=200 if plan else 422)


@require_http_methods(["GET", "POST"])
@needs(DRAW)
def rule(request: HttpRequest) -> HttpResponse:
    """How often a customer may be asked, and who set it when."""
    now = frequency()
    form = RuleForm(request.POST or None, initial={"quiet_days": now.quiet_days, "most_a_year": now.most_a_year})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.save_ask_rule(actor=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("已生效：此后的抽样框和发送都按它来，旧版本保留。"))
            return redirect("samples:rule")
    return answer(request, "samples/rule.html", {
        "form": form, "now": now, "versions": rule_versions(),
        "may_set": scope_of(request.user, DRAW).units is None and scope_of(request.user, DRAW).agents is None}, form)
