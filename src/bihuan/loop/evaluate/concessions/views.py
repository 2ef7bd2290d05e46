"""The list of concessions, the policy beside it, and decisions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can
from bihuan.core.web import needs, refusals_on

from . import services
from .contracts import STATES
from .forms import DecisionForm, PolicyForm, text_of
from .models import Policy
from .queries import concessions, policy
from .rights import DECIDE, VIEW, reach

SIZE = 50


@require_GET
@needs(VIEW)
def concession_list(request: HttpRequest) -> HttpResponse:
    """What was given, beside what may be."""
    return _page(request)


@require_POST
@needs(DECIDE)
def policy_save(request: HttpRequest) -> HttpResponse:
    """Put a policy in force."""
    form = PolicyForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.save_policy(actor=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("新政策已生效，旧版本保留。"))
            return redirect("concessions:concession_list")
    return _page(request, policy_form=form, status=422)


@require_POST
@needs(DECIDE)
def decide(request: HttpRequest, pk: str) -> HttpResponse:
    """Approve a concession beyond the policy, or not."""
    form = DecisionForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.decide(concession=pk, is_approved=request.POST.get("decision") == "approve", actor=request.user,
                            **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("已记录。"))
            return redirect("concessions:concession_list")
    return _page(request, decision_form=form, decided=pk, status=422)


def _page(request: HttpRequest, *, status: int = 200, **shown: Any) -> HttpResponse:
    state = request.GET.get("state", "")
    number = int(request.GET["page"]) if request.GET.get("page", "").isdecimal() else 1
    found = concessions(reach(request.user), state=state if state in STATES else "", size=SIZE,
                        offset=(min(max(number, 1), 10**6) - 1) * SIZE)
    now = policy()
    return render(request, "concessions/concession_list.html", {
        "found": found, "states": STATES, "state": state, "policy": now, "decision_form": DecisionForm(),
        "page": Paginator(range(found.total), SIZE).get_page(number), "policy_form": PolicyForm(
            initial={"text": text_of(now)}), "versions": Policy.objects.select_related("made_by")[:20],
        "may_decide": can(request.user, DECIDE), **shown}, status=status)
