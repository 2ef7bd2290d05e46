"""What to solve first: frequency by impact, the few that make up most complaints, and the list of redesigns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.engine.charts.relations import Dot, pareto, scatter_fit
from bihuan.engine.findings.search import CELL_MONTHS
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.periods import bounds, latest_over
from bihuan.loop.evaluate.indicators.contracts import BoardState
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.names import group_label, names_of
from bihuan.loop.evaluate.indicators.queries.scoping import where_of
from bihuan.loop.evaluate.indicators.queries.words import chart_labels, dimension_labels
from bihuan.ui import formats

from ..contracts import CASES, COUNTED, IMPACT_UNITS, IMPACTS, KINDS, SIZES, UNFIT
from ..models import Finding
from ..services.detect.indicators import evidence_of
from .findings import findings_for
from .scoping import ALL, Kept, within
from .words import shown_title

BOARD = "evaluate.view_board"
COMPLAINTS = "complaint_volume"
DIMENSIONS = ("topic", "product", "channel", "region", "team")
CUT = 0.8
# Kinds of findings that lie in no complaint, and the size that adds up.
SIZED = {"survey_cell": "answers_short", "theme": "mentions", "process": "hours"}
FEWEST = 4                               # findings below which medians split nothing


@dataclass(frozen=True)
class Placed:
    """A finding in the matrix: rows in 30 days that missed what is wanted, its impact with n and interval."""

    finding: Finding
    title: str
    frequency: float
    impact: float
    n: int
    interval: str
    immature: int = 0

    @property
    def counted(self) -> Any:
        """What the frequency counts."""
        return COUNTED.get(self.finding.kind, CASES)


@dataclass(frozen=True)
class Group:
    """The findings whose frequency counts the same, with the medians that split them; None of too few."""

    counted: Any
    chart: dict[str, Any] | None
    frequency_mid: float | None
    impact_mid: float | None


@dataclass(frozen=True)
class Matrix:
    """Findings by frequency and impact; ``first`` are those high in both among what counts the same.

    ``left_out`` cannot be placed. Cases, answers and people are no amounts of one another: each has its own medians.
    """

    measure: str
    unit: str
    kinds: tuple[Group, ...]
    first: tuple[Placed, ...]
    others: tuple[Placed, ...]
    left_out: tuple[tuple[Finding, str, Any], ...]

    @property
    def groups(self) -> tuple[tuple[tuple[Placed, ...], str], ...]:
        return (self.first, _("高频、高影响：先解决")), (self.others, _("其余"))


def matrix_of(user: User, measure: str, kept: Kept = ALL) -> Matrix:
    """Return the open findings a person sees by frequency and one impact measure."""
    unit = IMPACT_UNITS[measure]
    placed, left_out = [], []
    for row in within(findings_for(user), kept).exclude(state__in=("settled", "dismissed")):
        told = row.impacts.get(measure)
        unfit = UNFIT.get(measure, set()) & set(row.group)
        if unfit or row.frequency is None or not told or told["small"] or None in (told["value"], told["usual"]):
            left_out.append((row, shown_title(row), _why(told, bool(unfit))))
            continue
        impact, low, high = told["value"], told.get("low"), told.get("high")
        if measure == "csat_mean":
            # The loss against the others: what lies highest loses least.
            impact, (low, high) = told["usual"] - impact, (
                (None, None) if low is None else (told["usual"] - high, told["usual"] - low))
        placed.append(Placed(row, shown_title(row), row.frequency, impact, told["n"], _interval(low, high, unit),
                             told.get("immature", 0)))
    kinds = [(counted, [one for one in placed if one.counted == counted])
             for counted in (CASES, *COUNTED.values()) if any(one.counted == counted for one in placed)]
    groups = tuple(_group(counted, rows, measure, unit) for counted, rows in kinds)
    ranked = [(one, _is_high(one, group)) for (_counted, rows), group in zip(kinds, groups)
              for one in sorted(rows, key=lambda one: -one.frequency * max(one.impact, 0))]
    return Matrix(measure, unit, groups, tuple(one for one, high in ranked if high),
                  tuple(one for one, high in ranked if not high), tuple(left_out))


def _group(counted: Any, rows: list[Placed], measure: str, unit: str) -> Group:
    mids = (median(one.frequency for one in rows), median(one.impact for one in rows)) if len(
        rows) >= FEWEST else (None, None)
    return Group(counted, _chart(rows, measure, unit, counted), *mids)


def _is_high(one: Placed, group: Group) -> bool:
    return (group.frequency_mid is not None and group.impact_mid is not None
            and one.frequency >= group.frequency_mid and one.impact >= group.impact_mid)


def _why(told: dict[str, Any] | None, unfit: bool) -> str:
    if unfit:
        return _("不适用")
    if told and told["value"] is None and told.get("immature"):
        return _("观察期未满 {count} 位").format(count=formats.plain(told["immature"]))
    return _("没有数字或样本不足")


def _interval(low: float | None, high: float | None, unit: str) -> str:
    if unit == "%" or low is None or high is None:
        return formats.interval(low, high, unit)
    return formats.from_to(formats.plain(low, 2), formats.plain(high, 2))


def _chart(placed: list[Placed], measure: str, unit: str, counted: Any) -> dict[str, Any]:
    dots = [Dot(f"{one.finding.number} {one.title}", one.frequency, one.impact, one.n) for one in placed]
    return scatter_fit(dots, None, x_name=_("每 30 天的量（{unit}）").format(unit=counted),
                       y_name=str(IMPACTS[measure][0]), x_unit="count",
                       y_unit=unit, labels=chart_labels())


@dataclass(frozen=True)
class ParetoLine:
    """One group with its complaints; ``vital`` up to the cut. ``finding`` when it is on the redesign list already."""

    value: str
    label: str
    count: float
    share: float
    cumulative: float
    vital: bool
    evidence: str
    finding: Finding | None


@dataclass(frozen=True)
class Pareto:
    """``measure`` says what is counted; without ``start`` the bars are open findings, each with its size."""

    by: str
    start: date | None
    end: date | None
    total: float
    unknown: int
    chart: dict[str, Any] | None
    lines: tuple[ParetoLine, ...]
    dimensions: tuple[tuple[str, Any], ...]
    measure: Any = ""


def span() -> tuple[date, date]:
    """Return the finished months that the Pareto counts."""
    last = latest_over("month", engine.today())
    return bounds("month", last - CELL_MONTHS + 1)[0], bounds("month", last)[1]


def pareto_of(user: User, by: str, kept: Kept = ALL) -> Pareto:
    """Return the complaints of the last six finished months by a dimension, the most frequent first."""
    start, end = span()
    results = engine.ask(Query((COMPLAINTS,), (by,), "all", start, end, narrowed(kept)), scope_of(user, BOARD))
    codes = names_of(by)
    counts = {str(one.group[by]): one.n for one in results if one.group[by] is not None and not one.suppressed}
    total = sum(counts.values())
    listed = {row.key: row for row in findings_for(user).filter(redesign=True)}
    lines, running = [], 0
    for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        vital = running < CUT * total
        running += count
        lines.append(ParetoLine(
            value, group_label(by, value, codes), count, count / total, running / total, vital,
            evidence_of(COMPLAINTS, {by: value}, start, end) + rest_of((by,), kept),
            listed.get(pareto_key(by, value, kept))))
    unknown = sum(one.n for one in results if one.group[by] is None)
    return Pareto(by, start, end, total, unknown, _bars(lines), tuple(lines), dimensions(user), _("投诉"))


def pareto_of_findings(user: User, kind: str, kept: Kept = ALL) -> Pareto:
    """Return the open findings of surveys, themes or processes by their size, the largest first.

    A size that counts something else (a redesign's complaints) is no bar here: bars add up.
    """
    size = SIZED[kind]
    rows = within(findings_for(user), kept).filter(kind=kind, size_measure=size, size__gt=0).exclude(
        state__in=("settled", "dismissed")).order_by("-size", "pk")
    total = sum(row.size or 0 for row in rows)
    lines, running = [], 0.0
    for row in rows:
        vital = running < CUT * total
        running += row.size or 0
        lines.append(ParetoLine(
            str(row.pk), f"{row.number} {shown_title(row)}", row.size or 0, (row.size or 0) / total, running / total,
            vital, reverse("findings:finding", args=[row.pk]), row if row.redesign else None))
    return Pareto(kind, None, None, total, 0, _bars(lines), tuple(lines), dimensions(user), SIZES[size])


def dimensions(user: User) -> tuple[tuple[str, Any], ...]:
    """Return what a Pareto can be made of: complaints by a dimension, for who sees the board, and findings by kind."""
    labels = dimension_labels()
    found = tuple((name, labels[name]) for name in DIMENSIONS) if can(user, BOARD) else ()
    return (*found, *((kind, KINDS[kind]) for kind in SIZED))


def _bars(lines: list[ParetoLine]) -> dict[str, Any] | None:
    return pareto({line.label: line.count for line in lines[:20]}, labels=chart_labels()) if lines else None


def pareto_key(by: str, value: str, kept: Kept = ALL) -> str:
    """Return the key of the finding that a bar of the Pareto becomes; of a scope it is another than of everything."""
    key = f"process:{COMPLAINTS}:{by}={value}"
    return (f"{key}|{narrowed(kept)}" if kept.filters else key)[:400]


def narrowed(kept: Kept) -> str | None:
    """Return what a scope keeps to in the grammar of ``--where``."""
    return where_of(BoardState(preset="all", filters=kept.filters))


def rest_of(by: Iterable[str], kept: Kept) -> str:
    """Return the rest of an address that says the values of some dimensions already."""
    own = {"unit" if name == "team" else name for name in by}
    pairs = [(name, value) for name, values in kept.filters if name not in own for value in values]
    return f"&{urlencode(pairs)}" if pairs else ""


def backlog(user: User) -> list[tuple[Finding, str, float | None]]:
    """Return the redesign list: by the share of complaints for each step of effort, those without either last."""
    rows = [(row, shown_title(row) if row.kind != "process" else row.title, worth(row))
            for row in findings_for(user).filter(redesign=True).exclude(state__in=("settled", "dismissed"))]
    return sorted(rows, key=lambda one: (one[2] is None, -(one[2] or 0), one[0].pk))


def worth(row: Finding) -> float | None:
    return None if row.share is None or not row.effort else row.share / row.effort
