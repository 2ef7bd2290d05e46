"""Merging, splitting, taking it back, and who did how much of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.rights import can
from bihuan.core.web import needs, page_of, refusals_on

from .. import services
from ..forms import MergeForm, ReasonForm, SplitForm
from ..models import Change
from ..queries.changes import changes, rates
from ..queries.rules import matching
from ..rights import CHANGE, reach, sees_all
from .common import card_for
from .customers import customer_page_of


@require_POST
@needs("serve.change_customers")
def customer_merge(request: HttpRequest, number: str) -> HttpResponse:
    """Make another number part of this customer."""
    form = MergeForm(request.POST)
    return _act(request, number, form, "merge_form", lambda told: services.merge_customers(
        number=told["number"].strip(), into=number, reason=told["reason"], actor=request.user))


@require_POST
@needs("serve.change_customers")
def customer_split(request: HttpRequest, number: str) -> HttpResponse:
    """Give the chosen cases to another customer."""
    form = SplitForm(request.POST)
    return _act(request, number, form, "split_form", lambda told: services.split_customer(
        customer=number, cases=request.POST.getlist("case"), to=told["number"], reason=told["reason"],
        actor=request.user))


@require_POST
@needs("serve.change_customers")
def case_merge(request: HttpRequest, number: str) -> HttpResponse:
    """Count the chosen cases as one."""
    form = ReasonForm(request.POST, prefix="cases")
    return _act(request, number, form, "cases_form", lambda told: services.merge_cases(
        customer=number, cases=request.POST.getlist("case"), reason=told["reason"], actor=request.user))


@needs("serve.change_customers")
def change_list(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    found, whole = changes(request.user, kind if kind in Change.Kind.values else ""), sees_all(reach(request.user))
    return render(request, "customers/change_list.html", {
        "page": page_of(request, found), "rates": rates() if whole else [], "watch": matching().watch,
        "kinds": Change.Kind.choices, "kind": kind, "form": ReasonForm(),
        "may_undo": whole and can(request.user, CHANGE)})


@require_POST
@needs("serve.change_customers")
def change_undo(request: HttpRequest, pk: str) -> HttpResponse:
    """Take one act back."""
    change, form = get_object_or_404(Change, pk=pk), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.undo_change(change=change, reason=form.cleaned_data["reason"], actor=request.user)
        if form.is_valid():
            messages.success(request, _("已撤销。指标正在后台重新计算。"))
            return redirect("customers:change_list")
    return render(request, "customers/change_undo.html", {"change": change, "form": form}, status=422)


def _act(
    request: HttpRequest, number: str, form: Form, name: str, act: Callable[[dict[str, Any]], Change],
) -> HttpResponse:
    """Do one act on a customer; a refusal shows the page again with what was typed."""
    card = card_for(request, number)
    if form.is_valid():
        with refusals_on(form):
            act(form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("已办理。指标正在后台重新计算，可在“合并与拆分”中撤销。"))
            return redirect("customers:customer", number)
    return customer_page_of(request, card, status=422, chosen=request.POST.getlist("case"), **{name: form})
