"""Goals with their progress, computed from data whenever they are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import can, scope_of
from bihuan.engine.indicators.contracts import Passport, Result, Scope
from bihuan.engine.indicators.periods import is_over
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.periods import days_of, period_keys, previous, trend_span
from bihuan.loop.evaluate.indicators.queries.words import chart_labels, in_language
from bihuan.loop.plan.goals.contracts import Baseline, Filters, filters_of
from bihuan.loop.plan.goals.queries.goals import GoalVersion
from bihuan.loop.plan.goals.queries.scopes import filter_words
from bihuan.ui import formats

from .questions import address, question, rows_address, unit_kinds, value_of
from .verdict import progress_of, verdict_of

SIGNS = {"up": "≥", "down": "≤", "none": "="}
STEPS = 5


@dataclass(frozen=True)
class Window:
    """The days a goal is measured over now; ``whole`` False while they are not a finished month or quarter."""

    span: Span
    label: str
    whole: bool


@dataclass(frozen=True)
class Progress:
    """A goal and where it stands. ``verdict`` met | missed | undecided | none; ``share`` 0 baseline, 1 target."""

    terms: GoalVersion
    passport: Passport | None
    title: str
    words: tuple[tuple[str, str], ...]
    baseline: Baseline
    target_text: str
    aim_text: str
    window: Window | None
    result: Result | None
    verdict: str
    verdict_label: str
    share: float | None
    low: float | None
    high: float | None
    change: str
    rows_url: str
    baseline_url: str
    days_left: int
    stage: str                           # waiting | running | ended | withdrawn

    @property
    def bar(self) -> float | None:
        """The share as a progress bar can show it."""
        return None if self.share is None else min(1.0, max(0.0, self.share))

    @property
    def interval(self) -> str:
        return f"{percent(self.low)} – {percent(self.high)}" if self.low is not None and self.high is not None else ""


@dataclass(frozen=True)
class Step:
    """One line of the step table: from the target downward in whole percentage points."""

    text: str
    here: bool                           # the value lies in this step
    possible: bool                       # the interval touches it


def percent(share: float | None) -> str:
    """Return a share of the way in whole percent: it is never known better."""
    return formats.no_data() if share is None else f"{100 * share:.0f}%"


def progresses(rows: list[GoalVersion], user: User) -> list[Progress]:
    """Return the progress of some goals; units and names are read once for all."""
    scope, kinds, today = scope_of(user, "evaluate.view_board"), unit_kinds(), engine.today()
    opens, names = can(user, "evaluate.view_rows"), unit_names()
    return [progress(row, scope, kinds, names, today, opens=opens) for row in rows]


def progress(
    terms: GoalVersion, scope: Scope, kinds: dict[str, str], names: dict[str, str], today: date, *, opens: bool,
) -> Progress:
    """Return where a goal stands by the data as they are now."""
    passport = engine.passports().get(terms.goal.indicator)
    direction = passport.direction if passport else "up"
    window = window_of(terms, today)
    result = value_of(terms.goal.indicator, terms.kept, window.span, scope, kinds) if window and passport else None
    base = terms.baseline_found
    share, low, high = _share(result, base, terms)
    verdict = verdict_of(result, terms.target, direction)
    span = Span(terms.baseline_start, terms.baseline_end)
    unit = passport.unit if passport else ""
    return Progress(
        terms=terms, passport=passport, title=in_language(passport.title) if passport else terms.goal.indicator,
        words=filter_words(terms.kept, names), baseline=base, window=window, result=result, verdict=verdict,
        target_text=f"{SIGNS[direction]} {formats.figure(terms.target, unit)}", aim_text=_aim(terms, unit),
        verdict_label=verdict_labels()[verdict], share=share, low=low, high=high,
        change=formats.signed(result.value - base.value, unit)
        if result and result.value is not None and base.value is not None and not result.suppressed else "",
        rows_url=rows_address(terms.goal.indicator, terms.kept, window.span) if opens and result and window else "",
        baseline_url=rows_address(terms.goal.indicator, terms.kept, span) if opens and passport else "",
        days_left=(terms.due - today).days, stage=_stage(terms, today),
    )


def verdict_labels() -> dict[str, str]:
    """Return what may be said of a goal."""
    return {"met": _("已达成"), "missed": _("未达成"), "undecided": _("尚不能判断"), "none": _("暂无数据")}


def window_of(terms: GoalVersion, today: date) -> Window | None:
    """Return the days a goal is measured over on a day; None before it has begun.

    By month or quarter it is the last whole one between start and due that the data reach beyond; before the first has
    passed, all days since the start. After the due date it stays what it was then.
    """
    last = min(today, terms.due)
    if last < terms.start:
        return None
    if terms.measured != "since":
        whole = [days_of(key) for key in period_keys(Span(terms.start, last), terms.measured)]
        done = [span for span in whole if span.start and span.end and span.start >= terms.start and span.end <= last
                and is_over(span.end, today)]
        if done:
            key = period_keys(done[-1], terms.measured)[0]
            return Window(done[-1], key, True)
    return Window(Span(terms.start, last), f"{terms.start:%Y-%m-%d} – {last:%Y-%m-%d}", terms.measured == "since")


def trend_chart(found: Progress, user: User) -> dict[str, Any] | None:
    """Return the indicator through the months (or quarters) around a goal, with the target as a line."""
    from bihuan.engine.charts.control import control_chart

    terms = found.terms
    grain = "quarter" if terms.measured == "quarter" else "month"
    today = engine.today()
    span = trend_span(Span(None, min(today, terms.due)), grain, today, count=18)
    scope = scope_of(user, "evaluate.view_board")
    asked = question([terms.goal.indicator], terms.kept, span, unit_kinds(), period=grain)
    points = engine.ask_series(asked, scope) if found.passport else []
    if not any(point.result.value is not None for point in points):
        return None
    return control_chart(points, target=terms.target, labels=chart_labels())


def before_of(terms: GoalVersion, user: User) -> Result | None:
    """Return the value of the period before the one measured, for the change from one to the next."""
    window = window_of(terms, engine.today())
    earlier = previous(window.span) if window and window.whole and terms.measured != "since" else None
    if earlier is None or earlier.start is None or earlier.start < terms.start:
        return None
    return value_of(terms.goal.indicator, terms.kept, earlier, scope_of(user, "evaluate.view_board"), unit_kinds())


def steps_of(found: Progress) -> tuple[Step, ...]:
    """Return the steps below a share's target, one a percentage point, and where the value lies; () for other goals."""
    result, passport, target = found.result, found.passport, found.terms.target
    if passport is None or passport.unit != "%" or passport.direction != "up" or result is None:
        return ()
    if result.value is None or result.suppressed:
        return ()
    edges = [target - place / 100 for place in range(STEPS + 1)]
    bounds = [(edges[0], 1.01, _("达到 {limit} 及以上"))] + [
        (low, high, _("低 {n} 个百分点以内：{low} 至 {high}")) for high, low in zip(edges, edges[1:], strict=False)
    ] + [(-0.01, edges[-1], _("低 {n} 个百分点以上"))]
    steps = []
    for place, (low, high, text) in enumerate(bounds):
        shown = text.format(limit=formats.percent(low), n=min(place, STEPS), low=formats.percent(low),
                            high=formats.percent(high))
        touched = result.low is not None and result.high is not None and result.high >= low and result.low < high
        steps.append(Step(shown, low <= result.value < high, touched))
    return tuple(steps)


def goal_address(terms: GoalVersion, window: Window | None) -> str:
    """Return the query string of a board with a goal's filters and days."""
    return address(terms.kept, window.span if window else Span(terms.baseline_start, terms.baseline_end))


def filters_for(scope_filters: Filters, **chosen: str) -> Filters:
    """Return a scope's filters with single values chosen beside it; ValueError for a value outside the scope."""
    values = dict(scope_filters)
    for name, value in chosen.items():
        if not value:
            continue
        if name != "unit" and name in values and value not in values[name]:
            raise ValueError(name)
        values[name] = (value,)
    return filters_of(values)


def _share(
    result: Result | None, base: Baseline, terms: GoalVersion,
) -> tuple[float | None, float | None, float | None]:
    if result is None or result.value is None or result.suppressed or base.value is None:
        return None, None, None
    way = terms.amount * base.value if terms.aim == "relative" else terms.amount - base.value
    if not way:
        return None, None, None
    if None in (result.low, result.high, base.low, base.high):
        return (result.value - base.value) / way, None, None
    return progress_of((result.value, result.low, result.high), (base.value, base.low, base.high),  # type: ignore[arg-type]
                       aim=terms.aim, amount=terms.amount)


def _aim(terms: GoalVersion, unit: str) -> str:
    if terms.aim == "absolute":
        return _("达到 {value}").format(value=formats.figure(terms.target, unit))
    word = _("降低 {share}") if terms.amount < 0 else _("提升 {share}")
    return word.format(share=formats.plain(abs(100 * terms.amount), 1) + "%")


def _stage(terms: GoalVersion, today: date) -> str:
    if terms.goal.state == "withdrawn":
        return "withdrawn"
    if today < terms.start:
        return "waiting"
    return "ended" if today > terms.due else "running"
