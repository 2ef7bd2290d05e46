"""Before a measure begins: how many weeks after it until the data could show a change that is worth the effort.

The noise and its carry-over are those of the weeks before the change, fitted by the same model the verdict will use;
the weeks that will come are taken to be like them. Where that model leaves room for a yearly wave that cannot be told
from a change, the weeks to come are drawn and judged (``futures.py``); elsewhere a formula tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from .contracts import LEVEL, POINTS_AFTER, POINTS_BEFORE, Series
from .futures import POWER, first_that, likely_shown, longer, risk_of, rows_a_week, seen_later
from .likelihood import fit
from .onset import DAYS, SPARE_WEEKS, onset_of
from .persistence import spread_of_change
from .selection import critical_value
from .timeseries import (
    HIDDEN,
    LEAST_FOR_YEAR,
    LONGEST_WEEKS,
    Cut,
    Model,
    choose,
    cut,
    lay_out,
    matrix,
    plain_method,
    weeks_of,
)
from .waves import come_in_waves


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
            selected_from: int = 1, weeks: int = POINTS_AFTER, donors: Mapping[str, Series] | None = None,
            ramp: int = 0) -> Forecast:
    """Return how long the data after ``change`` must be; ``weeks`` is how long they are planned to be.

    ``donors``: the others one by one, where the yardstick tells them apart: the verdict may weigh them. ``ramp``: over
    how many weeks the change grows.
    """
    early = cut(series, change, better=1, against=against, onset=onset_of(change, ramp, grain)).early
    method = plain_method(against)
    told = np.array([start < change for start in series.starts], bool)
    n = series.n[told]
    a_week = rows_a_week(n, grain)
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
        early, method = laid.seen.early, laid.method
    others = _Others(against is not None, bool(donors))
    asked = _Asked(early, grain, worthwhile, others, selected_from)
    least = max(-(-POINTS_AFTER * DAYS[grain] // 7), ramp + SPARE_WEEKS if ramp else 0)
    shown, enough = asked.smallest(max(weeks, least)), asked.first(lengths(least))
    if enough is None:
        return Forecast(None, None, *known, "too_noisy", shown, method)
    return Forecast(enough, round(enough * a_week), *known, "", shown, method)


def lengths(least: int) -> list[int]:
    """Return the numbers of weeks that are tried."""
    return [*range(least, 27), *range(28, 53, 2), *range(56, LONGEST_WEEKS + 1, 8)]


class _Others(NamedTuple):
    """Whether there are others, and whether they are told apart: the model's terms depend on it."""

    others: bool
    apart: bool


def noise_of(seen: Cut, model: Model, *, step: bool = False) -> tuple[float, float]:
    """Standard deviation of a period and the carry-over from one to the next; ``step``: also beyond the change."""
    design = matrix(seen, model, step=step)
    fits = fit(seen.values, design, seen.n, column=min(1, design.shape[1] - 1), before=seen.before)
    carry = float(np.clip((fits.weights[:, 0] * fits.carry).sum(), 0.0, 0.95))
    covariance = _covariance(len(seen.values), carry)
    solved = np.linalg.solve(covariance, design)
    beta = np.linalg.solve(design.T @ solved, solved.T @ seen.values)
    rest = seen.values - design @ beta
    degrees = len(seen.values) - design.shape[1]
    return float(np.sqrt(rest @ np.linalg.solve(covariance, rest) / degrees)), carry


def _covariance(count: int, carry: float) -> np.ndarray:
    distance: np.ndarray = np.abs(np.subtract.outer(np.arange(count), np.arange(count))).astype(float)
    return np.power(carry, distance) if carry else np.eye(count)


@dataclass
class _Asked:
    """What so many weeks would show in four of five cases."""

    early: Cut
    grain: str
    worthwhile: float
    others: _Others
    among: int
    noises: dict[tuple[bool, bool, bool], tuple[float, float]] = field(default_factory=dict)

    def first(self, weeks: list[int]) -> int | None:
        """Return the first of some numbers of weeks that would show the worthwhile change."""
        hidden = [one for one in weeks if self._is_hidden(one)]
        found = first_that(self._shows, hidden)
        if found is not None:
            return found
        return next((one for one in weeks[len(hidden):] if self.smallest(one) <= self.worthwhile), None)

    def smallest(self, weeks: int) -> float:
        """Return the smallest change that so many weeks would show."""
        from scipy.special import ndtri

        whole, model = self._longer(weeks)
        if HIDDEN in model.assumptions:
            later = seen_later(self.early.values, whole, model)
            return float(np.quantile(-later.quantile(risk_of(later, self.among)), POWER))
        deviation, carry = self._noise(model)
        error, part = spread_of_change(matrix(whole, model), carry, whole.before)
        wanted = critical_value(part, self.among, (1 - LEVEL) / 2) + float(ndtri(POWER))
        return float(wanted * deviation * error)

    def _shows(self, weeks: int) -> bool:
        whole, model = self._longer(weeks)
        return likely_shown(self.early.values, whole, model, worthwhile=self.worthwhile, among=self.among)

    def _noise(self, model: Model) -> tuple[float, float]:
        terms = (model.trend, model.weekdays, model.yearly)
        if terms not in self.noises:
            self.noises[terms] = noise_of(self.early, model)
        return self.noises[terms]

    def _is_hidden(self, weeks: int) -> bool:
        return not self.others.others and weeks_of(longer(self.early, weeks, self.grain), self.grain) < LEAST_FOR_YEAR

    def _longer(self, weeks: int) -> tuple[Cut, Model]:
        whole = longer(self.early, weeks, self.grain)
        return whole, choose(whole, worthwhile=self.worthwhile, **self.others._asdict(), grain=self.grain)
