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
from bihuan.engine.facts.store import connect
from bihuan.engine.findings.joint import Share, shares_of_change
from bihuan.engine.indicators.contracts import Passport, Query
from bihuan.engine.indicators.periods import bounds, parse_label
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.cache import data_version, results
from bihuan.loop.evaluate.indicators.queries.words import signed
from bihuan.ui import formats

ROWS = "evaluate.view_rows"
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


def has_attributions() -> bool:
    """Return whether anybody has put a case down to something."""
    def compute() -> bool:
        with connect(workspace.home()) as con:
            return bool(con.execute("SELECT count(*) FROM attributions").fetchall()[0][0])

    found: bool = results.get(("attributions", data_version(workspace.home())), compute)
    return found


def put_down(user: User, passport: Passport, before: str, after: str, where: str | None) -> tuple[ShareLine, ...]:
    """Return each cause's part of the change between two months; empty for what is no rate or may not be opened.

    Failures are the rows that count against the indicator: those in the numerator where less is better, else the rest.
    """
    if passport.aggregation != "rate" or not can(user, ROWS) or not has_attributions():
        return ()
    sides = [_side(user, passport, month, where) for month in (before, after)]
    (counts, n), (later, m) = sides
    if not n or not m:
        return ()
    sign = 1 if passport.direction == "down" else -1
    return tuple(_line(one, sign) for one in shares_of_change(counts, n, later, m))


def _side(user: User, passport: Passport, month: str, where: str | None) -> tuple[dict[str, float], int]:
    query = Query((passport.name,), (), "all", *bounds("month", parse_label(month)[1]), where)
    table = engine.ask_rows(query, scope_of(user, ROWS))
    if "case" not in table.column_names:
        return {}, 0
    rows = [row for row in table.select(["case", "in_numerator", "in_denominator"]).to_pylist()
            if row["in_denominator"]]
    failed = [row["case"] for row in rows if bool(row["in_numerator"]) == (passport.direction == "down")]
    return _counts(failed), len(rows)


def _counts(failed: Iterable[str | None]) -> dict[str, float]:
    cases = list(failed)
    with connect(workspace.home()) as con:
        told = con.execute(TOLD, [[one for one in cases if one]]).fetchall()
    parts: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for case, kind, clause, share in told:
        parts[case].append((_name(kind, clause), float(share)))
    counts: dict[str, float] = defaultdict(float)
    for case in cases:
        own = parts.get(case or "", [(_("未归因"), 1.0)])
        whole = sum(share for _cause, share in own)
        for cause, share in own:
            counts[cause] += share / whole
    return dict(counts)


def _name(kind: Any, clause: str) -> str:
    if kind == "policy":
        return _("制度：{clause}").format(clause=clause) if clause else _("制度（未写条款）")
    return {"service": _("服务"), "product": _("产品"), "customer": _("客户")}.get(kind, str(kind or _("未归因")))


def _line(one: Share, sign: int) -> ShareLine:
    ends = sorted((sign * one.low, sign * one.high))
    return ShareLine(one, signed(sign * one.change, "%"), formats.from_to(*(signed(end, "%") for end in ends)),
                     one.q < 0.05)
