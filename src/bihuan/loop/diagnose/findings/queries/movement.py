"""What the movement of an indicator between two months is made of, for the movement page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.charts.groups import grouped_bars
from bihuan.engine.findings.joint import BETWEEN, decompose_jointly
from bihuan.engine.findings.movement import FITTING, Movement, Part
from bihuan.engine.indicators.contracts import Passport, Query, Result
from bihuan.engine.indicators.periods import bounds, label, latest_over, parse_label
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.names import group_label, names_of
from bihuan.loop.evaluate.indicators.queries.words import chart_labels, dimension_labels, in_language
from bihuan.ui.formats import signed

from ..models import Finding
from ..services.detect.indicators import evidence_of
from .priorities import narrowed, rest_of
from .put_down import Causes, put_down
from .scoping import ALL, Kept

BOARD = "evaluate.view_board"
DIMENSIONS = ("channel", "product", "topic", "team", "region", "tier", "hour")
AGAINST = {"previous": 1, "last_year": 12}
MONTHS, MOST_BARS, MOST_ALSO = 24, 12, 2
MOST_ALONE = 0.05                        # of the rows, in cells of one month only: beyond it mix and rate are confused


@dataclass(frozen=True)
class PartLine:
    """One group of the decomposition, ready to print; both numbers open to their rows."""

    part: Part
    label: str
    before: Result
    after: Result
    mix: str
    rate: str
    interval: str
    total: str
    sure: bool
    before_url: str
    after_url: str


@dataclass(frozen=True)
class MovementPage:
    """The page; ``movement`` None without rows or too few, ``withheld`` where small groups may not be told."""

    passport: Passport
    title: str
    by: str
    month: str
    other: str
    months: tuple[str, ...]
    dimensions: tuple[tuple[str, str], ...]
    movement: Movement | None = None
    withheld: bool = False
    alone: float = 0.0                  # share of the rows in groups of one month only
    too_thin: bool = False              # too many of them to take the cells of several dimensions apart
    change: str = ""
    mix: str = ""
    rate: str = ""
    rate_interval: str = ""
    lines: tuple[PartLine, ...] = ()
    also: tuple[str, ...] = ()          # further dimensions that the change is taken apart by at once
    mixes: tuple[tuple[str, str], ...] = ()
    causes: Causes | None = None
    chart: dict[str, Any] | None = None


def indicators() -> list[tuple[str, str]]:
    """Return the indicators that can be taken apart."""
    return [(name, in_language(one.title)) for name, one in engine.passports().items() if one.aggregation in FITTING]


def movement_page(user: User, *, indicator: str, by: str, month: str, against: str, finding: Finding | None,
                  also: Sequence[str] = (), kept: Kept = ALL) -> MovementPage | None:
    """Return the decomposition of a month against another one, within what the person may see, a finding's place and

    a review's scope; by one dimension, or by its cells with those of ``also``.
    """
    passport = engine.passports().get(indicator)
    if passport is None or passport.aggregation not in FITTING:
        return None
    months = finished_months()
    chosen = month if month in months else months[-1]
    other = label("month", parse_label(chosen)[1] - AGAINST[against])
    found_where, place = (finding.where, dict(finding.group)) if finding else ("", {})
    where = " and ".join(part for part in (found_where, narrowed(kept)) if part) or None
    labels = dimension_labels()
    dimensions = tuple((name, labels[name]) for name in _fitting(passport) if name not in place)
    split = by if by in dict(dimensions) else dimensions[0][0] if dimensions else ""
    more = tuple(name for name in dict.fromkeys(also) if name in dict(dimensions) and name != split)[:MOST_ALSO]
    page = MovementPage(passport, in_language(passport.title), split, chosen, other, months, dimensions, also=more)
    if not split:
        return page
    scope, by_all = scope_of(user, BOARD), (split, *more)
    sides = [engine.ask(Query((indicator,), by_all, "all", *bounds("month", parse_label(name)[1]), where), scope)
             for name in (other, chosen)]
    if any(one.suppressed for side in sides for one in side):
        return replace(page, withheld=True)
    joint = decompose_jointly(passport, sides[0], sides[1], by_all)
    if joint is None:
        return page
    page = replace(page, alone=joint.cells.alone)
    if more and page.alone > MOST_ALONE:
        return replace(page, too_thin=True)
    names, unit = dict(dimensions), passport.unit
    known = [{BETWEEN.join(str(one.group[name] or "") for name in by_all): one for one in side} for side in sides]
    filled = _filled(page, joint.cells, place, kept, known)
    return replace(filled, causes=put_down(user, scope, passport, other, chosen, where),
                   mixes=tuple((names[name], signed(mix, unit)) for name, mix in zip(by_all, joint.mixes)))


def finished_months() -> tuple[str, ...]:
    """Return the labels of the last months that the facts reach beyond, the latest last."""
    last = latest_over("month", engine.today())
    return tuple(label("month", key) for key in range(last - MONTHS + 1, last + 1))


def _fitting(passport: Passport) -> tuple[str, ...]:
    from bihuan.engine.indicators.shape import dimensions_of

    return tuple(name for name in DIMENSIONS if name in dimensions_of(passport.grain))


def _filled(page: MovementPage, found: Movement, place: dict[str, str], kept: Kept,
            known: list[dict[str, Result]]) -> MovementPage:
    unit = page.passport.unit
    lines = tuple(_line(page, part, place, kept, known) for part in found.parts)
    results = [Result(page.passport.name, "", kind, {"group": line.label, "kind": kind}, value, 0, unit=unit)
               for line in lines[:MOST_BARS] for kind, value in (("mix", line.part.mix), ("rate", line.part.rate))]
    return replace(
        page, movement=found, lines=lines, change=signed(found.change, unit), mix=signed(found.mix, unit),
        rate=signed(found.rate, unit),
        rate_interval=f"{signed(found.rate_low, unit)} – {signed(found.rate_high, unit)}",
        chart=grouped_bars(results, by="group", split="kind", names=_parts(), labels=chart_labels()) if lines else None)


def _parts() -> dict[str, str]:
    return {"mix": _("构成变化"), "rate": _("自身变化")}


def _line(page: MovementPage, part: Part, place: dict[str, str], kept: Kept, known: list[dict[str, Result]]
          ) -> PartLine:
    unit, name = page.passport.unit, page.passport.name
    # As the engine gave them, with their intervals; a group that one side lacks has no number there.
    before, after = (side.get(part.group) or Result(name, "", "", {}, None, 0, unit=unit) for side in known)
    own = dict(zip((page.by, *page.also), part.group.split(BETWEEN)))
    # Rows without a value of a dimension have no address of their own.
    urls = [evidence_of(name, {**place, **own}, *bounds("month", parse_label(month)[1])) + rest_of(own, kept)
            if all(own.values()) else "" for month in (page.other, page.month)]
    interval = "" if part.low is None or part.high is None else (
        f"{signed(part.low, unit)} – {signed(part.high, unit)}")
    shown = " · ".join(group_label(by, value or None, names_of(by)) for by, value in own.items())
    return PartLine(
        part, shown, before, after, signed(part.mix, unit), signed(part.rate, unit), interval, signed(part.total, unit),
        part.q is not None and part.q < 0.05, *urls)
