"""Whether something else, some weeks before the change, explains the movement as well.

Without others who were not touched, a level or a trend that began to move a few weeks before the change is taken for an
effect by the straight line that the model continues. So each week from the 4th to the 26th before the change is tried
as the moment of another event: the level moved then, or the trend turned. With the errors of the verdict's own fit (all
members of its grid, its season) the marginal likelihoods of three explanations are compared (Kass & Raftery 1995, JASA
90:773-795): the change alone, another event alone, and both. The moment of the event is not known, so all are averaged,
as in the exponential statistic of Andrews & Ploberger (1994, Econometrica 62:1383-1414), the optimal test for a break
of unknown date; the largest of them, as in Andrews (1993, Econometrica 61:821-856), was tried and does no better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .likelihood import Block, blocks
from .onset import DAYS
from .timeseries import Cut, Model, hidden_wave, matrix

NEAREST, FARTHEST = 4, 26       # weeks before the change; a nearer event cannot be told from the change itself
FEWEST_BEFORE = 8               # periods before an event, or its own level is not known
LIMIT = 0.8                     # the change has to be a quarter more likely than other events are
# A guard's loss condemns, and others share most events, so that there an event has to be twice as likely as the change.
FIRM_LIMIT = 2.0


class Event(NamedTuple):
    """The level moves, or the trend turns, so many weeks before the change."""

    weeks: int
    turns: bool


@dataclass(frozen=True)
class Other:
    """How much better other events explain the movement than the change does, and the likeliest of them."""

    odds: float
    event: Event
    limit: float = LIMIT

    @property
    def decides(self) -> bool:
        return self.odds > self.limit


class Likelihoods(NamedTuple):
    """Logarithms, one column a series: of the change alone (one row), of each event alone, of each with the change."""

    change: np.ndarray
    event: np.ndarray
    both: np.ndarray


def other_event(seen: Cut, model: Model, grain: str, limit: float = LIMIT) -> Other | None:
    """Return how well another event explains the movement; None where none has enough periods before it."""
    events, columns = events_before(seen, grain)
    if not events:
        return None
    told = log_odds(seen, model, columns)
    return Other(float(np.exp(min(told.odds[0], 50.0))), events[int(told.event[:, 0].argmax())], limit)


class Odds(NamedTuple):
    """``odds``: the logarithm, of each series; ``event``: how likely each event is among them."""

    odds: np.ndarray
    event: np.ndarray


def log_odds(seen: Cut, model: Model, columns: np.ndarray) -> Odds:
    """Return for each series in ``seen.values`` how much likelier other events alone are than the change, or both."""
    found = likelihoods(seen, model, columns)
    alone = _sum(found.event) - np.log(len(found.event))
    # The change beside an event has one term more: its unit information prior costs half the logarithm of the periods.
    beside = _sum(found.both) - np.log(len(found.both)) - 0.5 * np.log(len(seen.starts))
    return Odds(alone - np.logaddexp(found.change[0], beside), found.event)


def events_before(seen: Cut, grain: str) -> tuple[list[Event], np.ndarray]:
    """Return the events that are tried, and the column of the design of each."""
    starts = np.array([(start - seen.starts[0]).days for start in seen.starts], float)
    first = starts[seen.before]
    events, columns = [], []
    for weeks in range(NEAREST, FARTHEST + 1):
        since = starts - (first - 7 * weeks)
        if (since < 0).sum() < FEWEST_BEFORE:
            break
        events += [Event(weeks, False), Event(weeks, True)]
        columns += [(since >= 0).astype(float), np.clip(since + DAYS[grain] / 2, 0, None) * (since >= 0)]
    return events, np.array(columns).reshape(len(columns), len(starts)).T


def likelihoods(seen: Cut, model: Model, columns: np.ndarray) -> Likelihoods:
    """Return how likely the values are under each explanation; an event that would have moved it the other way: not."""
    design = matrix(seen, model)
    values = seen.values.reshape(len(design), -1)
    found = [_of(block, values, np.delete(design, 1, axis=1), design[:, 1:2], columns)
             for block in blocks(tuple(seen.n.tolist()), hidden_wave(seen, model))]
    return Likelihoods(*(_sum(np.concatenate(one)) for one in zip(*found)))


def _of(block: Block, values: np.ndarray, base: np.ndarray, change: np.ndarray,
        columns: np.ndarray) -> tuple[np.ndarray, ...]:
    """One row a member of the grid: the likelihoods, with the level, trend and season of ``base`` integrated out."""
    free = len(base) - base.shape[1]
    q, r = np.linalg.qr(block.whitening @ base)
    prior = block.prior - np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(axis=1)

    def rest(of: np.ndarray) -> np.ndarray:
        white = block.whitening @ of
        left: np.ndarray = white - q @ (q.transpose(0, 2, 1) @ white)
        return left

    def likely(squares: np.ndarray) -> np.ndarray:
        told: np.ndarray = prior[:, None, None] - 0.5 * free * np.log(np.maximum(squares, 1e-300))
        return told

    y, own, other = rest(values), _unit(rest(change)), _unit(rest(columns)).transpose(0, 2, 1)
    whole, by_change, by_event, alike = (y**2).sum(axis=1)[:, None], own.transpose(0, 2, 1) @ y, other @ y, other @ own
    besides = (by_event - alike * by_change) / np.sqrt(np.maximum(1 - alike**2, 1e-9))
    alone = np.where(alike * by_change * by_event > 0, likely(whole - by_event**2), -np.inf)
    return likely(whole - by_change**2), alone, likely(whole - by_change**2 - besides**2)


def _unit(columns: np.ndarray) -> np.ndarray:
    told: np.ndarray = columns / np.maximum(np.linalg.norm(columns, axis=1, keepdims=True), 1e-12)
    return told


def _sum(logarithms: np.ndarray) -> np.ndarray:
    """Add up over the first axis what is given as logarithms."""
    most = np.maximum(logarithms.max(axis=0), -1e300)
    with np.errstate(divide="ignore"):
        told: np.ndarray = most + np.log(np.exp(logarithms - most).sum(axis=0))
    return told
