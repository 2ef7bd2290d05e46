"""Whom the answers speak for: who answers how often, invited and answering against everybody served, and how far those
who kept silent could move a number at the very most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from .. import stats
from ..stats.normal import divide
from . import scores
from .contracts import Score
from .telling import told_groups

ALPHA, REPEATS = 0.05, 999


@dataclass(frozen=True)
class Propensity:
    """How often a group answers. ``q``: that of a difference from all others this size, corrected over all groups."""

    segment: str
    group: str
    invited: int
    answered: int
    rate: float
    low: float
    high: float
    p: float
    q: float

    @property
    def apart(self) -> bool:
        """Whether the group answers more or less often than the others by more than chance."""
        return self.q < ALPHA


def propensities(groups: Mapping[str, np.ndarray], answered: np.ndarray, *, minimum: int = 5) -> list[Propensity]:
    """Return how often each group of those invited answers, by segment and group.

    ``groups``: {segment: a text an invited person, None for unknown}; ``answered``: whether a valid answer came. Groups
    of which fewer than ``minimum`` were invited, or fewer but somebody answered, or that could be had by subtracting,
    are not told of. Rates have Wilson's interval.
    """
    found = []
    for segment, group in groups.items():
        names, invited, came = _counted(group, answered)
        shown = told_groups(dict(zip(names, invited.tolist())), minimum) & _told(names, came, minimum)
        p = stats.exchange_p_of_rates(before=(came.sum() - came, invited.sum() - invited), after=(came, invited))
        low, high = stats.wilson(came, invited)
        found += [Propensity(segment, name, int(invited[i]), int(came[i]), float(came[i] / invited[i]), float(low[i]),
                             float(high[i]), float(p[i]), float("nan"))
                  for i, name in enumerate(names) if name in shown]
    # A group that is all there is cannot differ from others: its q stays unknown.
    return [replace(one, q=float(q)) for one, q in zip(found, stats.benjamini_hochberg([one.p for one in found]))]


def _counted(group: np.ndarray, marked: np.ndarray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names of the groups ("" for unknown), how many each has and how many of them are marked."""
    texts = np.array(["" if one is None else str(one) for one in group], object)
    names, place = np.unique(texts.astype(str), return_inverse=True)
    return ([str(name) for name in names], np.bincount(place, minlength=len(names)),
            np.bincount(place[np.asarray(marked, bool)], minlength=len(names)))


def _told(names: list[str], came: np.ndarray, minimum: int) -> frozenset[str]:
    """The groups whose count of answers may be told: large enough, or nobody's."""
    nobody = {name for name, count in zip(names, came) if not count}
    return told_groups(dict(zip(names, came.tolist())), minimum) | nobody


@dataclass(frozen=True)
class Representation:
    """A group's share of the served, the invited and the answering, with what sets them apart.

    ``invited_q``: the invited against those not invited, which is the doing of whoever chose them; ``answered_q``: the
    answering against the other invited, which is the customers'. None where there is nobody on a side. ``answered``
    is None too where so few answered that their share would tell of them; ``less``: it lies below that of the invited.
    """

    segment: str
    group: str
    served: float
    invited: float | None
    answered: float | None
    invited_q: float | None
    answered_q: float | None
    less: bool = False

    @property
    def skipped(self) -> bool:
        """Whether the group was invited less often than its share."""
        return self.invited is not None and (self.invited_q or 1) < ALPHA and self.invited < self.served

    @property
    def silent(self) -> bool:
        """Whether the group, invited, answered less often than the others."""
        return self.less and (self.answered_q or 1) < ALPHA


def representation(groups: Mapping[str, np.ndarray], invited: np.ndarray, answered: np.ndarray, *,
                   minimum: int = 5) -> list[Representation]:
    """Return how the invited and the answering differ from everybody served (SPEC 47).

    ``groups``: {segment: a text a person served}; ``invited`` and ``answered``: masks of the same people; who answered
    without being invited counts as invited. All comparisons are corrected together, for each of the two steps. Groups
    below ``minimum``, or that could be had by subtracting, are not told of.
    """
    answered = np.asarray(answered, bool)
    invited = np.asarray(invited, bool) | answered
    rows: list[tuple[Representation, float, float]] = []
    for segment, group in groups.items():
        names, served, asked = _counted(group, invited)
        came = _counted(group, answered)[2]
        shown = told_groups(dict(zip(names, served.tolist())), minimum)
        of_asked = stats.exchange_p_of_rates(before=(asked.sum() - asked, served.sum() - served), after=(asked, served))
        of_came = stats.exchange_p_of_rates(before=(came.sum() - came, asked.sum() - asked), after=(came, asked))
        shares = [divide(part, part.sum()) for part in (served, asked, came)]
        told = _told(names, came, minimum)
        rows += [(Representation(segment, name, float(shares[0][i]), _known(shares[1][i]),
                                 _known(shares[2][i]) if name in told else None, None, None,
                                 bool(shares[2][i] < shares[1][i])), float(of_asked[i]), float(of_came[i]))
                 for i, name in enumerate(names) if name in shown]
    asked_q, came_q = (stats.benjamini_hochberg([row[place] for row in rows]) for place in (1, 2))
    return [replace(row[0], invited_q=_known(a), answered_q=_known(b)) for row, a, b in zip(rows, asked_q, came_q)]


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


@dataclass(frozen=True)
class Alike:
    """How alike groups answer: R with its 95 % interval, over ``n`` invited.

    ``bias``: how far a mean of the answering may be off because of these groups' rates, in standard deviations. Groups
    that were not looked at may add to it: it is no bound.
    """

    indicator: float
    low: float
    high: float
    bias: float
    n: int


def r_indicator(rates: Mapping[str, tuple[int, int]]) -> Alike | None:
    """Return how alike {group: (invited, answered)} answer; None when nobody answered.

    R = 1 - 2 S, S the spread of the response rates over all invited: 1 when all groups answer alike (Schouten, Cobben
    and Bethlehem 2009, Survey Methodology 35:101-113). Small groups differ by the draw alone, which is taken off S^2,
    never below 0 (Shlomo, Skinner and Schouten 2012, Journal of Official Statistics 28:201-226). The interval is
    that of a parametric bootstrap, of groups that differ by as much as is left.
    """
    invited = np.array([one for one, _ in rates.values() if one], float)
    came = np.array([answered for one, answered in rates.values() if one], float)
    if not came.sum():
        return None
    rate, mean = came / invited, float(came.sum() / invited.sum())
    raw, left = (float(part) for part in _spreads(invited, came))
    real = np.clip(mean + (rate - mean) * (left / raw) ** 0.5 if raw > 0 else np.full(len(rate), mean), 0, 1)
    drawn = np.random.default_rng(REPEATS).binomial(invited.astype(int), real, (REPEATS, len(real)))
    low, high = np.quantile(1 - 2 * _spreads(invited, drawn)[1] ** 0.5, [0.025, 0.975])
    return Alike(1 - 2 * left**0.5, float(low), float(high), left**0.5 / mean, int(invited.sum()))


def _spreads(invited: np.ndarray, came: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return S^2 of the response rates, as seen and less what the draw alone makes; groups in the last axis."""
    whole = invited.sum()
    share, rate = invited / whole, came / invited
    mean = came.sum(axis=-1, keepdims=True) / whole
    # Of a group of one its own rate tells no variance: it gets that of all.
    variance = np.where(invited > 1, rate * (1 - rate) / np.maximum(invited - 1, 1), mean * (1 - mean))
    raw = (share * np.square(rate - mean)).sum(axis=-1)
    scale = whole / max(whole - 1, 1)
    return scale * raw, scale * np.maximum(raw - (share * (1 - share) * variance).sum(axis=-1), 0)


@dataclass(frozen=True)
class Bounds:
    """What a number lies between whatever those without an answer would have said.

    ``low`` to ``high`` if nothing but them were unknown; ``low_95`` to ``high_95`` with the chance of the draw on top
    (each end its own 95 % interval, so the truth is inside at least as often). ``value`` is that of the answers.
    """

    value: float | None
    low: float
    high: float
    low_95: float | None
    high_95: float | None
    answered: int
    silent: int
    own_low: float | None = None        # the interval of ``value``
    own_high: float | None = None


def bounds_of_mean(values: np.ndarray, silent: int, scale: tuple[float, float]) -> Bounds | None:
    """Return the worst-case bounds of a mean: the silent all give the lowest, or all the highest answer of the scale.

    Manski 1989, Journal of Human Resources 24:343-360. None when there is nobody at all. They hold without any
    assumption, and are wide: that is what silence costs.
    """
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if len(known) + silent == 0:
        return None
    ends = [scores.mean(np.concatenate([known, np.full(silent, end)])) for end in scale]
    return _bounds(scores.mean(known), ends, len(known), silent, scale)


def bounds_of_top(values: np.ndarray, silent: int, highest: float, *, boxes: int = 2) -> Bounds | None:
    """Return the worst-case bounds of the share of the best answers: the silent none or all of them."""
    known = np.asarray(values, float)
    hits = (known[~np.isnan(known)] > highest - boxes).astype(float)
    if len(hits) + silent == 0:
        return None
    ends = [scores.share(np.concatenate([hits, np.full(silent, end)])) for end in (0.0, 1.0)]
    return _bounds(scores.share(hits), ends, len(hits), silent, (0.0, 1.0))


def bounds_of_nps(values: np.ndarray, silent: int) -> Bounds | None:
    """Return the worst-case bounds of NPS: the silent all detractors or all promoters."""
    known = np.asarray(values, float)
    known = known[(known >= 0) & (known <= 10)]
    if len(known) + silent == 0:
        return None
    ends = [scores.nps(np.concatenate([known, np.full(silent, end)])) for end in (0.0, 10.0)]
    return _bounds(scores.nps(known), ends, len(known), silent, (-100.0, 100.0))


def _bounds(own: Score, ends: list[Score], answered: int, silent: int, scale: tuple[float, float]) -> Bounds:
    low, high = ends
    assert low.value is not None and high.value is not None
    return Bounds(own.value, low.value, high.value, None if low.low is None else max(low.low, scale[0]),
                  None if high.high is None else min(high.high, scale[1]), answered, silent, own.low, own.high)
