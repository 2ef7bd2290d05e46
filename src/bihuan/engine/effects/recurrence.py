"""Does what was prevented come back? Cases per 1,000 before and after, and an alarm by blocks of four weeks.

The rates have Garwood's exact intervals, their ratio the exact conditional one. A block raises the alarm when it holds
more cases than chance allows (exact, one-sided): against the quiet blocks since the prevention where these are fewer
than before, else against the time before. A block that raised it is no yardstick for the next ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from .. import stats

PER = 1000
BLOCK_DAYS, BEFORE_DAYS = 28, 182
ALPHA = 0.01                             # of a block: by chance alone at most one block in a hundred raises the alarm
FEWEST = 3                               # fewer cases in a block are no return, however rare the type had become
HALVED = 0.5                             # what excludes a halving and allows no change is "not fewer"


@dataclass(frozen=True)
class Seen:
    """``events`` cases of the type among ``base`` cases."""

    events: int
    base: int

    def __add__(self, other: Seen) -> Seen:
        return Seen(self.events + other.events, self.base + other.base)


@dataclass(frozen=True)
class Estimate:
    """A rate per 1,000 or a ratio with its 95 % interval; None cannot be said."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Block:
    """One block: its rate, the cases expected, whether it is an alarm: back | more | "" (none)."""

    seen: Seen
    rate: Estimate
    expected: float | None
    p: float | None
    alarm: str


@dataclass(frozen=True)
class Recurrence:
    """``verdict``: fewer | more | not_fewer | cannot_tell | waiting (nothing after yet)."""

    before: Estimate
    after: Estimate
    ratio: Estimate
    verdict: str
    blocks: tuple[Block, ...]


def watch(before: Seen, after: Seen, blocks: Sequence[Seen]) -> Recurrence:
    """Return what the numbers say; ``after`` is all the time since, ``blocks`` its whole blocks, oldest first.

    >>> watch(Seen(52, 26_000), Seen(4, 8_000), [Seen(2, 4_000), Seen(2, 4_000)]).verdict
    'fewer'
    >>> watch(Seen(5, 26_000), Seen(1, 4_000), [Seen(1, 4_000)]).verdict
    'cannot_tell'
    """
    return Recurrence(rate_of(before), rate_of(after), ratio_of(before, after), verdict_of(before, after),
                      _judged(before, blocks))


def rate_of(seen: Seen) -> Estimate:
    return _estimate(*(one * PER for one in stats.poisson_interval(seen.events, seen.base)))


def ratio_of(before: Seen, after: Seen) -> Estimate:
    return _estimate(*stats.rate_ratio((before.events, before.base), (after.events, after.base)))


def verdict_of(before: Seen, after: Seen) -> str:
    """Return what the interval of the ratio allows to be said; too few cases are never "no change"."""
    if after.base == 0:
        return "waiting"
    ratio = ratio_of(before, after)
    if before.events == 0 or ratio.low is None or ratio.high is None:
        return "cannot_tell"
    if ratio.high < 1:
        return "fewer"
    if ratio.low > 1:
        return "more"
    return "not_fewer" if ratio.low > HALVED else "cannot_tell"


def _judged(before: Seen, blocks: Sequence[Seen]) -> tuple[Block, ...]:
    found: list[Block] = []
    quiet = Seen(0, 0)
    for seen in blocks:
        is_quiet = quiet.base > 0 and verdict_of(before, quiet) == "fewer"
        reference = quiet if is_quiet else before
        p = _known(stats.more_than((reference.events, reference.base), (seen.events, seen.base)))
        rises = p is not None and p < ALPHA and seen.events >= FEWEST
        expected = reference.events / reference.base * seen.base if reference.base else None
        found.append(Block(seen, rate_of(seen), expected, p, ("back" if is_quiet else "more") if rises else ""))
        if not rises:
            quiet += seen
    return tuple(found)


def _estimate(value: object, low: object, high: object) -> Estimate:
    return Estimate(_known(value), _known(low), _known(high))


def _known(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if isnan(number) or number == float("inf") else number
