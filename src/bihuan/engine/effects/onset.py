"""How a change arrives: at once, or growing by the day over some weeks until it stands at its full height.

Which of the two is agreed with the yardstick, before there are data: a shape that is picked by the data it is fitted to
finds effects that are not there. The effect that is estimated is always the one at full height.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

EVENLY = "evenly-1"         # the same share is added each day; another meaning is another word
SHAPES = ("", EVENLY)       # "": at once
MOST_WEEKS = 52
SPARE_WEEKS = 2             # a window that is so much longer holds a whole week at full height, whatever the weekday
DAYS = {"week": 7, "day": 1}


@dataclass(frozen=True)
class Onset:
    """A change that grows over ``weeks`` from the day ``change`` on."""

    change: date
    weeks: int
    grain: str = "week"

    @property
    def full_from(self) -> date:
        """The first day at full height."""
        return self.change + timedelta(weeks=self.weeks)

    def heights(self, starts: Sequence[date]) -> np.ndarray:
        """Return the share of the full height in each period: the mean of its days, each taken at noon.

        >>> Onset(date(2024, 7, 1), 2).heights([date(2024, 6, 24), date(2024, 7, 1), date(2024, 7, 8)]).tolist()
        [0.0, 0.25, 0.75]
        """
        first = np.array([(start - self.change).days for start in starts], float)
        noon = first[:, None] + np.arange(DAYS[self.grain]) + 0.5
        told: np.ndarray = np.clip(noon / (7 * self.weeks), 0.0, 1.0).mean(axis=1)
        return told


def onset_of(change: date, weeks: int, grain: str) -> Onset | None:
    """Return how a change arrives; None at once."""
    return Onset(change, weeks, grain) if weeks else None
