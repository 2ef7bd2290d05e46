"""The open measures of a weekly pack: what is late first, then what is due, then what waits for its verdict."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from bihuan.core.models import Unit, User
from bihuan.core.queries import unit_names
from bihuan.core.rights import can, descendants
from bihuan.engine.report.parts import Heading, Paragraph, Part, Table

from ..models import Measure
from ..rights import VIEW
from ..services.carrying import today
from .lists import OPEN, Filters, MeasureLine, lines_of, measures_for

MOST = 100


def open_lines(user: User, day: date) -> list[MeasureLine]:
    """Return the open measures a person sees, those due first on top and those without a date last."""
    found = measures_for(user, Filters(state="open"), day)
    return lines_of(sorted(found, key=lambda one: (one.due_on or date.max, one.pk))[:MOST], day)


def keep_open() -> list[dict[str, Any]]:
    """Return every open measure as it is now, for the pack of a week to keep: ids and what changes, no names."""
    found = Measure.objects.filter(state__in=OPEN).annotate(last_share=Max("progress__share")).order_by("due_on", "pk")
    return [{"id": line.measure.pk, "title": line.measure.title, "state": line.measure.state,
             "accountable": line.measure.accountable_id, "unit": line.measure.unit_code,
             "due_on": str(line.measure.due_on) if line.measure.due_on else None, "days_left": line.days_left,
             "share": line.measure.last_share} for line in lines_of(found, today())]


def kept_lines(user: User, stored: list[dict[str, Any]]) -> list[MeasureLine]:
    """Return kept measures as they were, those that the person sees now."""
    found = Measure.objects.for_user(user).in_bulk([one["id"] for one in stored])
    people, names = User.objects.in_bulk([one["accountable"] for one in stored]), unit_names()
    lines = []
    for one in stored:
        if one["id"] in found:
            then = copy(found[one["id"]])
            then.title, then.state, then.unit_code = one["title"], one["state"], one["unit"]
            then.due_on = date.fromisoformat(one["due_on"]) if one["due_on"] else None
            then.accountable, then.last_share = people[one["accountable"]], one["share"]
            lines.append(MeasureLine(then, names.get(one["unit"], one["unit"]), one["days_left"], False))
    return lines


def open_parts(user: User, stored: list[dict[str, Any]] | None = None) -> list[Part]:
    """Return the open measures as parts of the weekly pack's document; nothing for who may not see measures.

    ``stored``: as the week's pack kept them; None as they are now.
    """
    if not can(user, VIEW):
        return []
    lines = open_lines(user, today()) if stored is None else kept_lines(user, stored)
    title = Heading(_("未结改进措施（现在的状态）") if stored is None else _("未结改进措施（当时的状态）"))
    if not lines:
        return [title, Paragraph(_("没有。"))]
    rows = tuple((f"{line.measure.number} {line.measure.title}", str(line.measure.accountable), line.unit,
                  f"{line.measure.due_on or '—'}\n{overdue(line)}".strip(), _share(line),
                  str(line.measure.get_state_display())) for line in lines)
    head = (_("措施"), _("责任人"), _("单位"), _("计划完成"), _("进度"), _("状态"))
    return [title, Table(head, rows, (6, 2, 2, 3, 2, 2))]


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
