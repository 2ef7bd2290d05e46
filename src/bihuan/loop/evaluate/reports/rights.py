"""Who may read a report or a table: those who may see every unit that its numbers speak of."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Exists, OuterRef

from bihuan.core.models import User
from bihuan.core.rights import NOTHING, NotAllowed, scope_of, shows
from bihuan.engine.indicators.contracts import Scope

from .models import EvaluationTable, Report

OWN_WORK: list[str] = []


def may_read(user: User, report: Report | EvaluationTable, purpose: str = "evaluate.view_board") -> bool:
    """Return whether what a person may see for ``purpose`` contains what a report or table speaks of.

    Rights are those of today, the author's too. What was made of one person's own work is that person's.
    """
    scope = scope_of(user, purpose)
    if scope.units is None and scope.agents is None:
        return True
    if report.units == OWN_WORK:
        return report.created_by_id == user.pk and scope != NOTHING
    return scope.agents is None and report.units is not None and set(report.units) <= set(scope.units or ())


def may_read_table(user: User, table: EvaluationTable, purpose: str = "evaluate.view_board") -> bool:
    """Return whether a person may read a table; one of customers names them, so their number stands open to the person.
    """
    return may_read(user, table, purpose) and (
        table.subject != EvaluationTable.Subject.CUSTOMER or shows(user, purpose, "customer"))


def units_spoken_of(scope: Scope) -> list[str] | None:
    """Return the units that a report made within a scope speaks of: None for all, OWN_WORK for a scope of one's own."""
    if scope.agents is not None:
        return OWN_WORK
    return None if scope.units is None else list(scope.units)


def scope_like(scope: Scope, kept: Report | EvaluationTable) -> Scope:
    """Return what of a scope a report or table speaks of: made anew by somebody of a wider reach, it stays readable
    to those who read it."""
    if kept.units is None or kept.units == OWN_WORK:
        return scope
    return replace(scope, units=tuple(one for one in kept.units if scope.units is None or one in scope.units))


def readable(user: User) -> list[Report]:
    """Return the reports a person may read, newest first."""
    renewed = Report.objects.filter(replaces=OuterRef("pk")).exclude(state=Report.State.FAILED)
    kept = Report.objects.select_related("created_by").annotate(is_replaced=Exists(renewed))
    return [report for report in kept if may_read(user, report)]


def report_for(user: User, pk: int) -> Report:
    """Return one report a person may read; NotAllowed, as for one that is not there, otherwise."""
    report = Report.objects.select_related("created_by", "review_scope__scope").filter(pk=pk).first()
    if report is None or not may_read(user, report):
        raise NotAllowed(f"report {pk}")
    return report


def readable_tables(user: User) -> list[EvaluationTable]:
    """Return the tables a person may read, newest first."""
    kept = EvaluationTable.objects.select_related("created_by", "review_scope__scope").annotate(
        is_replaced=Exists(EvaluationTable.objects.filter(replaces=OuterRef("pk"))))
    return [table for table in kept if may_read_table(user, table)]


def table_for(user: User, pk: int) -> EvaluationTable:
    """Return one table a person may read; NotAllowed, as for one that is not there, otherwise."""
    table = EvaluationTable.objects.select_related("created_by", "review_scope__scope").filter(pk=pk).first()
    if table is None or not may_read_table(user, table):
        raise NotAllowed(f"table {pk}")
    return table
