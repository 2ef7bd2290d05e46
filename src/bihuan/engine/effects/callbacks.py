"""Customers who were called back: did those whom a measure touched gain more than others who had scored as low?

Those called were chosen for being dissatisfied, so that most of them say something better when asked again, whatever
was done (regression to the mean). The gain counts only against equally low-scoring customers who were not touched,
asked over the same channel in the same words by somebody outside the measure's department. Without such customers or
such a caller a call-back can show harm or the lack of a worthwhile gain, never an effect; where not everybody was asked
in one and the same way it shows nothing: a difference may be that of the ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .contracts import LEVEL, Need

FEWEST = 10         # customers of each side in strata that both have
POWER = 0.8
ALONE = ("no_regression_to_the_mean",)      # what has to hold where the touched are set beside nobody


@dataclass(frozen=True)
class Pair:
    """One customer's score before, and when called back."""

    before: float
    after: float


@dataclass(frozen=True)
class Stratum:
    """Customers of one earlier score: how many of each side, and their mean score when called back."""

    before: float
    touched: int
    others: int
    touched_after: float
    others_after: float | None


@dataclass(frozen=True)
class CallbackVerdict:
    """The answer in the words of every verdict. ``gain`` is what the touched gained by themselves, before others are
    taken off: it holds the regression to the mean and is no effect."""

    verdict: str
    reason: str
    effect: float | None
    low: float | None
    high: float | None
    gain: float | None
    worthwhile: float
    method: str
    n_touched: int
    n_others: int
    strata: tuple[Stratum, ...]
    need: Need | None = None
    assumptions: tuple[str, ...] = ()


def judge_callbacks(touched: Sequence[Pair], others: Sequence[Pair], *, worthwhile: float, same_way: bool,
                    outside_caller: bool) -> CallbackVerdict:
    """Return what the call-backs show; a higher score is better.

    ``same_way``: all of both were asked over one channel in the same words; otherwise nothing can be told.
    ``outside_caller``: by somebody outside the measure's department; otherwise, or where the others are too few,
    "effective" is not possible.

    >>> judge_callbacks([Pair(2, 4)] * 30, [], worthwhile=0.5, same_way=True, outside_caller=True).verdict
    'cannot_tell'
    """
    strata = _strata(touched, others)
    gain = float(np.mean([pair.after - pair.before for pair in touched])) if touched else None
    if not same_way:
        return CallbackVerdict("cannot_tell", "asked_otherwise", None, None, None, gain, worthwhile, "paired_callbacks",
                               len(touched), len(others), strata)
    both = [one for one in strata if one.others]
    counts = (sum(one.touched for one in both), sum(one.others for one in both))
    if min(counts) < FEWEST:
        return _alone(touched, gain, worthwhile, strata, len(others), "no_comparators")
    effect, error, degrees = _compared(touched, others, both)
    if error == 0:
        return CallbackVerdict("cannot_tell", "no_variation", effect, None, None, gain, worthwhile, "paired_callbacks",
                               len(touched), len(others), strata)
    low, high = _interval(effect, error, degrees)
    word, reason = _decided(low, high, worthwhile, outside_caller)
    need = _need(error, worthwhile, counts[0]) if word == "cannot_tell" and outside_caller else None
    return CallbackVerdict(word, reason, effect, low, high, gain, worthwhile, "paired_callbacks", len(touched),
                           len(others), strata, need,
                           ("equally_dissatisfied", "same_channel_and_words", "no_other_change"))


def _alone(touched: Sequence[Pair], gain: float | None, worthwhile: float, strata: tuple[Stratum, ...], others: int,
           reason: str) -> CallbackVerdict:
    """A call-back test alone: what was gained by itself can only be less than it looks."""
    effect = low = high = None
    word = "cannot_tell"
    if len(touched) >= FEWEST:
        gains = np.array([pair.after - pair.before for pair in touched], float)
        error = float(gains.std(ddof=1) / np.sqrt(len(gains)))
        effect = float(gains.mean())
        if error == 0:      # the same gain of everybody: how it varies cannot be told
            return CallbackVerdict("cannot_tell", "no_variation", effect, None, None, gain, worthwhile,
                                   "paired_callbacks", len(touched), others, strata, None, ALONE)
        low, high = _interval(effect, error, len(gains) - 1)
        if high < 0:
            word, reason = "worse", "interval_below_zero"
        elif high < worthwhile:
            word, reason = "no_effect_shown", "smaller_than_worthwhile"
    return CallbackVerdict(word, reason, effect, low, high, gain, worthwhile, "paired_callbacks", len(touched), others,
                           strata, None, ALONE)


def _strata(touched: Sequence[Pair], others: Sequence[Pair]) -> tuple[Stratum, ...]:
    found = []
    for score in sorted({pair.before for pair in touched}):
        own = [pair.after for pair in touched if pair.before == score]
        alike = [pair.after for pair in others if pair.before == score]
        found.append(Stratum(score, len(own), len(alike), float(np.mean(own)),
                             float(np.mean(alike)) if alike else None))
    return tuple(found)


def _compared(touched: Sequence[Pair], others: Sequence[Pair], both: list[Stratum]) -> tuple[float, float, int]:
    """Difference within each earlier score, weighted by the touched; one variance for all, as in an analysis of
    covariance with the earlier score as a factor."""
    total = sum(one.touched for one in both)
    effect, squares, factor, degrees = 0.0, 0.0, 0.0, 0
    for one in both:
        own = np.array([pair.after for pair in touched if pair.before == one.before], float)
        alike = np.array([pair.after for pair in others if pair.before == one.before], float)
        weight = one.touched / total
        effect += weight * (own.mean() - alike.mean())
        squares += ((own - own.mean()) ** 2).sum() + ((alike - alike.mean()) ** 2).sum()
        factor += weight**2 * (1 / len(own) + 1 / len(alike))
        degrees += len(own) + len(alike) - 2
    return float(effect), float(np.sqrt(squares / degrees * factor)), degrees


def _interval(effect: float, error: float, degrees: int) -> tuple[float, float]:
    from scipy.special import stdtrit

    reach = float(stdtrit(degrees, 1 - (1 - LEVEL) / 2)) * error
    return effect - reach, effect + reach


def _decided(low: float, high: float, worthwhile: float, outside_caller: bool) -> tuple[str, str]:
    if high < 0:
        return "worse", "interval_below_zero"
    if high < worthwhile:
        return "no_effect_shown", "smaller_than_worthwhile"
    if not outside_caller:
        return "cannot_tell", "caller_from_department"
    return ("effective", "interval_above_zero") if low > 0 else ("cannot_tell", "interval_too_wide")


def _need(error: float, worthwhile: float, touched: int) -> Need:
    """How many more touched customers (with as many others in proportion) would show the worthwhile gain."""
    from scipy.special import ndtri

    wanted = worthwhile / (float(ndtri(1 - (1 - LEVEL) / 2)) + float(ndtri(POWER)))
    more = int(np.ceil(touched * ((error / wanted) ** 2 - 1)))
    return Need(None, max(more, 1))
