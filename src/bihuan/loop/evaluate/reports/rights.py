"""Who may read a report: those who may see every unit that its numbers speak of."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, scope_of

from .models import Report


def may_read(user: User, report: Report) -> bool:
    """Return whether a person's view of the board contains the report's; its author always reads it."""
    if report.created_by_id == user.pk:
        return True
    scope = scope_of(user, "evaluate.view_board")
    if scope.agents is not None:
        return False
    return scope.units is None or (report.units is not None and set(report.units) <= set(scope.units))


def readable(user: User) -> list[Report]:
    """Return the reports a person may read, newest first."""
    return [report for report in Report.objects.select_related("created_by") if may_read(user, report)]


def report_for(user: User, pk: int) -> Report:
    """Return one report a person may read; NotAllowed, as for one that is not there, otherwise."""
    report = Report.objects.select_related("created_by").filter(pk=pk).first()
    if report is None or not may_read(user, report):
        raise NotAllowed(f"report {pk}")
    return report
