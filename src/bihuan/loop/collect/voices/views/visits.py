"""Mystery-shopper visits: scenarios, visits, what they found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of, refusals_on

from .. import services
from ..contracts import VERDICTS
from ..errors import Refused
from ..forms.talks import ReportForm, ScenarioForm, VisitForm
from ..models import Attachment, Scenario, Visit
from ..queries import visits as queries
from ..rights import ANY, MANAGE, found_or_hidden
from .sending import received, sent, spreadsheet

EXPORT = "evaluate.export"


@require_GET
@needs(*ANY)
def visit_list(request: HttpRequest) -> HttpResponse:
    """The visits the person keeps or makes."""
    page, names = page_of(request, queries.visits_for(request.user)), unit_names()
    return render(request, "voices/visit_list.html", {
        "page": page, "lines": [(one, names.get(one.unit_code, one.unit_code)) for one in page.object_list],
        "may_manage": can(request.user, MANAGE)})


@needs(MANAGE)
def visit_new(request: HttpRequest) -> HttpResponse:
    """Send somebody to a unit."""
    form = VisitForm(request.POST or None, user=request.user, visitors=queries.visitors(),
                     scenarios=queries.scenarios_for(request.user))
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            made = services.plan_visit(actor=request.user, **form.cleaned_data)
            messages.success(request, _("已安排。"))
            return redirect("voices:visit", made.pk)
    return answer(request, "voices/visit_new.html", {"form": form}, form)


@require_GET
@needs(*ANY)
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: to be reported, to be checked, or as it was found."""
    return _page(request, queries.visit_for(request.user, pk))


@require_POST
@needs(*ANY)
def visit_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report what was found."""
    found = queries.visit_for(request.user, pk)
    form = ReportForm(request.POST, checklist=found.checklist)
    if form.is_valid():
        with refusals_on(form):
            services.report_visit(
                visit=found, visited_at=form.cleaned_data["visited_at"], case=form.cleaned_data["case"],
                results=form.by("v"), notes=form.by("n"), files=received(request), actor=request.user)
            messages.success(request, _("已提交，等待另一位人员复核。"))
            return redirect("voices:visit", pk)
    return _page(request, found, form=form, status=422)


@require_POST
@needs(MANAGE)
def visit_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree with a report, or send it back."""
    found = queries.visit_for(request.user, pk)
    try:
        services.check_visit(visit=found, agrees=request.POST.get("act") == "agree", actor=request.user)
        messages.success(request, _("已复核。"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("voices:visit", pk)


@require_GET
@needs(*ANY)
def visit_attachment(request: HttpRequest, pk: int, key: str) -> HttpResponse | FileResponse:
    found = queries.visit_for(request.user, pk)
    one = found_or_hidden(Attachment.objects.filter(pk=key, visit=found).first(), f"file {key}")
    return sent(services.open_file(attachment=one, actor=request.user), one)


@require_GET
@needs(MANAGE)
def scenario_list(request: HttpRequest) -> HttpResponse:
    return render(request, "voices/scenario_list.html", {"scenarios": queries.scenarios_for(request.user)})


@needs(MANAGE)
def scenario_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a scenario with its checklist."""
    found = queries.scenario_for(request.user, pk, MANAGE) if pk else Scenario()
    form = ScenarioForm(request.POST or None, instance=found, user=request.user)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        with refusals_on(form):
            services.save_scenario(scenario=found, checklist=told.pop("checklist_text"), actor=request.user, **told)
            messages.success(request, _("已保存。"))
            return redirect("voices:scenario_list")
    return answer(request, "voices/scenario_edit.html", {"form": form, "found": found}, form)


@require_GET
@needs(MANAGE)
def scenario_report(request: HttpRequest, pk: int) -> HttpResponse:
    """What the checked visits of a scenario found."""
    found = queries.scenario_for(request.user, pk, MANAGE)
    return render(request, "voices/scenario_report.html", {
        "found": found, "report": queries.report_of(found, request.user), "may_export": can(request.user, EXPORT)})


@require_GET
@needs(EXPORT)
def scenario_export(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.scenario_for(request.user, pk, MANAGE)
    return spreadsheet(request, lambda: services.export_visits(scenario=found, actor=request.user),
                       f"visits-{pk}", "voices:scenario_report", pk)


def _page(request: HttpRequest, found: Visit, *, status: int = 200, **shown: Any) -> HttpResponse:
    notes, may_manage = queries.notes_of(found), can(request.user, MANAGE)
    may_report = found.state == Visit.State.PLANNED and (found.visitor_id == request.user.pk or may_manage)
    first = {f"v_{key}": value for key, value in found.results.items()} | {f"n_{key}": text for key, text in
                                                                         notes.items()}
    return render(request, "voices/visit.html", {
        "found": found, "unit": unit_names().get(found.unit_code, found.unit_code), "may_report": may_report,
        "may_check": may_manage and found.state == Visit.State.DONE and found.visitor_id != request.user.pk,
        "lines": [(item, VERDICTS[found.results.get(item["key"], "na")][0], notes.get(item["key"], ""))
                  for item in found.checklist] if found.results else [],
        "overall": notes.get("all", ""), "files": found.files.filter(deleted_at=None),
        "form": ReportForm(checklist=found.checklist, initial=first) if may_report else None, **shown}, status=status)
