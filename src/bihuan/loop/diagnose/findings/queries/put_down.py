"""What the failures of an indicator are put down to: policy clauses, service, product, customer, by their reviewers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.engine import stats
from bihuan.engine.facts.store import connect
from bihuan.engine.findings.joint import Share, shares_of_change
from bihuan.engine.indicators.contracts import Passport, Query, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.periods import bounds, parse_label
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.cache import data_version, results
from bihuan.ui import formats

ROWS = "evaluate.view_rows"
# Reviewed shares of both months that lie further apart than this are not alike, whatever a test of few rows says.
ALIKE = 0.1
# The newest round of a case decides; the shares of its reviewers are averaged by bringing their sum to one.
TOLD = """
    WITH newest AS (
        SELECT "case", coalesce("round", 0) AS own,
               max(coalesce("round", 0)) OVER (PARTITION BY "case") AS newest_round,
               kind, clause, share FROM attributions WHERE "case" IN (SELECT unnest(?::VARCHAR[])) AND share > 0)
    SELECT "case", kind, coalesce(clause, '') AS clause, sum(share) FROM newest WHERE own = newest_round
    GROUP BY "case", kind, coalesce(clause, '')"""


@dataclass(frozen=True)
class ShareLine:
    share: Share
    change: str
    interval: str
    sure: bool


@dataclass(frozen=True)
class Side:
    """The failures of one month: how many, how many are put down to something, and each cause's sum and cases."""

    failed: int
    attributed: int
    counts: dict[str, float]
    cases: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Causes:
    """What the reviewed failures of two months are put down to; ``alike``: about as many of them are reviewed."""

    before: Side
    after: Side
    alike: bool
    lines: tuple[ShareLine, ...]


def has_attributions() -> bool:
    """Return whether anybody has put a case down to something."""
    def compute() -> bool:
        with connect(workspace.home()) as con:
            return bool(con.execute("SELECT count(*) FROM attributions").fetchall()[0][0])

    found: bool = results.get(("attributions", data_version(workspace.home())), compute)
    return found


def put_down(user: User, board: Scope, passport: Passport, before: str, after: str, where: str | None) -> Causes | None:
    """Return what the failures of two months are put down to; None for what is no rate or may not be opened.

    None too where rows reach less far, or further, than the ``board``: the causes would be of other rows than the
    movement. Failures are the rows that count against the indicator: those in the numerator where less is better, else
    the rest.
    """
    if passport.aggregation != "rate" or not can(user, ROWS) or not has_attributions():
        return None
    scope = scope_of(user, ROWS)
    if (scope.units, scope.agents) != (board.units, board.agents):
        return None
    try:
        sides = [_side(scope, passport, month, where) for month in (before, after)]
    except IndicatorError:      # the rows of a value that is withheld
        return None
    return compare_causes(*sides, minimum=scope.minimum_n)


def compare_causes(before: Side, after: Side, *, minimum: int) -> Causes | None:
    """Return the causes' shares of the failures that are put down to something, none of fewer than ``minimum`` cases.

    Failures that nobody reviewed yet say nothing of their cause: of all failures, a backlog would look like a better
    policy. Where the reviewed share differs, so may what was picked for review, and nothing is tested.
    """
    if not before.attributed or not after.attributed:
        return None
    told = _folded(before, after, minimum)
    if told is None:
        return None
    reviewed = stats.compare_rates(before=(before.attributed, before.failed), after=(after.attributed, after.failed))
    alike = bool(reviewed.p >= 0.05 and abs(reviewed.difference) <= ALIKE)
    found = shares_of_change(told[0], before.attributed, told[1], after.attributed)
    return Causes(before, after, alike, tuple(_line(one, alike) for one in found))


def _folded(before: Side, after: Side, minimum: int) -> list[dict[str, float]] | None:
    """Return the sums with small causes made one; None where even all of them together are too few, or say nothing.

    Larger causes join until what was folded is not small itself: else it could be had by subtraction.
    """
    sides = (before, after)
    least = {name: min(len(one.cases[name]) for one in sides if name in one.cases)
             for name in {*before.cases, *after.cases}}
    waiting = sorted(least, key=lambda name: (least[name], name))
    small = [name for name in waiting if least[name] < minimum]
    waiting = waiting[len(small):]
    while small and any(0 < len(_together(one, small)) < minimum for one in sides):
        if not waiting:
            return None
        small.append(waiting.pop(0))
    if small and not waiting:
        return None
    return [{name: one.counts[name] for name in waiting if name in one.counts}
            | ({_("其他（合并）"): sum(one.counts.get(name, 0.0) for name in small)} if small else {}) for one in sides]


def _together(side: Side, names: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(side.cases.get(name, frozenset()) for name in names))


def _side(scope: Scope, passport: Passport, month: str, where: str | None) -> Side:
    query = Query((passport.name,), (), "all", *bounds("month", parse_label(month)[1]), where)
    table = engine.ask_rows(query, scope)
    if "case" not in table.column_names:
        return Side(0, 0, {}, {})
    rows = table.select(["case", "in_numerator", "in_denominator"]).to_pylist()
    return _put_down([row["case"] for row in rows if row["in_denominator"]
                      and bool(row["in_numerator"]) == (passport.direction == "down")])


def _put_down(failed: list[str | None]) -> Side:
    with connect(workspace.home()) as con:
        told = con.execute(TOLD, [[one for one in failed if one]]).fetchall()
    parts: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for case, kind, clause, share in told:
        parts[case].append((_name(kind, clause), float(share)))
    counts: dict[str, float] = defaultdict(float)
    cases: dict[str, set[str]] = defaultdict(set)
    reviewed = [case for case in failed if case in parts]
    for case in reviewed:
        whole = sum(share for _cause, share in parts[case])
        for cause, share in parts[case]:
            counts[cause] += share / whole
            cases[cause].add(case)
    return Side(len(failed), len(reviewed), dict(counts), {name: frozenset(of) for name, of in cases.items()})


def _name(kind: Any, clause: str) -> str:
    if kind == "policy":
        return _("制度：{clause}").format(clause=clause) if clause else _("制度（未写条款）")
    return {"service": _("服务"), "product": _("产品"), "customer": _("客户")}.get(kind, str(kind or _("未写责任方")))


def _line(one: Share, alike: bool) -> ShareLine:
    interval = formats.from_to(formats.signed(one.low, "%"), formats.signed(one.high, "%"))
    return ShareLine(one, formats.signed(one.change, "%"), interval, alike and one.q < 0.05)
