"""The open measures of a weekly pack: what is late first, then what is due, then what waits for its verdict."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from bihuan.core.models import Unit, User
from bihuan.core.rights import can, descendants
from bihuan.engine.report.parts import Heading, Paragraph, Part, Table

from ..rights import VIEW
from ..services.carrying import today
from .lists import Filters, MeasureLine, lines_of, measures_for

MOST = 100


def open_lines(user: User, day: date) -> list[MeasureLine]:
    """Return the open measures a person sees, those due first on top and those without a date last."""
    found = measures_for(user, Filters(state="open"), day)
    return lines_of(sorted(found, key=lambda one: (one.due_on or date.max, one.pk))[:MOST], day)


def open_parts(user: User) -> list[Part]:
    """Return the open measures as parts of the weekly pack's document; nothing for who may not see measures."""
    if not can(user, VIEW):
        return []
    lines = open_lines(user, today())
    if not lines:
        return [Heading(_("未结改进措施（现在的状态）")), Paragraph(_("没有。"))]
    rows = tuple((f"{line.measure.number} {line.measure.title}", str(line.measure.accountable), line.unit,
                  f"{line.measure.due_on or '—'}\n{overdue(line)}".strip(), _share(line),
                  str(line.measure.get_state_display())) for line in lines)
    head = (_("措施"), _("责任人"), _("单位"), _("计划完成"), _("进度"), _("状态"))
    return [Heading(_("未结改进措施（现在的状态）")), Table(head, rows, (6, 2, 2, 3, 2, 2))]


def late_parts(user: User, unit: str) -> list[Part]:
    """Return the late measures of a unit and those below it, of all units without one, for a meeting's agenda."""
    if not can(user, VIEW):
        return []
    day = today()
    found = measures_for(user, Filters(late=True), day)
    if unit:
        found = found.filter(unit_code__in=descendants([unit], Unit.objects.only("code", "parent_code")))
    lines = lines_of(found.order_by("due_on", "pk")[:MOST], day)
    title = Heading(_("逾期的改进措施（现在的状态）"), 2)
    if not lines:
        return [title, Paragraph(_("没有。"))]
    head = (_("措施"), _("责任部门／责任人"), _("计划完成"), _("进度"))
    return [title, Table(head, tuple(
        (f"{line.measure.number} {line.measure.title}", f"{line.unit}\n{line.measure.accountable}",
         f"{line.measure.due_on}\n{overdue(line)}", _share(line)) for line in lines), (6, 3, 3, 2))]


def overdue(line: MeasureLine) -> str:
    """Return by how many days a measure is late, in words; "" when it is not."""
    if not line.is_late or line.days_left is None:
        return ""
    return _("逾期 {days} 天").format(days=-line.days_left)


def _share(line: MeasureLine) -> str:
    share = getattr(line.measure, "last_share", None)
    return "—" if share is None else f"{share}%"
