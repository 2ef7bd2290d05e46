"""Research agencies: their register for staff, and the two pages that an agency's account sees."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import NotAllowed, can
from bihuan.core.web import answer, needs, page_of, refusals_on

from .. import services
from ..forms.agencies import AcceptForm, AccessForm, AgencyForm, BackForm, DeliverForm, ReturnForm
from ..models import Agency
from ..queries import agencies as queries
from ..rights import DELIVER, MANAGE, found_or_hidden
from .sending import received


@require_GET
@needs(MANAGE)
def agency_list(request: HttpRequest) -> HttpResponse:
    return render(request, "voices/agency_list.html", {"agencies": queries.agencies_for(request.user)})


@needs(MANAGE)
def agency_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Register an agency, or change its terms."""
    found = queries.agency_for(request.user, pk) if pk else Agency()
    form = AgencyForm(request.POST or None, instance=found, user=request.user, agreements=queries.agreements())
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            made = services.save_agency(agency=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("voices:agency", made.pk)
    return answer(request, "voices/agency_edit.html", {
        "form": form, "found": found, "none": not queries.agreements().exists()}, form)


@require_GET
@needs(MANAGE)
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency: its accounts, what it delivered, how it ends."""
    return _page(request, queries.agency_for(request.user, pk))


@require_POST
@needs(MANAGE)
def agency_access(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.agency_for(request.user, pk)
    form = AccessForm(request.POST, users=queries.accounts(), waves=queries.waves_of(request.user))
    if form.is_valid():
        with refusals_on(form):
            services.give_access(agency=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已开通。账号接受保密条款后才能交付。"))
            return redirect("voices:agency", pk)
    return _page(request, found, access_form=form, status=422)


@require_POST
@needs(MANAGE)
def agency_access_end(request: HttpRequest, pk: int, access: int) -> HttpResponse:
    found = queries.agency_for(request.user, pk)
    services.end_access(access=queries.access_in(found, access), actor=request.user)
    return redirect("voices:agency", pk)


@require_POST
@needs(MANAGE)
def agency_return(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = queries.agency_for(request.user, pk), ReturnForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.record_return(agency=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已登记，账号全部关闭，交付的文件已删除。"))
            return redirect("voices:agency", pk)
    return _page(request, found, return_form=form, status=422)


@require_POST
@needs(MANAGE)
def delivery_take(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Take a file over into the import of its wave."""
    found = queries.agency_for(request.user, pk)
    one = found_or_hidden(queries.deliveries_of(found).filter(pk=delivery).first(), f"delivery {delivery}")
    try:
        taken = services.take_delivery(delivery=one, actor=request.user)
        return redirect("answering:elsewhere_columns", one.access.wave_id, taken.upload)
    except NotAllowed:
        raise
    except Exception as refused:
        if not getattr(refused, "code", None):
            raise
        messages.error(request, str(refused))
    return redirect("voices:agency", pk)


@require_POST
@needs(MANAGE)
def delivery_refuse(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    found, form = queries.agency_for(request.user, pk), BackForm(request.POST)
    one = found_or_hidden(queries.deliveries_of(found).filter(pk=delivery).first(), f"delivery {delivery}")
    if form.is_valid():
        with refusals_on(form):
            services.refuse_delivery(delivery=one, actor=request.user, **form.cleaned_data)
            return redirect("voices:agency", pk)
    return _page(request, found, status=422, back=(delivery, form))


@require_GET
@needs(DELIVER)
def agency_home(request: HttpRequest) -> HttpResponse:
    """What an agency's account sees first: the waves it delivers to."""
    accesses = [(one, services.has_accepted(one)) for one in queries.own_accesses(request.user)]
    return render(request, "voices/agency_home.html", {"accesses": accesses})


@needs(DELIVER)
def agency_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """The terms, to be accepted by name before anything else opens."""
    found = queries.own_access(request.user, pk)
    form = AcceptForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.accept_terms(access=found, name=form.cleaned_data["name"], actor=request.user)
            return redirect("voices:agency_deliver", pk)
    return answer(request, "voices/agency_terms.html", {"access": found, "form": form}, form)


@needs(DELIVER)
def agency_deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Deliver a file of answers to one's wave, and see what became of the others."""
    found = queries.own_access(request.user, pk)
    if not services.has_accepted(found):
        return redirect("voices:agency_terms", pk)
    form = DeliverForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.deliver(access=found, files=received(request), note=form.cleaned_data["note"], actor=request.user)
            messages.success(request, _("已交付，等待验收。"))
            return redirect("voices:agency_deliver", pk)
    return answer(request, "voices/agency_deliver.html", {
        "access": found, "form": form, "columns": queries.columns_of(found),
        "page": page_of(request, found.deliveries.prefetch_related("files"))}, form)


@require_GET
@needs(DELIVER)
def agency_template(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty file with the columns to fill in."""
    found = queries.own_access(request.user, pk)
    if not services.has_accepted(found):
        return redirect("voices:agency_terms", pk)
    out = io.StringIO(newline="")
    csv.writer(out).writerow([column.name for column in queries.columns_of(found)])
    response = HttpResponse(f"\ufeff{out.getvalue()}".encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="answers.csv"'
    return response


def _page(request: HttpRequest, found: Agency, *, status: int = 200, back: tuple[int, BackForm] | None = None,
          **shown: Any) -> HttpResponse:
    deliveries = page_of(request, queries.deliveries_of(found))
    return render(request, "voices/agency.html", {
        "found": found, "accesses": [(one, one.in_force(), services.has_accepted(one))
                                     for one in queries.accesses_of(found)],
        "page": deliveries, "lines": [(one, back[1] if back and back[0] == one.pk else BackForm())
                                      for one in deliveries.object_list],
        "access_form": AccessForm(users=queries.accounts(), waves=queries.waves_of(request.user)),
        "may_take": can(request.user, "collect.send_surveys") and can(request.user, "collect.import_records"),
        "return_form": ReturnForm(), **shown}, status=status)
