"""The list of customers and one customer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core.patience import patient
from bihuan.core.privacy.services import may_reveal_some, reveal_customer
from bihuan.core.rights import can, require
from bihuan.core.web import needs, refusals_on

from .. import services
from ..contracts import CustomerCard
from ..forms import CorrectionForm, MergeForm, NoteForm, ReasonForm, SearchForm, SplitForm
from ..queries.card import customer_changes, customer_notes, timeline
from ..queries.people import customer_page, tiers
from ..queries.rules import types
from ..queries.words import happenings
from ..rights import CHANGE, reach, sees_all
from .common import card_for, lives_at, paged


@needs("serve.view_customers")
@patient
def customer_list(request: HttpRequest) -> HttpResponse:
    scope = reach(request.user)
    form = SearchForm(request.GET, tiers=tiers(scope), names="name" not in scope.masked)
    found, page = paged(request, lambda size, offset: customer_page(form.wanted(), scope, size=size, offset=offset))
    return render(request, "customers/customer_list.html", {
        "form": form, "rows": found.rows, "page": page, "total": found.total, "rule": types(),
        "everything": sees_all(scope), "may_change": can(request.user, CHANGE)})


@require_http_methods(["GET", "POST"])
@needs("serve.view_customers")
@patient
def customer(request: HttpRequest, number: str) -> HttpResponse:
    """One customer; a POST with a reason shows their identifiers and leaves an audit line."""
    home = lives_at(number)
    if home != number:
        return redirect("customers:customer", home)
    card = card_for(request, number)
    revealed: dict[str, str] = {}
    form = ReasonForm(request.POST or None, prefix="reveal")
    if request.method == "POST":
        require(request.user, "core.reveal_personal")
        if form.is_valid():
            with refusals_on(form):
                revealed = reveal_customer(customer=number, actor=request.user, **form.cleaned_data).values
    return customer_page_of(request, card, reveal_form=form, revealed=revealed,
                            status=422 if form.is_bound and not form.is_valid() else 200)


def customer_page_of(
    request: HttpRequest, card: CustomerCard, *, status: int = 200, revealed: dict[str, str] | None = None,
    **shown: Any,
) -> HttpResponse:
    """Render a customer's page; ``shown`` replaces the empty forms by refused ones."""
    scope = reach(request.user)
    context = {
        "identifiers": {"name": card.line.name, "phone": card.phone, "email": card.email, **(revealed or {})},
        "revealed": bool(revealed), "chosen": [],
        "card": card, "line": card.line, "rule": types(), "notes": customer_notes(card.line.number),
        "changes": customer_changes(card.line.number), "note_form": NoteForm(), "merge_form": MergeForm(),
        "split_form": SplitForm(), "correct_form": CorrectionForm(prefix="correct"),
        "cases_form": ReasonForm(prefix="cases"), "reveal_form": ReasonForm(prefix="reveal"),
        "may_reveal": may_reveal_some(request.user), "masked": bool(scope.masked),
        "may_change": can(request.user, CHANGE) and sees_all(scope), **_timeline(request, card.line.number), **shown}
    return render(request, "customers/customer.html", context, status=status)


@require_POST
@needs(CHANGE)
def customer_correct(request: HttpRequest, number: str) -> HttpResponse:
    """Put one attribute of the customer file right."""
    card, form = card_for(request, number), CorrectionForm(request.POST, prefix="correct")
    if form.is_valid():
        with refusals_on(form):
            services.correct_customer(number=number, actor=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("已更正，以前的值留在属性变化里。"))
            return redirect("customers:customer", number)
    return customer_page_of(request, card, status=422, correct_form=form)


@needs("serve.view_customers")
def customer_timeline(request: HttpRequest, number: str) -> HttpResponse:
    """The timeline alone, for its filter."""
    card = card_for(request, number)
    may_change = can(request.user, CHANGE) and sees_all(reach(request.user))
    return render(request, "customers/_timeline.html", {
        "card": card, "line": card.line, "may_change": may_change, "chosen": [], **_timeline(request, number)})


def _timeline(request: HttpRequest, number: str) -> dict[str, Any]:
    only = request.GET.get("only", "")
    kinds = happenings()
    return {"items": timeline(number, reach(request.user), only=only if only in kinds else ""), "kinds": kinds,
            "only": only}
