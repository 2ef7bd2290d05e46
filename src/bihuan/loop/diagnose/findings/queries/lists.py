"""The inbox: which findings in which order, and what the last search looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.ui import formats

from ..contracts import KINDS
from ..models import Finding, Search
from .findings import findings_for
from .scoping import ALL, Kept, within
from .words import compared, shown_title, size_text

WORKING = ("accepted", "diagnosed", "acting")


@dataclass(frozen=True)
class Line:
    """One finding as the inbox shows it."""

    finding: Finding
    title: str
    value: str
    interval: str
    compared: str
    size: str
    place: str
    suggested: str


@dataclass(frozen=True)
class Bundle:
    """A row of the inbox: one finding, or the one that leads and the others of the same peak."""

    line: Line
    members: tuple[Line, ...]


def chosen(user: User, *, state: str, kind: str, unit: str, mine: bool, words: str, kept: Kept = ALL
           ) -> QuerySet[Finding]:
    """Return the findings a person sees that fit what was chosen, the last seen first."""
    rows = within(findings_for(user), kept).annotate(seen=Count("sightings"))
    if state in ("", "open"):
        rows = rows.exclude(state__in=("settled", "dismissed"))
    elif state == "working":
        rows = rows.filter(state__in=WORKING)
    elif state != "all":
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if unit:
        rows = rows.filter(Q(unit_code=unit) | Q(suggested_unit=unit) | Q(issue__owner_unit=unit))
    if mine:
        rows = rows.filter(owner=user)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(stated_step__icontains=words) | Q(
            stated_action__icontains=words))
    return rows.order_by("-last_seen", "kind", "-size", "pk")


def leading(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Return the rows of the inbox: of one peak the finding that leads; a member stands alone where its leader is not
    among what was chosen, so that nothing is lost."""
    return rows.exclude(bundle__in=rows.order_by().values("pk"))


def with_members(rows: QuerySet[Finding], page: Any) -> list[Bundle]:
    """Return the lines of a page, each with the chosen findings that belong to it."""
    shown, names = list(page), unit_names()
    members: dict[int, list[Finding]] = {}
    for row in rows.filter(bundle__in=[one.pk for one in shown]):
        members.setdefault(row.bundle_id, []).append(row)  # type: ignore[arg-type]
    return [Bundle(line_of(one, names), tuple(line_of(row, names) for row in members.get(one.pk, ())))
            for one in shown]


def lines_of(rows: Any) -> list[Line]:
    """Return findings ready to print."""
    names = unit_names()
    return [line_of(row, names) for row in rows]


def line_of(row: Finding, names: dict[str, str]) -> Line:
    value = "" if row.value is None else formats.figure(row.value, row.unit)
    return Line(
        row, shown_title(row), value, formats.interval(row.low, row.high, row.unit), compared(row),
        size_text(row.size, row.size_measure), names.get(row.unit_code, row.unit_code) or str(_("全公司")),
        names.get(row.suggested_unit, row.suggested_unit))


def last_search() -> Search | None:
    return Search.objects.exclude(ended_at=None).first()


def searched(row: Search | None) -> list[dict[str, Any]]:
    """Return what the last search looked at, a line a detector."""
    steps = (row.counts.get("steps") or {}) if row else {}
    return [{"name": KINDS.get(step, step), **counts} for step, counts in steps.items()]
