"""Who may read a report or a table: those who may see every unit that its numbers speak of."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, scope_of

from .models import EvaluationTable, Report


def may_read(user: User, report: Report | EvaluationTable) -> bool:
    """Return whether a person's view of the board contains that of a report or table; its author always reads it."""
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
    report = Report.objects.select_related("created_by", "review_scope__scope").filter(pk=pk).first()
    if report is None or not may_read(user, report):
        raise NotAllowed(f"report {pk}")
    return report


def readable_tables(user: User) -> list[EvaluationTable]:
    """Return the tables a person may read, newest first."""
    return [table for table in EvaluationTable.objects.select_related("created_by", "review_scope__scope")
            if may_read(user, table)]


def table_for(user: User, pk: int) -> EvaluationTable:
    """Return one table a person may read; NotAllowed, as for one that is not there, otherwise."""
    table = EvaluationTable.objects.select_related("created_by", "review_scope__scope").filter(pk=pk).first()
    if table is None or not may_read(user, table):
        raise NotAllowed(f"table {pk}")
    return table
