"""Scores 1 to 5 from a value, and which of them the data cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from .contracts import Band, Passport, Result, Target


def score_by_bands(value: float | None, bands: Sequence[Band]) -> int | None:
    """Return the best score whose limit the value still meets; 1 when it meets none, None for no value.

    >>> pickup = [Band(2, 180), Band(3, 120), Band(4, 60), Band(5, 30)]
    >>> [score_by_bands(s, pickup) for s in (12, 30, 31, 200)]
    [5, 5, 4, 1]
    """
    if value is None or not bands:
        return None
    return max((band.score for band in bands if band.holds(value)), default=1)


def bands_touched(low: float | None, high: float | None, bands: Sequence[Band]) -> tuple[int, ...]:
    """Return every score that some value of the interval low..high would get, lowest first; () without an interval.

    >>> bands_touched(0.69, 0.81, [Band(2, .6, "least"), Band(3, .7, "least"), Band(4, .8, "least")])
    (2, 3, 4)
    """
    one, other = score_by_bands(low, bands), score_by_bands(high, bands)
    if one is None or other is None:
        return ()
    scores = sorted({1, *(band.score for band in bands)})
    return tuple(score for score in scores if min(one, other) <= score <= max(one, other))


def meets_target(value: float | None, target: float | None, direction: str) -> bool | None:
    """Say whether a value reaches its target; None without either, or for an indicator without a direction."""
    if value is None or target is None or direction == "none":
        return None
    return value >= target if direction == "up" else value <= target


def against_target(result: Result, target: float | None, direction: str) -> str | None:
    """Return met | missed | undecided for a value against its target; None without a value or a target.

    Undecided: the interval holds the target, so that chance alone could put the value on either side; there is no
    interval; or n is below the passport's minimum.
    """
    if target is None or result.value is None:
        return None
    if result.small or result.low is None or result.high is None or result.low < target < result.high:
        return "undecided"
    reached = result.value <= target if direction == "down" else result.value >= target
    return "met" if reached else "missed"


def score_columns(
    aim: Target, direction: str, value: np.ndarray, low: np.ndarray, high: np.ndarray
) -> dict[str, list[Any]]:
    """Return band, band_certain, bands_possible, target, target_met and target_version of whole columns (NaN: None).

    The same as ``score_by_bands``, ``bands_touched`` and ``meets_target`` cell by cell.
    """
    size = len(value)
    columns: dict[str, list[Any]] = {
        "band": [None] * size, "band_certain": [None] * size, "bands_possible": [()] * size,
        "target": [aim.target] * size, "target_met": [None] * size, "target_version": [aim.version] * size,
    }
    known = ~np.isnan(value)
    if aim.bands:
        places, scores = _places(aim.bands, np.stack([value, low, high])), [1, *(band.score for band in aim.bands)]
        ranges = {(first, last): tuple(dict.fromkeys(scores[first:last + 1]))
                  for first in range(len(scores)) for last in range(first, len(scores))}
        bounded = ~np.isnan(low) & ~np.isnan(high)
        ends = [ranges[min(one, other), max(one, other)] if has else ()
                for one, other, has in zip(places[1].tolist(), places[2].tolist(), bounded.tolist())]
        columns["bands_possible"] = ends
        columns["band"] = [scores[place] if has else None for place, has in zip(places[0].tolist(), known.tolist())]
        columns["band_certain"] = [len(touched) == 1 if has else None for touched, has in zip(ends, known.tolist())]
    if aim.target is not None and direction != "none":
        met = value >= aim.target if direction == "up" else value <= aim.target
        columns["target_met"] = [bool(yes) if has else None for yes, has in zip(met.tolist(), known.tolist())]
    return columns


def _places(bands: Sequence[Band], values: np.ndarray) -> np.ndarray:
    """How many of the bands, lowest score first, each value meets; limits are monotone in the score."""
    sign = 1 if bands[0].at == "least" else -1
    return np.searchsorted([sign * band.limit for band in bands], sign * values, side="right")


def target_for(
    passport: Passport, targets: Sequence[Target], group: dict[str, str | None], on: date | None
) -> Target:
    """Return the aim and bands that hold for a group on a day: the narrowest scope that fits, then the newest.

    A target without bands keeps the passport's. Without any fitting one the passport's own are returned as version "".
    """
    fitting = [
        target for target in targets
        if target.indicator == passport.name
        and all(group.get(dimension) == value for dimension, value in target.scope.items())
        and (target.valid_from is None or on is None or target.valid_from <= on)
    ]
    if not fitting:
        return Target(passport.name, target=passport.target, bands=passport.bands, version="")
    best = max(fitting, key=lambda target: (len(target.scope), target.valid_from or date.min))
    return best if best.bands else replace(best, bands=passport.bands)
