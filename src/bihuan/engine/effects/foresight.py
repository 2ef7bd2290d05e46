"""Before a measure begins: how many weeks after it until the data could show a change that is worth the effort.

The noise and its carry-over are those of the weeks before the change, fitted by the same model the verdict will use;
the weeks that will come are taken to be like them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .contracts import LEVEL, POINTS_AFTER, POINTS_BEFORE, Estimate, Need, Series
from .likelihood import fit
from .persistence import spread_of_change
from .selection import critical_value
from .timeseries import LONGEST_WEEKS, NEVER, POWER, Cut, Model, choose, cut, hidden_wave, lay_out, matrix, plain_method
from .waves import come_in_waves

DAYS = {"week": 7, "day": 1}


@dataclass(frozen=True)
class Forecast:
    """``weeks`` and ``n`` after the change until a worthwhile change would be shown in four of five cases.

    ``weeks`` None: not within five years, or (``reason`` points_before, in_waves, no_variation) nothing can be said
    from what there is. ``shown``: the smallest change that ``asked`` weeks would show.
    """

    weeks: int | None
    n: int | None
    a_week: float
    points_before: int
    n_before: int
    value_before: float | None
    reason: str = ""
    shown: float | None = None
    method: str = "interrupted_time_series"


def foresee(series: Series, *, change: date, worthwhile: float, against: Series | None = None, grain: str = "week",
            selected_from: int = 1, weeks: int = POINTS_AFTER, donors: Mapping[str, Series] | None = None) -> Forecast:
    """Return how long the data after ``change`` must be; ``weeks`` is how long they are planned to be.

    ``donors``: the others one by one, where the yardstick tells them apart: the verdict may weigh them.
    """
    early = _before(cut(series, change, better=1, against=against))
    method = plain_method(against)
    told = np.array([start < change for start in series.starts], bool)
    n = series.n[told]
    a_week = float(np.median(n[n > 0])) * 7 / DAYS[grain] if (n > 0).any() else 0.0
    value = float(np.average(series.values[told], weights=n)) if n.sum() else None
    known = (a_week, early.before, int(n.sum()), value)
    if early.before < POINTS_BEFORE:
        return Forecast(None, None, *known, "points_before", None, method)
    if come_in_waves(early.starts):
        return Forecast(None, None, *known, "in_waves", None, method)
    if np.ptp(early.values) == 0:
        return Forecast(None, None, *known, "no_variation", None, method)
    if donors:
        laid = lay_out(early, series, change=change, worthwhile=worthwhile, better=1, against=against, donors=donors,
                       grain=grain)
        early, method = _before(laid.seen), laid.method
    others = _Others(against is not None, bool(donors))
    noise = _noise(early, worthwhile, others, grain)
    asked = _Asked(early, grain, worthwhile, others, *noise, selected_from)
    least = -(-POINTS_AFTER * DAYS[grain] // 7)
    shown = asked.smallest(max(weeks, least))
    for more in (*range(least, 27), *range(30, 53, 4), *range(60, LONGEST_WEEKS + 1, 20)):
        if asked.smallest(more) <= worthwhile:
            return Forecast(more, round(more * a_week), *known, "", shown, method)
    return Forecast(None, None, *known, "too_noisy", shown, method)


def still_needed(series: Series, found: Estimate, *, change: date, worthwhile: float, against: Series | None = None,
                 grain: str = "week", selected_from: int = 1, donors: Mapping[str, Series] | None = None) -> Need:
    """Return how many more weeks an estimate needs that lacks periods after the change, by the noise of those before.

    At least the periods that are missing; never so where no number of weeks would show the worthwhile change.
    """
    told = foresee(series, change=change, worthwhile=worthwhile, against=against, grain=grain,
                   selected_from=selected_from, donors=donors)
    missing = -(-(POINTS_AFTER - found.points_after) * DAYS[grain] // 7)
    if told.reason == "no_variation":       # how far the data will vary is not known: the periods at least
        return Need(missing, round(missing * told.a_week))
    if told.weeks is None:
        return NEVER
    weeks = max(missing, told.weeks - found.points_after * DAYS[grain] // 7)
    return Need(weeks, round(weeks * told.a_week))


class _Others(NamedTuple):
    """Whether there are others, and whether they are told apart: the model's terms depend on it."""

    others: bool
    apart: bool


def _before(seen: Cut) -> Cut:
    return Cut(seen.starts[:seen.before], seen.values[:seen.before], seen.n[:seen.before], seen.before)


def _longer(early: Cut, weeks: int, grain: str) -> Cut:
    step = timedelta(days=DAYS[grain])
    more = weeks * 7 // DAYS[grain]
    starts = (*early.starts, *(early.starts[-1] + step * (place + 1) for place in range(more)))
    values = np.concatenate([early.values, np.zeros(more)])
    return Cut(starts, values, np.concatenate([early.n, np.full(more, np.median(early.n))]), early.before)


def _noise(early: Cut, worthwhile: float, others: _Others, grain: str) -> tuple[float, float]:
    """Standard deviation of a period and the carry-over from one to the next, by the data before the change."""
    model = choose(_longer(early, POINTS_AFTER, grain), worthwhile=worthwhile, **others._asdict(), grain=grain)
    design = matrix(early, model, step=False)
    if design.shape[1] < 2:  # ``fit`` wants a column to estimate: a level alone is one
        fits = fit(early.values, design, early.n, column=0, before=early.before, days=hidden_wave(early, model))
    else:
        fits = fit(early.values, design, early.n, column=1, before=early.before, days=hidden_wave(early, model))
    carry = float(np.clip((fits.weights[:, 0] * fits.carry).sum(), 0.0, 0.95))
    covariance = _covariance(len(early.values), carry)
    solved = np.linalg.solve(covariance, design)
    beta = np.linalg.solve(design.T @ solved, solved.T @ early.values)
    rest = early.values - design @ beta
    degrees = len(early.values) - design.shape[1]
    return float(np.sqrt(rest @ np.linalg.solve(covariance, rest) / degrees)), carry


def _covariance(count: int, carry: float) -> np.ndarray:
    distance: np.ndarray = np.abs(np.subtract.outer(np.arange(count), np.arange(count))).astype(float)
    return np.power(carry, distance) if carry else np.eye(count)


@dataclass
class _Asked:
    """The smallest change that so many weeks would show in four of five cases.

    A trend that has to be part of the model for some length has to be for every longer one, so that the model is worked
    out for few lengths only.
    """

    early: Cut
    grain: str
    worthwhile: float
    others: _Others
    deviation: float
    carry: float
    among: int

    def smallest(self, weeks: int) -> float:
        from scipy.special import ndtri

        seen = _longer(self.early, weeks, self.grain)
        x = matrix(seen, self._model(weeks))
        error, part = spread_of_change(x, self.carry, seen.before)
        wanted = critical_value(part, self.among, (1 - LEVEL) / 2) + float(ndtri(POWER))
        return float(wanted * self.deviation * error)

    def _model(self, weeks: int) -> Model:
        """The model for so many weeks: without a trend up to the last length that needs none."""
        if weeks <= self._plain_until:
            return self._shortest
        return self._longest

    @cached_property
    def _longest(self) -> Model:
        return self._chosen(LONGEST_WEEKS)

    @cached_property
    def _shortest(self) -> Model:
        return self._chosen(1)

    @cached_property
    def _plain_until(self) -> int:
        if self._shortest.trend:
            return LONGEST_WEEKS
        low, high = 1, LONGEST_WEEKS + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._chosen(middle).trend else (middle, high)
        return low

    def _chosen(self, weeks: int) -> Model:
        return choose(_longer(self.early, weeks, self.grain), worthwhile=self.worthwhile, **self.others._asdict(),
                      grain=self.grain)
