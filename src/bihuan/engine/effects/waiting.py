"""After a verdict that could not tell: how many more weeks would, of a case that stands as this one does now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from .contracts import LEVEL, POINTS_AFTER, Estimate, Need, Series
from .foresight import foresee, noise_of
from .futures import POWER, first_that, likely_shown, longer, rows_a_week
from .onset import DAYS, onset_of
from .persistence import spread_of_change
from .selection import critical_value
from .timeseries import HIDDEN, LEAST_FOR_YEAR, LONGEST_WEEKS, Cut, Model, choose, cut, matrix, weeks_of

NEVER = Need(None, None)


def still_needed(series: Series, found: Estimate, *, change: date, worthwhile: float, against: Series | None = None,
                 grain: str = "week", selected_from: int = 1, donors: Mapping[str, Series] | None = None,
                 ramp: int = 0) -> Need:
    """Return how many more weeks an estimate needs that lacks periods after the change, by the noise of those before.

    At least the periods that are missing; never so where no number of weeks would show the worthwhile change.
    """
    told = foresee(series, change=change, worthwhile=worthwhile, against=against, grain=grain,
                   selected_from=selected_from, donors=donors, ramp=ramp)
    missing = max(-(-(POINTS_AFTER - found.points_after) * DAYS[grain] // 7), _growing(series, change, ramp))
    if told.reason == "no_variation":       # how far the data will vary is not known: the periods at least
        return Need(missing, round(missing * told.a_week))
    if told.weeks is None:
        return NEVER
    weeks = max(missing, told.weeks - found.points_after * DAYS[grain] // 7)
    return Need(weeks, round(weeks * told.a_week))


def as_long_again(series: Series, found: Estimate, *, grain: str) -> Need:
    """Return as many weeks as were seen since the change: after them a level, a trend and an effect differ more.

    Of made-up effects that were held back because another event explained them as well, seven in ten are found then;
    of made-up events without an effect one in twenty is taken for one (docs/reference/verdicts.md).
    """
    weeks = -(-found.points_after * DAYS[grain] // 7)
    return Need(weeks, round(weeks * rows_a_week(series.n, grain)))


def _growing(series: Series, change: date, ramp: int) -> int:
    """The weeks from the last period until one begins at full height."""
    grows = onset_of(change, ramp, "week")
    return -(-(grows.full_from - series.starts[-1]).days // 7) if grows and series.starts else 0


def need(series: Series, found: Estimate, *, change: date, worthwhile: float, better: int = 1,
         against: Series | None = None, grain: str = "week", selected_from: int = 1, ramp: int = 0) -> Need:
    """Return how many more weeks (and rows) would show the worthwhile change in four of five cases like this one.

    Never so where nothing could be estimated; of too few periods after the change ``still_needed`` tells.
    """
    if found.spread is None:
        return NEVER
    seen = cut(series, change, better=better, against=against, onset=onset_of(change, ramp, grain))
    asked = _Later(seen, found, worthwhile, grain, selected_from)
    hidden = [weeks for weeks in _steps() if asked.is_hidden(weeks)]
    weeks = first_that(asked.is_drawn_shown, hidden)
    if weeks is None:
        weeks = next((one for one in _steps()[len(hidden):] if asked.is_likely_shown(one)), None)
    return NEVER if weeks is None else Need(weeks, round(weeks * rows_a_week(series.n, grain)))


def _steps() -> list[int]:
    return [*range(1, 13), *range(14, 53, 2), *range(56, LONGEST_WEEKS + 1, 8)]


@dataclass(frozen=True)
class _Later:
    """A case as it stands now, and what so many more weeks would show of it."""

    seen: Cut
    found: Estimate
    worthwhile: float
    grain: str
    among: int

    def is_hidden(self, weeks: int) -> bool:
        """Return whether a yearly wave could still not be told from a change."""
        return HIDDEN in self.found.assumptions and weeks_of(longer(self.seen, weeks, self.grain),
                                                             self.grain) < LEAST_FOR_YEAR

    def is_drawn_shown(self, weeks: int) -> bool:
        """Draw what follows on what was seen, if the change is the worthwhile one."""
        seen, whole = self.seen, longer(self.seen, weeks, self.grain)
        without = seen.values - self.worthwhile * seen.heights
        return likely_shown(without, whole, choose(whole, worthwhile=self.worthwhile, others=False, grain=self.grain),
                            worthwhile=self.worthwhile, among=self.among)

    def is_likely_shown(self, weeks: int) -> bool:
        """Return whether a true change of the worthwhile size, seen as it is so far, would be shown later.

        Conditional power (Lan & Wittes 1988): efficient estimates at two looks have the covariance of the later one's
        variance, so a poor start weighs on the later estimate by the later over the present variance.
        """
        from scipy.special import ndtri

        found = self.found
        assert found.effect is not None and found.spread is not None
        error, part = self._error(weeks)
        error = min(error, found.spread)
        kept = (error / found.spread) ** 2
        expected = self.worthwhile + kept * (found.effect - self.worthwhile)
        critical = critical_value(part, self.among, (1 - LEVEL) / 2)
        return bool(expected - critical * error >= float(ndtri(POWER)) * error * np.sqrt(1 - kept))

    def _error(self, weeks: int) -> tuple[float, float]:
        """Standard error of the change by the longer series, and the part of it that the time before has."""
        found, whole = self.found, longer(self.seen, weeks, self.grain)
        carry = min(max(found.autocorrelation or 0.0, 0.0), 0.95)
        model = Model("linear_trend" in found.assumptions, "weekdays" in found.why, "yearly_wave" in found.why, (), ())
        if HIDDEN not in found.assumptions:
            later, part = spread_of_change(matrix(whole, model), carry, whole.before)
            now = spread_of_change(matrix(self.seen, model), carry, whole.before)[0]
            return (found.spread or 0.0) * later / now, part
        # A wave that was hidden becomes a term: what is left has the spread of what it does not explain.
        deviation, carry = noise_of(self.seen, replace(model, yearly=True), step=True)
        later, part = spread_of_change(matrix(whole, replace(model, yearly=True)), carry, whole.before)
        return deviation * later, part
