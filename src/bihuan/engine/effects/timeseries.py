"""The effect of a change on a series of days or weeks: which way it is computed follows from the data before it.

1. Others who were not touched, if there are any, are taken off period by period (difference in differences).
2. Where the others drift apart before the change, they are weighed one by one, if they are told apart, are enough, and
   no longer drift then (synthetic control, ``synthetic.py``).
3. A straight trend through the whole time is part of the model, unless the data before the change show that over half
   of the time it would make less than a quarter of the worthwhile change. With others it is left out unless the
   data before show that the two drift apart.
4. Days have weekdays; a year and a half and more have a yearly wave. Below that the errors may hold one, which widens
   the interval as far as the data allow it (``likelihood.py``); with others, who have the same seasons, none is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from .contracts import LEVEL, POINTS_AFTER, POINTS_BEFORE, Estimate, Series
from .likelihood import Fits, fit
from .onset import Onset, onset_of
from .selection import critical_value
from .synthetic import Synthetic, synthesise
from .waves import falls_between

YEAR_WEEKS = 365.2425 / 7
LEAST_FOR_YEAR = 1.5 * YEAR_WEEKS         # from here on a yearly wave is a term of the design
LONGEST_WEEKS = 260
HIDDEN = "season_weighed"                # the assumption where a yearly wave can be no term of the design


@dataclass(frozen=True)
class Cut:
    """Aligned periods with data: ``values`` better upwards, ``before`` of them before the change.

    ``onset``: how the change arrives; None at once.
    """

    starts: tuple[date, ...]
    values: np.ndarray
    n: np.ndarray
    before: int
    onset: Onset | None = None

    @property
    def after(self) -> int:
        return len(self.values) - self.before

    @property
    def heights(self) -> np.ndarray:
        """The share of the change's full height in each period."""
        if self.onset is None:
            return (np.arange(len(self.starts)) >= self.before).astype(float)
        return self.onset.heights(self.starts)

    @property
    def early(self) -> Cut:
        """The periods before the change."""
        end = self.before
        return replace(self, starts=self.starts[:end], values=self.values[:end], n=self.n[:end])


@dataclass(frozen=True)
class Model:
    """The terms of the design and why they are in it."""

    trend: bool
    weekdays: bool
    yearly: bool
    why: tuple[str, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """What is fitted, by which method; ``synthetic`` where those not touched were weighed one by one."""

    seen: Cut
    model: Model
    method: str
    synthetic: Synthetic | None = None


def cut(series: Series, change: date, *, better: int, against: Series | None = None,
        onset: Onset | None = None) -> Cut:
    """Return the periods in which there are rows (of the others too), effects turned so that plus is better."""
    values, n = series.values, series.n.astype(float)
    if against is not None:
        place = {start: index for index, start in enumerate(against.starts)}
        other = np.array([place.get(start, -1) for start in series.starts], int)
        has = other >= 0
        # Where the others have no rows, the period is left out; the last place stands for "none".
        values = np.where(has, values - np.append(against.values, np.nan)[other], np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            n = np.where(has, 1 / (1 / n + 1 / np.append(against.n, np.nan)[other]), 0)
    known = ~np.isnan(values) & (n > 0)
    starts = tuple(start for start, told in zip(series.starts, known) if told)
    return Cut(starts, better * values[known], n[known], sum(start < change for start in starts), onset)


def estimate(
    series: Series, *, change: date, worthwhile: float, better: int = 1, against: Series | None = None,
    donors: Mapping[str, Series] | None = None, grain: str = "week", selected_from: int = 1, level: float = LEVEL,
    ramp: int = 0,
) -> Estimate:
    """Return the change of level at ``change``; without numbers where there are too few periods on a side.

    ``donors``: those not touched, each by itself, where the yardstick tells them apart. ``ramp``: over how many weeks
    the change grows.
    """
    seen = cut(series, change, better=better, against=against, onset=onset_of(change, ramp, grain))
    n_before, n_after = _rows(series, change)
    counted = Estimate(method=plain_method(against), points_before=seen.before, points_after=seen.after,
                       n_before=n_before, n_after=n_after, lacks=_lacks(seen))
    if counted.lacks:
        return counted
    laid = lay_out(seen, series, change=change, worthwhile=worthwhile, better=better, against=against, donors=donors,
                   grain=grain)
    seen, model = laid.seen, laid.model
    fits = fit(seen.values, matrix(seen, model), seen.n, before=seen.before, days=hidden_wave(seen, model))
    low, high = _bounds(fits, selected_from, level)
    why = (*model.why, *((f"grows_over_{ramp}",) if ramp else ()),
           *(() if selected_from <= 1 else (f"selected_from_{selected_from}",)))
    return replace(counted, effect=float(fits.effect[0]), low=low, high=high, spread=float(fits.error[0]), why=why,
                   assumptions=(*model.assumptions, *(("grows_evenly",) if ramp else ())),
                   autocorrelation=float((fits.weights[:, 0] * fits.carry).sum()),
                   method=laid.method, points_before=seen.before, points_after=seen.after,
                   weights=laid.synthetic.weights if laid.synthetic else {})


def plain_method(against: Series | None) -> str:
    return "interrupted_time_series" if against is None else "difference_in_differences"


def lay_out(
    seen: Cut, series: Series, *, change: date, worthwhile: float, better: int, against: Series | None,
    donors: Mapping[str, Series] | None, grain: str,
) -> Layout:
    """Return what is to be fitted and by which method: all of it follows from the data before the change."""
    model = choose(seen, worthwhile=worthwhile, others=against is not None, grain=grain, apart=bool(donors))
    plain = Layout(seen, model, plain_method(against))
    if not donors or not model.trend:
        return plain
    found = synthesise(series, donors, change, better=better)
    if isinstance(found, str):
        return _told(plain, found)
    weighed = Cut(found.starts, found.values, found.n, found.before, seen.onset)
    if seen.after >= POINTS_AFTER > weighed.after or np.ptp(weighed.values) == 0 \
            or seen.heights[-1] == 1 > weighed.heights[-1]:
        return _told(plain, "donors_lack_periods")
    its = choose(weighed, worthwhile=worthwhile, others=True, grain=grain, apart=True)
    if "drift_apart" in its.why:
        return _told(plain, "weighed_drift_too")
    why = (f"together_{model.why[0]}", f"donors_{len(found.pool.names)}", *(f"weighed_{its.why[0]}", *its.why[1:]))
    assumed = tuple("weights_hold" if one == "parallel" else one for one in its.assumptions)
    return Layout(weighed, replace(its, why=why, assumptions=assumed), "synthetic_control", found)


def _told(plain: Layout, why_not: str) -> Layout:
    """The plain way, with the reason for which the others could not be weighed."""
    return replace(plain, model=replace(plain.model, why=(*plain.model.why, why_not)))


def _rows(series: Series, change: date) -> tuple[int, int]:
    before = np.array([start < change for start in series.starts], bool)
    return int(series.n[before].sum()), int(series.n[~before].sum())


def _lacks(seen: Cut) -> str:
    if seen.before < POINTS_BEFORE:
        return "points_before"
    if seen.after < POINTS_AFTER:
        return "points_after"
    if falls_between(seen.starts, seen.before):
        return "between_waves"
    if np.ptp(seen.values) == 0:
        return "no_variation"
    # An effect at full height is told of what was seen at full height.
    return "still_growing" if seen.heights[-1] < 1 else ""


def _bounds(fits: Fits, among: int, level: float) -> tuple[float, float]:
    from scipy.special import ndtr

    risk = (1 - level) / 2
    part = float((fits.weights[:, 0] * fits.part_before).sum())
    guarded = risk if among <= 1 else float(ndtr(-critical_value(part, among, risk)))
    return float(fits.quantile(guarded)[0]), float(fits.quantile(1 - risk)[0])


def choose(seen: Cut, *, worthwhile: float, others: bool, grain: str, apart: bool = False) -> Model:
    """Choose the terms by the data before the change alone.

    ``apart``: the others can be weighed one by one, so that not having seen a drift is not enough to go without.
    """
    weekdays, yearly = grain == "day" and seen.before >= 21, weeks_of(seen, grain) >= LEAST_FOR_YEAR
    plain = Model(True, weekdays, yearly, (), ())
    early = seen.early
    columns = matrix(early, plain, step=False)
    low, high = -np.inf, np.inf
    if len(columns) - columns.shape[1] >= 6 and np.ptp(early.values) > 0:
        fits = fit(early.values, columns, early.n, column=1, before=seen.before,
                   days=() if others or yearly else _days(early))
        distance = _pull(seen) / _STRETCH
        low, high = float(fits.quantile(0.025)[0]) * distance, float(fits.quantile(0.975)[0]) * distance
    if others and not apart:
        trend, why = not low <= 0 <= high, "drift_apart" if not low <= 0 <= high else "no_drift_apart"
    elif others:
        trend = max(-low, high) > worthwhile / 4
        why = "drift_apart" if not low <= 0 <= high else "drift_possible" if trend else "drift_negligible"
    else:
        trend = max(-low, high) > worthwhile / 4
        why = "trend_kept" if trend else "trend_negligible"
    assumptions = ["no_other_change", "linear_trend" if trend else "level_stays"]
    if others:
        assumptions.append("parallel")
    if not yearly:
        assumptions.append("no_yearly_season" if others else HIDDEN)
    return Model(trend, weekdays, yearly, (why, *(("weekdays",) if weekdays else ()),
                                           *(("yearly_wave",) if yearly else ())), tuple(assumptions))


def _pull(seen: Cut) -> float:
    """By how many periods of a trend that is left out the estimate moves: of a step half of the time."""
    apart = seen.heights - seen.heights.mean()
    if seen.onset is None or not apart.any():
        return len(seen.values) / 2
    return float(apart @ np.arange(len(apart)) / (apart @ apart))


def hidden_wave(seen: Cut, model: Model) -> tuple[int, ...]:
    """Return the day of each period where a yearly wave may be hidden in the errors, nothing otherwise."""
    return _days(seen) if HIDDEN in model.assumptions else ()


def _days(seen: Cut) -> tuple[int, ...]:
    return tuple((start - seen.starts[0]).days for start in seen.starts)


_STRETCH = 100.0  # periods a unit of the trend's column, so that the matrix stays well conditioned


def matrix(seen: Cut, model: Model, *, step: bool = True) -> np.ndarray:
    """The design: level, change (column 1), trend, weekdays, yearly wave."""
    days = np.array([(start - seen.starts[0]).days for start in seen.starts], float)
    unit = min(np.diff(days), default=1.0)
    columns = [np.ones(len(days))]
    if step:
        columns.append(seen.heights)
    if model.trend:
        columns.append((days - days.mean()) / unit / _STRETCH)
    if model.weekdays:
        weekday = np.array([start.weekday() for start in seen.starts])
        columns += [(weekday == day).astype(float) for day in sorted(set(weekday.tolist()))[1:]]
    if model.yearly:
        angle = 2 * np.pi * days / 365.2425
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns)


def weeks_of(seen: Cut, grain: str) -> float:
    return ((seen.starts[-1] - seen.starts[0]).days + (7 if grain == "week" else 1)) / 7
