"""One problem page: the metric through time, where it sits, what customers said, which steps the cases went through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.engine.charts.control import control_chart
from bihuan.engine.charts.groups import grouped_bars
from bihuan.engine.facts import store
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.indicators.contracts import Query, Result
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.names import group_label, names_of
from bihuan.loop.evaluate.indicators.queries.words import chart_labels, dimension_labels

from ..models import Finding

SPLITS = ("channel", "topic", "product", "region", "team", "tier", "hour")
MOST_BARS, MOST_ROWS, QUOTES, STEPS = 12, 2000, 6, 8
BOARD, ROWS, SURVEYS = "evaluate.view_board", "evaluate.view_rows", "evaluate.view_surveys"
QUOTED = """
    SELECT "case", text, value FROM answers
    WHERE "case" IN (SELECT unnest(?::VARCHAR[])) AND text IS NOT NULL AND length(trim(text)) >= 4
        AND NOT starts_with(question, '_') AND coalesce(status, 'valid') = 'valid'
    ORDER BY value NULLS LAST, length(text) DESC, id LIMIT ?"""
PASSED = """
    WITH told AS (
        SELECT "case", activity, epoch("at") - epoch(lag("at") OVER (PARTITION BY "case" ORDER BY "at", seq)) AS waited
        FROM events WHERE "case" IN (SELECT unnest(?::VARCHAR[])) AND origin IS DISTINCT FROM 'stamp')
    SELECT activity, count(DISTINCT "case") AS cases, count(*) AS times, median(waited) AS waited,
           sum(waited) / 3600 AS hours
    FROM told WHERE activity IS NOT NULL GROUP BY activity ORDER BY hours DESC NULLS LAST, cases DESC LIMIT ?"""


@dataclass(frozen=True)
class Quote:
    """What a customer of the evidence said, masked; ``case`` opens the case."""

    case: str
    text: str
    value: float | None


@dataclass(frozen=True)
class StepLine:
    """A step that the cases of the evidence went through: how many, and how long they waited before it."""

    name: str
    cases: int
    share: float
    waited: float | None
    hours: float | None


@dataclass(frozen=True)
class Problem:
    """Everything of the page beside the finding's own numbers; parts the reader may not see are empty."""

    control: dict[str, Any] | None = None
    bars: dict[str, Any] | None = None
    by: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()
    quotes: tuple[Quote, ...] = ()
    steps: tuple[StepLine, ...] = ()
    rows_read: int = 0


def problem_of(finding: Finding, user: User, by: str = "") -> Problem:
    """Return the parts of the page that a person may see."""
    if not finding.indicator or finding.indicator not in engine.passports() or not can(user, BOARD):
        return Problem()
    try:
        return _problem(finding, user, by)
    except IndicatorError:
        # A definition that changed since may no longer know a dimension of the finding: its numbers still stand.
        return Problem()


def _problem(finding: Finding, user: User, by: str) -> Problem:
    dimensions = _dimensions(finding)
    chosen = by if by in dict(dimensions) else next(iter(dict(dimensions)), "")
    cases = _cases(finding, user, ROWS) if can(user, ROWS) else []
    return Problem(
        _control(finding, user), _bars(finding, user, chosen), chosen, dimensions,
        tuple(_quotes(_cases(finding, user, SURVEYS))) if can(user, SURVEYS) and can(user, ROWS) else (),
        tuple(_steps(cases)), len(cases))


def _control(finding: Finding, user: User) -> dict[str, Any] | None:
    kind = "week" if finding.kind == "spike" else "month"
    end = finding.end or engine.today()
    start = end - timedelta(days=370 if kind == "week" else 730)
    points = engine.ask_series(Query(
        (finding.indicator,), (), kind, start.replace(day=1), end, finding.where or None), scope_of(user, BOARD))
    if not any(point.result.value is not None for point in points):
        return None
    return control_chart(points, target=finding.target, labels=chart_labels())


def _dimensions(finding: Finding) -> tuple[tuple[str, str], ...]:
    from bihuan.engine.indicators.shape import dimensions_of

    own, labels = dimensions_of(engine.passports()[finding.indicator].grain), dimension_labels()
    return tuple((name, labels[name]) for name in SPLITS if name in own and name not in finding.group)


def _bars(finding: Finding, user: User, by: str) -> dict[str, Any] | None:
    if not by:
        return None
    query = Query((finding.indicator,), (by,), "all", finding.start, finding.end, finding.where or None)
    found = [one for one in engine.ask(query, scope_of(user, BOARD)) if one.value is not None and not one.suppressed]
    if not found:
        return None
    most = sorted(found, key=lambda one: -one.n)[:MOST_BARS]
    return grouped_bars(most, by=by, names=_names(by, most), target=finding.target, labels=chart_labels())


def _names(by: str, results: list[Result]) -> dict[str, str]:
    codes = names_of(by)
    return {str(one.group[by]): group_label(by, one.group[by], codes) for one in results}


def cases_behind(finding: Finding, user: User) -> list[str]:
    """Return the cases of a finding's evidence that a person may open; empty where it rests on no indicator's rows."""
    if not finding.indicator or finding.indicator not in engine.passports() or not can(user, ROWS):
        return []
    try:
        return _cases(finding, user, ROWS)
    except IndicatorError:
        return []           # the definition has changed since and no longer knows a dimension of the finding


def _cases(finding: Finding, user: User, purpose: str) -> list[str]:
    """Return cases among the first rows of the evidence, those that went wrong where the indicator says which."""
    passport = engine.passports()[finding.indicator]
    query = Query((finding.indicator,), (), "all", finding.start, finding.end, finding.where or None)
    table = engine.ask_rows(query, scope_of(user, purpose), limit=MOST_ROWS)
    if "case" not in table.column_names:
        return []
    wrong = passport.direction == "down"
    rows = table.select(["case", "in_numerator", "in_denominator"]).to_pylist()
    if passport.aggregation == "rate":
        rows = [row for row in rows if row["in_denominator"] and bool(row["in_numerator"]) == wrong]
    return list(dict.fromkeys(row["case"] for row in rows if row["case"]))


def _quotes(cases: list[str]) -> list[Quote]:
    home = workspace.home()
    rules = load_rules(home)
    with store.connect(home) as con:
        found = con.execute(QUOTED, [cases, QUOTES]).fetchall()
    return [Quote(case, mask_text(text, rules), value) for case, text, value in found]


def _steps(cases: list[str]) -> list[StepLine]:
    if not cases:
        return []
    with store.connect(workspace.home()) as con:
        found = con.execute(PASSED, [cases, STEPS]).fetchall()
    return [StepLine(name, count, count / len(cases), waited, hours) for name, count, _times, waited, hours in found]
