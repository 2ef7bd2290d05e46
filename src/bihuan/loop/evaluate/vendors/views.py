"""Vendors: contracts with their rule tables, monthly sheets, confirmation and appeal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.privacy.errors import Refused
from bihuan.core.rights import can, reaches, scope_of
from bihuan.core.web import answer, needs, page_of

from . import services
from .forms.contracts import AppealForm, ChangeForm, ContractForm, DeadlineForm, MonthForm, SettleForm, TermsForm
from .models import MANAGE, VIEW, Contract, Sheet
from .queries.sheets import contracts_for, rows_of_sheet, sheets_for, terms_of, vendor_name, words_of
from .rights import ANSWER, visible

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs(VIEW)
def vendor_list(request: HttpRequest) -> HttpResponse:
    """Contracts and sheets this person may see: a vendor's own people see theirs alone."""
    parts = {"sent": _("待外包商确认的考核单"), "appealed": _("申诉中的考核单")}
    rows, part = sheets_for(request.user), request.GET.get("part", "")
    if part := part if part in parts else "":
        rows = rows.filter(state=part)
    return render(request, "vendors/vendor_list.html", {
        "contracts": list(contracts_for(request.user)), "page": page_of(request, rows), "part": part, "parts": parts,
        "may_manage": can(request.user, MANAGE)})


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def contract_new(request: HttpRequest) -> HttpResponse:
    """Enter a contract with its first rule table."""
    form = ContractForm(request.POST or None, user=request.user, initial={"owner": request.user})
    if form.is_bound and form.is_valid():
        told = {name: form.cleaned_data[name] for name in (
            "unit_code", "title", "starts_on", "ends_on", "owner", "confirm_days")}
        try:
            made = services.save_contract(terms=form.terms(), actor=request.user, **told)
        except services.VendorError as error:
            refuse(form, error)
        else:
            return HttpResponseRedirect(reverse("vendors:contract", args=[made.pk]))
    return answer(request, "vendors/contract_new.html", {"form": form}, form)


@require_GET
@needs(VIEW)
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    """One contract: its rule tables and its sheets."""
    return _contract(request, visible(Contract.objects, request.user, pk))


def _contract(request: HttpRequest, found: Contract, **forms: Any) -> HttpResponse:
    versions = list(found.versions.select_related("created_by"))
    told = [(one, *words_of(terms_of(one.terms))) for one in versions]
    context = {
        "contract": found, "vendor": vendor_name(found.unit_code), "versions": told,
        "page": page_of(request, sheets_for(request.user).filter(contract=found)),
        "leads": reaches(scope_of(request.user, MANAGE), unit=found.unit_code), "month_form": MonthForm(),
        "deadline_form": DeadlineForm(initial={"confirm_days": found.confirm_days}),
        "change_form": ChangeForm(terms=terms_of(versions[0].terms) if versions else None)}
    refused = any(form.is_bound for form in forms.values())
    return render(request, "vendors/contract.html", context | forms, status=422 if refused else 200)


@require_POST
@needs(MANAGE)
def contract_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a rule table."""
    found, form = visible(Contract.objects, request.user, pk), ChangeForm(request.POST)
    if form.is_reshaped:
        return _contract(request, found, change_form=form)
    return _act(request, form, lambda: services.change_terms(
        contract=found, valid_from=form.cleaned_data["valid_from"], terms=form.terms(),
        note=form.cleaned_data["note"], actor=request.user), reverse("vendors:contract", args=[pk]),
        lambda: _contract(request, found, change_form=form))


@require_POST
@needs(MANAGE)
def contract_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Set how long the vendor may take to answer a sheet."""
    found, form = visible(Contract.objects, request.user, pk), DeadlineForm(request.POST)
    return _act(request, form, lambda: services.set_confirm_days(
        contract=found, days=form.cleaned_data["confirm_days"], actor=request.user),
        reverse("vendors:contract", args=[pk]), lambda: _contract(request, found, deadline_form=form))


@require_POST
@needs(MANAGE)
def sheet_make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the sheet of one month."""
    found, form = visible(Contract.objects, request.user, pk), MonthForm(request.POST)
    return _act(request, form, lambda: services.make_sheet(
        contract=found, month=form.cleaned_data["month"], actor=request.user),
        reverse("vendors:contract", args=[pk]), lambda: _contract(request, found, month_form=form))


@require_GET
@needs(VIEW)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One month: every number with n, interval, points, mark, and the others at equal mix."""
    return _sheet(request, visible(Sheet.objects.select_related("contract", "version"), request.user, pk))


def _sheet(request: HttpRequest, found: Sheet, **forms: Any) -> HttpResponse:
    code = found.contract.unit_code
    context = {
        "sheet": found, "rows": rows_of_sheet(found, request.user), "vendor": vendor_name(code),
        "leads": reaches(scope_of(request.user, MANAGE), unit=code),
        "answers": reaches(scope_of(request.user, ANSWER), unit=code), "appeal_form": AppealForm(),
        "settle_form": SettleForm(), "may_export": can(request.user, services.EXPORT)}
    return render(request, "vendors/sheet.html", context | forms, status=422 if forms else 200)


@require_POST
@needs(MANAGE)
def sheet_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet to its vendor."""
    found = visible(Sheet.objects, request.user, pk)
    return _act(request, None, lambda: services.send_sheet(sheet=found, actor=request.user),
                reverse("vendors:sheet", args=[pk]), lambda: _sheet(request, found))


@require_POST
@needs(ANSWER)
def sheet_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The vendor confirms."""
    found = visible(Sheet.objects, request.user, pk)
    return _act(request, None, lambda: services.answer_sheet(sheet=found, appeal="", actor=request.user),
                reverse("vendors:sheet", args=[pk]), lambda: _sheet(request, found))


@require_POST
@needs(ANSWER)
def sheet_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """The vendor appeals."""
    found, form = visible(Sheet.objects, request.user, pk), AppealForm(request.POST)
    return _act(request, form, lambda: services.answer_sheet(
        sheet=found, appeal=form.cleaned_data["appeal"], actor=request.user), reverse("vendors:sheet", args=[pk]),
        lambda: _sheet(request, found, appeal_form=form))


@require_POST
@needs(MANAGE)
def sheet_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an appeal."""
    found, form = visible(Sheet.objects, request.user, pk), SettleForm(request.POST)
    return _act(request, form, lambda: services.settle_appeal(
        sheet=found, actor=request.user, **form.cleaned_data), reverse("vendors:sheet", args=[pk]),
        lambda: _sheet(request, found, settle_form=form))


@require_GET
@needs("evaluate.export")
def sheet_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the sheet as Excel."""
    found = visible(Sheet.objects.select_related("contract", "version"), request.user, pk)
    try:
        content = services.export_sheet(sheet=found, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("vendors:sheet", args=[pk]))
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="vendor-{found.pk}-{found.month:%Y-%m}.xlsx"'
    return response


def refuse(form: Any, error: services.VendorError) -> None:
    """Put a refusal where it belongs: at the cell of a rule table, at its field, or over the form."""
    if isinstance(form, TermsForm) and form.rules.refuse(error.field, str(error)):
        form.add_error(None, _("规则表里有几格要改，见下面标出的地方；其他内容都还在。"))
    else:
        form.add_error(error.field if error.field in form.fields else None, str(error))


def _act(request: HttpRequest, form: Any, act: Callable[[], object], then: str,
         again: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry out one act and go on; a refused one stands on its form, or as a message where there is none."""
    if form is None or form.is_valid():
        try:
            act()
        except services.VendorError as error:
            if form is None:
                messages.error(request, str(error))
                return HttpResponseRedirect(then)
            refuse(form, error)
        else:
            messages.success(request, _("已保存。"))
            return HttpResponseRedirect(then)
    return again()
