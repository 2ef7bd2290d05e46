"""Pages of 表1: the list, a new one, reading, filling in, the file and reading it back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.privacy.errors import Refused
from bihuan.core.rights import can, scope_of
from bihuan.core.web import needs, page_of
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.report.errors import ReportError
from bihuan.engine.report.table1 import is_running
from bihuan.engine.report.table1_contracts import Table1
from bihuan.loop.evaluate.indicators.contracts import BoardState
from bihuan.loop.evaluate.indicators.queries.choices import pickers
from bihuan.loop.plan.goals.queries.scopes import filter_words, usable

from ..forms.tables import BlockForm, FileForm, LineForm, NewTableForm, line_initial
from ..models import EvaluationTable, EvaluationTableVersion
from ..queries.tables import blocks_of, is_over_by_now, sums_of, without_records
from ..rights import may_read_table, readable_tables, table_for
from ..services import FORMATS, NotRenewed, TableError, create_table, fill_block, renew_table, take_file, write_table
from .reports import scope_initial

PERMISSION = "evaluate.fill_table"
BLOCKS = 5


@require_GET
@needs("evaluate.view_board")
def table_list(request: HttpRequest) -> HttpResponse:
    """List the tables this person may read."""
    context = {"page": page_of(request, readable_tables(request.user), size=30),
               "may_fill": can(request.user, PERMISSION)}
    return render(request, "reports/table_list.html", context)


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def table_new(request: HttpRequest) -> HttpResponse:
    """Make a table: the computed cells are filled in at once."""
    offered = pickers(BoardState(), scope_of(request.user, PERMISSION))
    form = NewTableForm(
        request.POST or None, user=request.user, units=offered["unit"], scopes=usable(request.user),
        initial={"title": _("客户服务质量评价表"), "subject": "customer", **scope_initial(request)})
    if request.method == "POST" and form.is_valid():
        try:
            row = create_table(
                title=form.cleaned_data["title"], subject=form.cleaned_data["subject"], chosen=form.chosen(),
                filters=form.filters(), span=form.span(), review_scope=form.chosen_scope(), actor=request.user)
        except (IndicatorError, ReportError) as error:
            form.add_error(None, error.text(get_language() or "zh"))
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            left_out = without_records(row, form.chosen())
            if left_out:
                messages.warning(request, _("没有记录，未列入：{names}").format(names=_("、").join(left_out)))
            return HttpResponseRedirect(reverse("reports:table", args=[row.pk]))
    return render(request, "reports/table_new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@needs("evaluate.view_board")
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one table, the newest version or the one asked for."""
    return render(request, "reports/table.html", _context(request, table_for(request.user, pk), FileForm()))


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def table_fill(request: HttpRequest, pk: int, block: int) -> HttpResponse:
    """Fill in one block; the computed scores stand beside the fields."""
    row = table_for(request.user, pk)
    version = row.versions.first()
    content = Table1.from_json(version.content)
    if block >= len(content.blocks):
        raise Http404(block)
    view = blocks_of(row, content, request.user)[block]
    data = request.POST or None
    form = BlockForm(data, initial={"base": version.number})
    lines = [LineForm(data, prefix=f"line{line.place}", initial=line_initial(line.mark)) for line in view.lines]
    if request.method == "POST" and form.is_valid() and all(line.is_valid() for line in lines):
        try:
            saved = fill_block(
                table=row, base=form.cleaned_data["base"], block=block, marks=[line.mark() for line in lines],
                actor=request.user, note=form.cleaned_data["note"])
        except TableError as error:
            _refuse(form, lines, error)
        else:
            messages.success(request, _("已保存为第 {n} 版。").format(n=saved.number))
            return HttpResponseRedirect(_place(pk, block))
    context = {"table": row, "view": view, "form": form, "pairs": list(zip(view.lines, lines, strict=True))}
    refused = request.method == "POST"
    return render(request, "reports/table_fill.html", context, status=422 if refused else 200)


@require_POST
@needs(PERMISSION)
def table_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a table anew that was made before its period was over."""
    try:
        made = renew_table(table=table_for(request.user, pk), actor=request.user)
    except (NotRenewed, TableError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("reports:table", args=[pk]))
    return HttpResponseRedirect(reverse("reports:table", args=[made.pk]))


@require_GET
@needs("evaluate.export")
def table_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one version as Excel, in the layout of the form."""
    row = table_for(request.user, pk)
    version = _version(row, request.GET.get("version", ""))
    try:
        file = write_table(table=row, version=version, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("reports:table", args=[pk]))
    return FileResponse(file, as_attachment=True, filename=f"{row.title} v{version.number}.xlsx",
                        content_type=FORMATS["xlsx"])


@require_POST
@needs(PERMISSION)
def table_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an edited file back; every wrong cell is named, and then nothing is taken."""
    row = table_for(request.user, pk)
    form = FileForm(request.POST, request.FILES)
    problems: tuple[str, ...] = ()
    if form.is_valid():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.xlsx"
            path.write_bytes(form.cleaned_data["file"].read())
            try:
                saved = take_file(table=row, path=path, actor=request.user)
            except TableError as error:
                problems = error.problems
            else:
                messages.success(request, _("已从文件读入，现为第 {n} 版。").format(n=saved.number))
                return HttpResponseRedirect(reverse("reports:table", args=[pk]))
    context = _context(request, row, form) | {"problems": problems}
    return render(request, "reports/table.html", context, status=422)


def _context(request: HttpRequest, row: EvaluationTable, upload: FileForm) -> dict[str, Any]:
    version = _version(row, request.GET.get("version", ""))
    content, after = Table1.from_json(version.content), row.successor
    return {
        "after": after, "is_over_by_now": after is None and is_over_by_now(content), "is_running": is_running(content),
        "table": row, "version": version, "content": content, "sums": sums_of(content), "upload": upload,
        "page": page_of(request, blocks_of(row, content, request.user), size=BLOCKS), "problems": (),
        "versions": row.versions.select_related("created_by"),
        "words": filter_words(row.review_scope.kept) if row.review_scope else (),
        "may_fill": can(request.user, PERMISSION) and not request.GET.get("version") and after is None,
        "may_export": may_read_table(request.user, row, "evaluate.export"),
    }


def _refuse(form: BlockForm, lines: list[LineForm], error: TableError) -> None:
    """Put a refusal onto the field it is about."""
    if error.line is not None and error.field in lines[error.line].fields:
        lines[error.line].add_error(error.field, str(error))
    else:
        form.add_error(None, str(error))


def _place(pk: int, block: int) -> str:
    page = block // BLOCKS + 1
    return f"{reverse('reports:table', args=[pk])}{f'?page={page}' if page > 1 else ''}#block-{block}"


def _version(row: EvaluationTable, number: str) -> EvaluationTableVersion:
    """Return the version asked for, the newest without a number; 404 for one that is not there."""
    found = row.versions.order_by("-number").select_related("created_by")
    if number:
        found = found.filter(number=int(number)) if number.isascii() and number.isdigit() else found.none()
    version = found.first()
    if version is None:
        raise Http404(number)
    return version


