"""Lists of findings that keep to a review's scope, or to one review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bihuan.core.models import User
from bihuan.loop.plan.cycles.contracts import Window
from bihuan.loop.plan.cycles.queries.cycles import cycle_for, info_of
from bihuan.loop.plan.goals.contracts import Filters
from bihuan.loop.plan.goals.queries.scopes import usable_one

from ..models import Finding


@dataclass(frozen=True)
class Kept:
    """What a list keeps to: filters, all units of them with those below (None: every unit), and a review's days."""

    filters: Filters = ()
    units: tuple[str, ...] | None = None
    start: date | None = None
    until: date | None = None
    label: str = ""
    scope: str = ""
    cycle: str = ""


ALL = Kept()


def kept_by(user: User, *, scope: str = "", cycle: str = "") -> Kept:
    """Return what an address asks a list to keep to; a scope or review that the person may not see is refused."""
    if cycle.isdecimal():
        row = cycle_for(user, int(cycle))
        window = info_of(row).window
        return Kept(window.filters, window.units, window.start, window.until, f"{row.number} {row.title}", cycle=cycle)
    if not scope:
        return ALL
    version = usable_one(user, scope)
    units = version.scope.units
    return Kept(version.kept, None if units is None else tuple(units), scope=scope,
                label=f"{version.scope.name} v{version.number}")


def findings_of_review(user: User, window: Window) -> QuerySet[Finding]:
    """Return the findings of a review that a person sees, by its scope and days; dismissed ones are none."""
    kept = Kept(window.filters, window.units, window.start, window.until)
    rows = within(Finding.objects.for_user(user).exclude(state="dismissed"), kept)
    return rows.select_related("owner").order_by("first_seen", "pk")


def within(rows: QuerySet[Finding], kept: Kept) -> QuerySet[Finding]:
    """Return the findings that lie inside: one that names no value of a dimension speaks of all of them."""
    if kept.units is not None:
        rows = rows.filter(unit_code__in=kept.units)
    if kept.until is not None:
        rows = rows.filter(Q(first_seen__date__lte=kept.until) | Q(start__lte=kept.until))
    if kept.start is not None:
        rows = rows.exclude(settled_at__date__lt=kept.start)
    wanted = {name: values for name, values in kept.filters if name != "unit"}
    if not wanted:
        return rows
    # Groups are JSON, which no two databases compare alike; there are hundreds of findings, not millions.
    inside = [pk for pk, group in rows.order_by().values_list("pk", "group")
              if all(group[name] in wanted[name] for name in wanted if group.get(name))]
    return rows.filter(pk__in=inside)
