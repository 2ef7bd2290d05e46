"""How long people wait before they give up, from those who did and those who were answered before they would have.

Who was answered would have waited longer than they had to (censored): the product-limit estimate (Kaplan & Meier 1958);
beyond the longest wait on record, the rate at which people gave up per second waited.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Patience:
    """``times`` at which somebody gave up, ascending; ``stays`` who still waits after each; beyond them ``rate``."""

    times: np.ndarray
    stays: np.ndarray
    rate: float

    def draw(self, luck: np.ndarray, at_least: np.ndarray) -> np.ndarray:
        """Return one patience each for uniform ``luck`` (0..1) of people who have waited ``at_least`` seconds."""
        if not len(self.times):
            return np.full(len(luck), np.inf)
        have = np.concatenate(([1.0], self.stays))[np.searchsorted(self.times, at_least, side="right")]
        aim = luck * have
        place = np.searchsorted(-self.stays, -aim)
        beyond = place >= len(self.times)
        last = max(float(self.stays[-1]), 1e-12)
        tail = self.times[-1] - np.log(np.maximum(aim, 1e-300) / last) / self.rate
        found = np.where(beyond, tail, self.times[np.minimum(place, len(self.times) - 1)])
        # Who waited longer than anybody who gave up goes on at the rate.
        late = at_least > self.times[-1]
        return np.where(late, at_least - np.log(np.maximum(luck, 1e-300)) / self.rate, np.maximum(found, at_least))


def patience_of(waited_s: np.ndarray, answered: np.ndarray) -> Patience:
    """Return the patience of a period's contacts; nobody gives up where nobody did."""
    order = np.lexsort((answered, waited_s))
    waited, gave_up = waited_s[order], ~answered[order]
    if not gave_up.any():
        return Patience(np.array([]), np.array([]), 0.0)
    times, first = np.unique(waited, return_index=True)
    lost = np.add.reduceat(gave_up.astype(float), first)
    at_risk = len(waited) - first
    stays = np.cumprod(1 - lost / at_risk)
    event = lost > 0
    return Patience(times[event], stays[event], float(gave_up.sum() / max(waited.sum(), 1.0)))
