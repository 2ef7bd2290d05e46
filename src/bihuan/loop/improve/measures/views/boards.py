"""Measures in lists, on boards and over time."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.models import Unit
from bihuan.core.queries import unit_tree
from bihuan.core.rights import can, descendants, scope_of
from bihuan.core.web import needs, page_of
from bihuan.loop.diagnose.findings.queries.weekly import kept_of

from ..contracts import KINDS, TERMS
from ..models import Measure
from ..queries.lists import MOST_BOARD, board, filters_from, lines_of, matrix, measures_for, month
from ..queries.timeline import gantt
from ..queries.weekly import kept_lines, open_lines
from ..rights import CHANGE, VIEW
from ..services.carrying import today

SIZE = 30
MOST_LATE = 20


@require_GET
@needs(VIEW)
def measure_list(request: HttpRequest) -> HttpResponse:
    """List measures."""
    day, kept, scope = today(), filters_from(request.GET), scope_of(request.user, VIEW)
    page = page_of(request, measures_for(request.user, kept, day), size=SIZE)
    units = [line for line in unit_tree() if scope.units is None or line.unit.code in scope.units]
    context = {"page": page, "units": units, "lines": lines_of(page.object_list, day), "kept": kept, "here": "list",
               "may_change": can(request.user, CHANGE), "may_export": can(request.user, "evaluate.export"),
               "states": Measure.State.choices, "kinds": [(key, one.label) for key, one in KINDS.items()],
               "terms": list(TERMS.items()), "address": request.GET.urlencode()}
    return render(request, "measures/measure_list.html", context)


@require_GET
@needs(VIEW)
def late(request: HttpRequest) -> HttpResponse:
    """The late measures of a unit and those below it, as a part of another page; of all units without one."""
    day, unit = today(), request.GET.get("unit", "")
    rows = measures_for(request.user, filters_from({"late": "1"}), day)
    if unit:
        rows = rows.filter(unit_code__in=descendants([unit], Unit.objects.only("code", "parent_code")))
    return render(request, "measures/_late.html", {
        "lines": lines_of(rows.order_by("due_on", "pk")[:MOST_LATE], day), "count": rows.count()})


@require_GET
@needs(VIEW)
def measure_board(request: HttpRequest) -> HttpResponse:
    """Show the quick wins, or the systemic measures, by state; each has its own rhythm of review."""
    term = request.GET.get("term") if request.GET.get("term") in TERMS else "quick_win"
    context = {"columns": board(request.user, term, today()), "term": term, "terms": list(TERMS.items()),
               "here": "board"}
    return render(request, "measures/board.html", context)


@require_GET
@needs(VIEW)
def measure_matrix(request: HttpRequest) -> HttpResponse:
    """Show open measures by impact and ease."""
    rows, rest = matrix(request.user, today())
    return render(request, "measures/matrix.html", {"rows": rows, "rest": rest, "here": "matrix"})


@require_GET
@needs(VIEW)
def measure_plan(request: HttpRequest) -> HttpResponse:
    """Show measures over time, with their milestones."""
    day, kept = today(), filters_from({"state": "open"} | request.GET.dict())
    lines = lines_of(measures_for(request.user, kept, day)[:MOST_BOARD], day)
    return render(request, "measures/plan.html", {"gantt": gantt(lines, day), "lines": lines, "here": "plan"})


@require_GET
@needs(VIEW)
def measure_calendar(request: HttpRequest) -> HttpResponse:
    """Show what is due in a month."""
    day = today()
    first = _month(request.GET.get("month", ""), day)
    context = {"weeks": month(request.user, first, day), "first": first, "here": "calendar",
               "before": first - timedelta(days=1), "after": first + timedelta(days=32)}
    return render(request, "measures/calendar.html", context)


def _month(text: str, day: date) -> date:
    year, _dash, number = text.partition("-")
    try:
        return date(int(year), int(number), 1)
    except ValueError:
        return day.replace(day=1)


@require_GET
@needs(VIEW)
def weekly(request: HttpRequest) -> HttpResponse:
    """The open measures, for the weekly pack's page: as its week kept them, else as they are now."""
    stored = kept_of(request.GET.get("week", ""), "measures")
    lines = open_lines(request.user, today()) if stored is None else kept_lines(request.user, stored)
    return render(request, "measures/_weekly.html", {"lines": lines, "kept": stored is not None})
