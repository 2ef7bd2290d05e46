"""What another roster would have done with the same contacts, how far that can be believed, and what it costs.

The roster that was is replayed too: what it gives less what was seen is the replay's own error, told beside the effect
and added to its interval. Intervals: days are drawn again with replacement, each time with one of the draws of what is
unknown; the same days and draws for both rosters, so that the effect is a paired difference. Plain percentiles are too
close for few days: theirs are those of the expanded percentile interval (Hesterberg 2015, The American Statistician
69:371-386), and below two weeks of days with contacts there is none at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from .contracts import Change, Contacts, Figure, Forecast, Outcome, Shifts
from .errors import StaffingError
from .replay import SUMS, Draw, draws, needing, replay, sums
from .roster import changed, check, presence

FIGURES = ("service_level", "asa_s", "abandon", "occupancy")
RESAMPLED = 1_000
LEAST_DAYS = 14     # days with contacts; the days of one week or of none other do not tell how days differ
_AT = {name: place for place, name in enumerate(SUMS)}


def forecast(contacts: Contacts, shifts: Shifts, change: Change, *, days: Sequence[date], zone: ZoneInfo,
             target_s: float = 20.0, count: int = 8, seed: int = 1, price: float | None = None) -> Forecast:
    """Return what ``change`` would have done in these days; ``price`` is what an hour of a person costs.

    Raises StaffingError when there is nothing to replay or nothing changes.
    """
    check(change)
    if not len(contacts):
        raise StaffingError("no_contacts")
    if not len(shifts.start):
        raise StaffingError("no_roster")
    other = changed(shifts, change, days, zone)
    drawn = draws(contacts, shifts, count, seed)
    then = _sums(contacts, drawn, shifts, target_s, len(days))
    now = _sums(contacts, drawn, other, target_s, len(days), change.handling, change.taken)
    there = presence(shifts, days, zone), presence(other, days, zone)
    weights, which = resampled_days(len(days), count, seed)
    before, after = (_outcome(one, seconds, weights, which) for one, seconds in zip((then, now), there))
    seen = _seen(contacts, target_s, len(days), there[0])
    effect = _effect(then, now, there, weights, which)
    error = {name: _less(before.figures[name].value, seen[name]) for name in FIGURES}
    hours = after.hours - before.hours
    return Forecast(seen, before, after, effect, {name: _predicted(seen[name], effect[name], error[name], name)
                                                  for name in FIGURES}, error, count,
                    None if price is None else hours * price, _days(then.sum(axis=2)))


def _sums(contacts: Contacts, drawn: list[Draw], shifts: Shifts, target_s: float, days: int, handling: float = 1.0,
          taken: float = 0.0) -> np.ndarray:
    """Return the sums of the replay: draws x days x hours x sums."""
    found = []
    for draw in drawn:
        waits, answered = replay(contacts, draw, shifts, handling=handling, taken=taken)
        found.append(sums(contacts, waits, answered, draw.service * handling, target_s=target_s, days=days,
                          needed=needing(draw, taken)))
    return np.array(found)


def resampled_days(days: int, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how often each day is drawn (resampled x days), and the draw that each resampling takes."""
    dice = np.random.default_rng((seed, 2))
    return dice.multinomial(days, np.full(days, 1 / days), RESAMPLED).astype(float), np.arange(RESAMPLED) % count


def figures_of(totals: np.ndarray, seconds: np.ndarray) -> dict[str, np.ndarray]:
    """Return the figures of sums (... x sums) and the seconds of people being there (...); NaN where there are none."""
    part = {name: totals[..., place] for name, place in _AT.items()}
    with np.errstate(divide="ignore", invalid="ignore"):
        return {"service_level": part["in_time"] / part["contacts"], "asa_s": part["waited"] / part["answered"],
                "abandon": part["abandoned"] / part["contacts"], "occupancy": part["busy"] / seconds}


def _resampled(totals: np.ndarray, seconds: np.ndarray, weights: np.ndarray,
               which: np.ndarray) -> dict[str, np.ndarray]:
    """Figures of each resampling; ``totals`` draws x days x sums, ``seconds`` days."""
    summed = np.einsum("rd,rds->rs", weights, totals[which])
    return figures_of(summed, weights @ seconds)


def _figures(totals: np.ndarray, seconds: np.ndarray, weights: np.ndarray, which: np.ndarray) -> dict[str, Figure]:
    point = figures_of(totals.sum(axis=1).mean(axis=0), seconds.sum())
    around = _resampled(totals, seconds, weights, which)
    days = _days(totals)
    return {name: _figure(float(point[name]), around[name], days) for name in FIGURES}


def _days(totals: np.ndarray) -> int:
    """On how many days contacts came; ``totals`` draws x days x sums."""
    return int((totals[..., _AT["contacts"]].sum(axis=0) > 0).sum())


def _figure(value: float, around: np.ndarray, days: int) -> Figure:
    if not np.isfinite(value):
        return Figure(None, None, None)
    known = around[np.isfinite(around)]
    if days < LEAST_DAYS or not len(known):
        return Figure(value, None, None)
    low, high = np.quantile(known, [tail(days), 1 - tail(days)])
    return Figure(value, _number(low), _number(high))


def tail(days: int) -> float:
    """Return the share of resamplings left out on each side of a 95 % interval over so many days.

    >>> round(tail(14), 4), round(tail(10_000), 4)
    (0.0125, 0.025)
    """
    from scipy.special import ndtr, stdtrit

    return float(ndtr(-np.sqrt(days / (days - 1)) * stdtrit(days - 1, 0.975)))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _outcome(totals: np.ndarray, seconds: np.ndarray, weights: np.ndarray, which: np.ndarray) -> Outcome:
    each = totals[..., _AT["contacts"]].sum(axis=1).mean(axis=0)
    hours = [hour for hour in range(24) if each[hour]]
    by_hour = {hour: _figures(totals[:, :, hour], seconds[:, hour], weights, which) for hour in hours}
    whole = _figures(totals.sum(axis=2), seconds.sum(axis=1), weights, which)
    count = int(round(totals[..., _AT["contacts"]].sum() / len(totals)))
    return Outcome(count, float(seconds.sum() / 3600), whole, by_hour, {hour: int(round(each[hour])) for hour in hours})


def _seen(contacts: Contacts, target_s: float, days: int, there: np.ndarray) -> dict[str, float | None]:
    service = np.nan_to_num(contacts.service_s)
    totals = sums(contacts, contacts.waited_s, contacts.answered, service, target_s=target_s, days=days)
    found = figures_of(totals.sum(axis=(0, 1)), there.sum())
    return {name: _number(float(found[name])) for name in FIGURES}


def _effect(then: np.ndarray, now: np.ndarray, there: tuple[np.ndarray, np.ndarray], weights: np.ndarray,
            which: np.ndarray) -> dict[str, Figure]:
    points, around, days = [], [], _days(then.sum(axis=2))
    for totals, seconds in zip((then, now), there):
        points.append(figures_of(totals.sum(axis=(1, 2)).mean(axis=0), seconds.sum()))
        around.append(_resampled(totals.sum(axis=2), seconds.sum(axis=1), weights, which))
    return {name: _figure(float(points[1][name] - points[0][name]), around[1][name] - around[0][name], days)
            for name in FIGURES}


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _predicted(seen: float | None, effect: Figure, error: float | None, name: str) -> Figure:
    """Seen plus effect, as far as the replay missed what was seen wider on both sides, inside what is possible."""
    if seen is None or effect.value is None or error is None:
        return Figure(None, None, None)
    most = np.inf if name == "asa_s" else 1.0
    if effect.low is None or effect.high is None:
        return Figure(float(np.clip(seen + effect.value, 0.0, most)), None, None)
    low, value, high = np.clip([seen + effect.low - abs(error), seen + effect.value,
                                seen + effect.high + abs(error)], 0.0, most)
    return Figure(float(value), float(low), float(high))


def judged(contacts: Contacts, shifts: Shifts, predicted: Mapping[str, Mapping[str, float | None]], *,
           days: Sequence[date], zone: ZoneInfo, target_s: float = 20.0) -> dict[str, Any]:
    """Return what was seen in ``days`` with its interval over days, and whether it lies where it was foretold to lie.

    "inside": the interval of what was seen meets the foretold one, which does not say that the forecast was right;
    "better" and "worse" lie wholly beside it; None where either is unknown.
    """
    there = presence(shifts, days, zone)
    service = np.nan_to_num(contacts.service_s)
    totals = sums(contacts, contacts.waited_s, contacts.answered, service, target_s=target_s, days=len(days))[None]
    weights, which = resampled_days(len(days), 1, 1)
    figures = _figures(totals.sum(axis=2), there.sum(axis=1), weights, which)
    return {"contacts": len(contacts), "hours": shifts.hours, "figures": {
        name: {"value": one.value, "low": one.low, "high": one.high,
               "place": _place(name, one, predicted.get(name) or {})}
        for name, one in figures.items()}}


def _place(name: str, seen: Figure, foretold: Mapping[str, float | None]) -> str | None:
    low, high = foretold.get("low"), foretold.get("high")
    if low is None or high is None or seen.low is None or seen.high is None:
        return None
    if seen.low <= high and seen.high >= low:
        return "inside"
    if name == "occupancy":
        return "outside"
    return "better" if (seen.low > high) == (name == "service_level") else "worse"


def missed(seen: Mapping[str, Any], foretold: Mapping[str, Any]) -> Figure:
    """Return what was seen less what was foretold; the interval adds the distances to both intervals' ends in squares.

    MOVER (Donner and Zou 2012, Statistical Methods in Medical Research 21): both are of other days, so independent.

    >>> one = missed({"value": 0.74, "low": 0.70, "high": 0.78}, {"value": 0.80, "low": 0.77, "high": 0.83})
    >>> round(one.value, 2), round(one.low, 2), round(one.high, 2)
    (-0.06, -0.11, -0.01)
    """
    if seen["value"] is None or foretold["value"] is None:
        return Figure(None, None, None)
    value = seen["value"] - foretold["value"]
    if None in (seen["low"], seen["high"], foretold["low"], foretold["high"]):
        return Figure(value, None, None)
    return Figure(value, value - np.hypot(seen["value"] - seen["low"], foretold["high"] - foretold["value"]).item(),
                  value + np.hypot(seen["high"] - seen["value"], foretold["value"] - foretold["low"]).item())
