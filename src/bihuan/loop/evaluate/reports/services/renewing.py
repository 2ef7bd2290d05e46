"""What was made before its period was over is made anew on the complete data; the former one is kept and says so."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require, scope_of
from bihuan.engine.report.contracts import Report as Content
from bihuan.engine.report.table1_contracts import Table1
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.plan.goals.contracts import filters_of

from ..models import EvaluationTable, Report
from ..queries.reports import is_over_by_now
from ..queries.tables import is_over_by_now as is_table_over
from ..rights import OWN_WORK, may_read, may_read_table, scope_like
from .reports import create_report, read_query
from .tables import PERMISSION, TableError, create_table, keep_version


class NotRenewed(ValueError):
    """Why something is not made anew, in a sentence."""


@transaction.atomic
def renew_report(*, report: Report, actor: User) -> Report:
    """Ask for a report again: the same question about the same units on the data as they are now. One that was renewed
    is not asked twice. Raises NotRenewed where its period is not over or it is about somebody else's own work.
    """
    report = Report.objects.select_for_update(of=("self",)).select_related("review_scope").get(pk=report.pk)
    if not may_read(actor, report):
        raise NotAllowed(f"report {report.pk}")
    if (standing := report.successor) is not None:
        return standing
    former = report.versions.first()
    _check(report, former is not None and is_over_by_now(Content.from_json(former.content)), actor)
    made = create_report(title=report.title, query=read_query(report.query), language=report.language, actor=actor,
                         review_scope=report.review_scope, replaces=report)
    audit.record("evaluate.report_renewed", report, actor=actor, by=made.pk)
    return made


@transaction.atomic
def renew_table(*, table: EvaluationTable, actor: User) -> EvaluationTable:
    """Make a table again for the same objects on the data as they are now; what people wrote goes along, signed as it
    was. It speaks of the same units in the same language, whoever makes it. One that was renewed is not made twice.
    Raises NotRenewed as a report does, TableError when nobody has a record any more.
    """
    require(actor, PERMISSION)
    table = EvaluationTable.objects.select_for_update(of=("self",)).select_related("review_scope").get(pk=table.pk)
    if not may_read_table(actor, table) or not may_read_table(actor, table, PERMISSION):
        raise NotAllowed(f"table {table.pk}")
    if (standing := table.successor) is not None:
        return standing
    former = table.versions.first()
    if former is None:
        raise NotAllowed(f"table {table.pk}")
    old = Table1.from_json(former.content)
    _check(table, is_table_over(old), actor)
    made = create_table(
        title=table.title, subject=table.subject, chosen=[block.key for block in old.blocks if block.key],
        filters=filters_of(table.filters), span=Span(table.start, table.end), review_scope=table.review_scope,
        actor=actor, within=scope_like(scope_of(actor, PERMISSION), table), lang=old.lang)
    EvaluationTable.objects.filter(pk=made.pk).update(replaces=table)
    _take_along(old, former.number, made, actor)
    audit.record("evaluate.table_renewed", table, actor=actor, by=made.pk)
    return made


def standing_line(table: EvaluationTable, block: int) -> tuple[EvaluationTable, int]:
    """Return where a line of a table stands now: in what replaced it, at the block of the same object."""
    while (after := table.successor) is not None:
        old, new = (Table1.from_json(version.content) for one in (table, after) if (version := one.versions.first()))
        keys = [one.key for one in new.blocks]
        if not 0 <= block < len(old.blocks) or old.blocks[block].key not in keys:
            raise TableError(_("新表里没有这个评价对象。"))
        table, block = after, keys.index(old.blocks[block].key)
    return table, block


def _check(kept: Report | EvaluationTable, over: bool, actor: User) -> None:
    if not over:
        raise NotRenewed(_("数据还没有覆盖整个周期，或这一份已是完整数据，不用另出。"))
    if kept.units == OWN_WORK and kept.created_by_id != actor.pk:
        raise NotRenewed(_("这一份只写编写人自己的工作，请由编写人另出。"))


def _take_along(old: Table1, number: int, made: EvaluationTable, actor: User) -> None:
    """Carry what people wrote over to the same objects."""
    version = made.versions.first()
    assert version is not None
    written = {block.key: block.marks for block in old.blocks}
    new = Table1.from_json(version.content)
    filled = replace(new, blocks=tuple(
        replace(block, marks=written.get(block.key, block.marks)) for block in new.blocks))
    if filled != new:
        keep_version(made, filled, version.number + 1, _("沿用原表第 {n} 版的人工填写").format(n=number), actor)
