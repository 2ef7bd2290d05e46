"""The rows behind a number, page by page and as a file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from bihuan.core.patience import patient
from bihuan.core.privacy.services import ask_address
from bihuan.core.rights import can
from bihuan.core.web import needs

from ..contracts import PAGE_SIZE, BoardState
from ..forms.board import read_state
from ..queries import engine
from ..queries.address import write_state
from ..queries.periods import fixed, span_of
from ..queries.rows import read_group, rows_page, rows_question
from ..queries.words import said
from ..services.exports import ApprovalNeeded, export_rows
from .common import FORMAT_NAMES, REFUSALS, file_response, refused

MANY = 20_000       # rows; a workbook is sent when it is whole, and of 100,000 it takes 14 s of computing


@require_GET
@needs("evaluate.view_rows")
@patient
def rows(request: HttpRequest, name: str) -> HttpResponse:
    """Show one page of the rows behind a number, and the sums over all of them."""
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    try:
        question = rows_question(name, state, read_group(request.GET.getlist("group")), request.user)
        if question is None:
            raise Http404(name)
        found = rows_page(question, columns=tuple(request.GET.getlist("col")), page=state.page)
    except REFUSALS as error:
        return refused(request, [said(error)])
    context = {
        "found": found, "page": Paginator(range(found.sums.total), PAGE_SIZE).get_page(found.page),
        "span": span_of(state, engine.today()), "address": write_state(state.with_(page=1)),
        "kept": [(key, value) for key, values in request.GET.lists() if key not in ("col", "page") for value in values],
        "export_address": urlencode([(key, value) for key, values in request.GET.lists() if key != "page"
                                     for value in values]),
        "formats": FORMAT_NAMES, "may_export": can(request.user, "evaluate.export"),
        "is_slow": found.sums.total >= MANY,
    }
    return render(request, "indicators/rows.html", context)


@require_GET
@needs("evaluate.export")
def rows_export(request: HttpRequest, name: str) -> HttpResponse:
    """Send all rows behind a number: complete, or refused with a reason."""
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    try:
        export = export_rows(
            name=name, state=state, group=read_group(request.GET.getlist("group")),
            columns=tuple(request.GET.getlist("col")), actor=request.user, form=request.GET.get("format", "xlsx"))
    except REFUSALS as error:
        return refused(request, [said(error)])
    except ApprovalNeeded as needed:
        return redirect(_ask(request, name, state, needed))
    if export is None:
        raise Http404(name)
    return file_response(export)


def _ask(request: HttpRequest, name: str, state: BoardState, needed: ApprovalNeeded) -> str:
    """Return the page that asks for approval of these very days, whenever it is given."""
    return ask_address(kind="indicators.rows", title=needed.title, rows=needed.rows, args={
        "name": name, "address": write_state(fixed(state, engine.today())), "group": request.GET.getlist("group"),
        "columns": request.GET.getlist("col")})
