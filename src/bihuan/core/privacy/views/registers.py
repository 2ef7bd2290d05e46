"""Registers: the overview, one list and one page a register, consents and refusals of contact."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.queries import actor_names
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of, refusals_on

from ..forms.registers import ConsentForm, RefusalForm, SearchForm, WayForm
from ..models import Consent, ContactRefusal, ImpactAssessment, Incident
from ..queries import registers as queries
from ..registers import REGISTERS, Register
from ..services import contact, registers
from ..services.preferences import preferences

READ, WRITE = "privacy.read_registers", "privacy.keep_registers"


@needs(READ)
def overview(request: HttpRequest) -> HttpResponse:
    """What waits, and the ways to every register."""
    return render(request, "privacy/overview.html", {
        "duties": queries.duties(), "registers": REGISTERS.values(), "chosen": preferences(),
        "may": {name.partition(".")[2]: can(request.user, name) for name in (
            "privacy.manage_rules", "privacy.handle_requests", "privacy.approve_exports", "core.reveal_personal")}})


@needs(READ)
def register_list(request: HttpRequest, key: str) -> HttpResponse:
    register = _register(key)
    page = page_of(request, register.model._default_manager.all())
    return render(request, "privacy/register_list.html", {
        "register": register, "page": page, "may_write": can(request.user, WRITE),
        "lines": [(entry, _cells(entry, register)) for entry in page]})


@needs(WRITE)
def entry_new(request: HttpRequest, key: str) -> HttpResponse:
    return _entry(request, _register(key), None)


@needs(READ)
def entry(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    register = _register(key)
    return _entry(request, register, get_object_or_404(register.model, pk=pk))


@require_POST
@needs(WRITE)
def assessment_approve(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ImpactAssessment, pk=pk)
    return _act(request, lambda: registers.approve_assessment(assessment=found, actor=request.user),
                "privacy:entry", "assessments", pk)


@require_POST
@needs(WRITE)
def assessment_discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ImpactAssessment, pk=pk)
    try:
        registers.discard_assessment(assessment=found, actor=request.user)
    except Exception as refused:
        if not getattr(refused, "code", None):
            raise
        messages.error(request, str(refused))
        return redirect("privacy:entry", "assessments", pk)
    return redirect("privacy:register_list", "assessments")


@needs(READ)
def incident_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice of art. 57, made from the incident, ready to print."""
    return render(request, "privacy/incident_notice.html", {"incident": get_object_or_404(Incident, pk=pk)})


@needs(READ)
def consent_list(request: HttpRequest) -> HttpResponse:
    search, form = SearchForm(request.GET), ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        registers.give_consent(actor=request.user, **form.cleaned_data)
        messages.success(request, _("已登记。"))
        return redirect("privacy:consent_list")
    return answer(request, "privacy/consent_list.html", {
        "search": search, "form": form, "way": WayForm(), "may_write": can(request.user, WRITE),
        "page": page_of(request, queries.consents(search.chosen()))}, form)


@require_POST
@needs(WRITE)
def consent_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found, way = get_object_or_404(Consent, pk=pk), request.POST.get("way", "").strip() or _("客户要求")
    return _act(request, lambda: registers.withdraw_consent(consent=found, way=way[:200], actor=request.user),
                "privacy:consent_list")


@needs(READ)
def refusal_list(request: HttpRequest) -> HttpResponse:
    search, form = SearchForm(request.GET), RefusalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        contact.refuse_contact(actor=request.user, **form.cleaned_data)
        messages.success(request, _("已登记，此后不再联系。"))
        return redirect("privacy:refusal_list")
    return answer(request, "privacy/refusal_list.html", {
        "search": search, "form": form, "chosen": preferences(), "may_write": can(request.user, WRITE),
        "page": page_of(request, queries.refusals(search.chosen()))}, form)


@require_POST
@needs(WRITE)
def refusal_lift(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ContactRefusal, pk=pk)
    return _act(request, lambda: contact.lift_refusal(refusal=found, actor=request.user), "privacy:refusal_list")


def _register(key: str) -> Register:
    if key not in REGISTERS:
        raise Http404(key)
    return REGISTERS[key]


def _entry(request: HttpRequest, register: Register, found: Any) -> HttpResponse:
    may_write = can(request.user, WRITE)
    if request.method == "POST" and not may_write:
        raise Http404(register.key)
    form = register.form(request.POST if request.method == "POST" else None, instance=found)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            # A fresh object: the form's own already carries what may be refused.
            target = register.model._default_manager.get(pk=found.pk) if found else register.model()
            saved = registers.record_entry(entry=target, values=dict(form.cleaned_data), actor=request.user)
            messages.success(request, _("已保存。"))
            return redirect("privacy:entry", register.key, saved.pk)
    lines = list(queries.history_of(found)[:50]) if found else []
    return answer(request, "privacy/entry.html", {
        "register": register, "entry": found, "form": form, "may_write": may_write, "history": lines,
        "names": actor_names({line.actor for line in lines})}, form)


def _cells(entry: Any, register: Register) -> list[tuple[Any, Any]]:
    values = [getattr(entry, name) for _heading, name in register.columns]
    return [(heading, value() if callable(value) else value)
            for (heading, _name), value in zip(register.columns, values, strict=True)]


def _act(request: HttpRequest, act: Any, *target: Any) -> HttpResponse:
    """Do one thing and go back; a refusal is shown there."""
    try:
        act()
    except Exception as refused:
        if not getattr(refused, "code", None):
            raise
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已保存。"))
    return redirect(*target)
