"""Pages of the evaluation report: the list, a new one, reading, editing, files."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.privacy.errors import Refused
from bihuan.core.rights import can
from bihuan.core.web import needs
from bihuan.engine.report.contracts import Report as Content
from bihuan.engine.report.errors import ReportError
from bihuan.loop.evaluate.indicators.contracts import BoardState
from bihuan.loop.evaluate.indicators.queries.choices import pickers
from bihuan.loop.plan.goals.queries.scopes import PRESET_OF, usable

from ..forms.reports import EditForm, NewReportForm
from ..models import Report
from ..queries.reports import is_over_by_now, page_of, query_for, scope_to_write
from ..rights import may_read, readable, report_for
from ..services import (
    EXPORT,
    FORMATS,
    EditedMeanwhile,
    NotRenewed,
    create_report,
    edit_report,
    renew_report,
    write_report,
)

PAGE_SIZE = 30


@require_GET
@needs("evaluate.view_board")
def report_list(request: HttpRequest) -> HttpResponse:
    """List the reports this person may read."""
    page = Paginator(readable(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "may_write": can(request.user, "evaluate.write_report")}
    return render(request, "reports/report_list.html", context)


@require_http_methods(["GET", "POST"])
@needs("evaluate.write_report")
def report_new(request: HttpRequest) -> HttpResponse:
    """Ask for a report of a period and scope."""
    offered = pickers(BoardState(), scope_to_write(request.user))
    form = NewReportForm(
        request.POST or None, units=offered["unit"], channels=offered["channel"], scopes=usable(request.user),
        initial={"title": _("服务质量评价报告"), "by": "team", **scope_initial(request)})
    if request.method == "POST" and form.is_valid():
        report = create_report(
            title=form.cleaned_data["title"], query=query_for(form.state()), language=get_language() or "zh-hans",
            actor=request.user, review_scope=form.chosen_scope())
        return HttpResponseRedirect(reverse("reports:report", args=[report.pk]))
    return render(request, "reports/report_new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@needs("evaluate.view_board")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one report, the newest version or the one asked for; while it is drafted, how far the job is."""
    row = report_for(request.user, pk)
    version = _version(row, request.GET.get("version", ""))
    content = Content.from_json(version.content) if version else None
    context = {
        "after": row.successor, "is_over_by_now": content is not None and is_over_by_now(content), "report": row,
        "version": version, "formats": FORMATS, "versions": row.versions.select_related("created_by"),
        "may_write": can(request.user, "evaluate.write_report"), "may_export": may_read(request.user, row, EXPORT),
        "page": page_of(content) if content else None,
    }
    return render(request, "reports/report.html", context)


@require_POST
@needs("evaluate.write_report")
def report_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a report computed anew that was made before its period was over."""
    try:
        made = renew_report(report=report_for(request.user, pk), actor=request.user)
    except NotRenewed as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("reports:report", args=[pk]))
    return HttpResponseRedirect(reverse("reports:report", args=[made.pk]))


@require_http_methods(["GET", "POST"])
@needs("evaluate.write_report")
def report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the chapters and owners of the newest version; the numbers stay what the data said."""
    row = report_for(request.user, pk)
    version = row.versions.first()
    if version is None:
        raise Http404(pk)
    content = Content.from_json(version.content)
    form = EditForm(request.POST or None, content=content, number=version.number)
    if request.method == "POST" and form.is_valid():
        try:
            saved = edit_report(
                report=row, base=form.cleaned_data["base"], chapters=form.chapters(), owners=form.owners(),
                note=form.cleaned_data["note"], actor=request.user)
        except EditedMeanwhile as error:
            form.add_error(None, str(error))
        except ReportError as error:
            form.add_error(None, error.text(get_language() or "zh"))
        else:
            messages.success(request, _("已保存为第 {n} 版。").format(n=saved.number))
            return HttpResponseRedirect(reverse("reports:report", args=[pk]))
    context = {"report": row, "form": form, "version": version}
    return render(request, "reports/report_edit.html", context, status=422 if form.errors else 200)


@require_GET
@needs("evaluate.export")
def report_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send one version as Word, PDF or Excel."""
    row = report_for(request.user, pk)
    version = _version(row, request.GET.get("version", ""))
    if version is None or form not in FORMATS:
        raise Http404(pk)
    try:
        file = write_report(report=row, version=version, form=form, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("reports:report", args=[pk]))
    return FileResponse(file, as_attachment=True, filename=f"{row.title} v{version.number}.{form}",
                        content_type=FORMATS[form])


def scope_initial(request: HttpRequest) -> dict[str, str]:
    """Return what a form begins with when a review scope is named in the address: the scope and its kind of period."""
    named = request.GET.get("scope", "")
    found = next((one for one in usable(request.user) if str(one.pk) == named), None)
    return {"review_scope": named, "period": PRESET_OF[found.period_kind]} if found else {"period": "last_month"}


def _version(row: Report, number: str):
    """Return the version asked for, the newest without a number; 404 for one that is not there."""
    if not number:
        return row.versions.first()
    found = row.versions.filter(number=int(number)).first() if number.isascii() and number.isdigit() else None
    if found is None:
        raise Http404(number)
    return found
