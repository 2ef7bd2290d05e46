"""Recurrence and churn of the customers whom a problem hit, before and after, beside customers hit elsewhere.

Each customer counts once: whether the thing happened in the window before and in the window after. A window that is not
whole counts for nothing, and a customer without both windows is left out and counted as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..stats.paired import Changed, difference_of_changes, paired_change
from .callbacks import FEWEST

METHOD = "newcombe_paired_1998"
METHOD_AGAINST = "newcombe_differences_2001"


@dataclass(frozen=True)
class Definition:
    """What is counted, in words that do not change: another meaning is another version."""

    name: str
    version: str
    days: int


RECURRENCE, CHURN = "recurrence", "churn"
VERSIONS = {RECURRENCE: "1", CHURN: "1"}


@dataclass(frozen=True)
class Course:
    """Whether it happened to one customer before and after; None where the window is not whole."""

    before: bool | None
    after: bool | None


@dataclass(frozen=True)
class Moved:
    """A group's share before and after, its change with interval, None for no data. ``left_out`` had no two windows."""

    n: int
    before: int
    after: int
    change: float | None
    low: float | None
    high: float | None
    left_out: int
    small: bool

    @property
    def share_before(self) -> float | None:
        return self.before / self.n if self.n else None

    @property
    def share_after(self) -> float | None:
        return self.after / self.n if self.n else None


@dataclass(frozen=True)
class Beside:
    """Those touched beside the others: minus is better, both things are bad ones. None where one side has nobody."""

    touched: Moved
    others: Moved
    difference: float | None
    low: float | None
    high: float | None
    method: str
    small: bool


def compare_courses(touched: Sequence[Course], others: Sequence[Course]) -> Beside:
    """Return how much more the share of those touched changed than that of the others.

    >>> told = compare_courses([Course(True, False)] * 12, [Course(True, True)] * 12)
    >>> told.difference, told.small
    (-1.0, False)
    """
    one, other = _moved(touched), _moved(others)
    if not one.n or not other.n:
        return Beside(one, other, None, None, None, METHOD_AGAINST, True)
    assert one.change is not None and one.low is not None and one.high is not None
    assert other.change is not None and other.low is not None and other.high is not None
    found = difference_of_changes((one.change, one.low, one.high), (other.change, other.low, other.high))
    return Beside(one, other, *found, METHOD_AGAINST, one.small or other.small)


def recurred(failed: Sequence[datetime], *, change: datetime, until: datetime, days: int) -> Course:
    """Return whether a customer met the problem again within ``days``: of its first time, and of the change.

    ``failed`` are the moments at which it was met. The first window begins after the first of them and has to end
    before the change; the second begins at the change and has to end before ``until``, what the data reach.
    """
    window = timedelta(days=days)
    first = min((one for one in failed if one < change), default=None)
    before = None if first is None or first + window > change else any(
        first < one <= first + window for one in failed)
    after = None if change + window > until else any(change <= one < change + window for one in failed)
    return Course(before, after)


def gone(failed: Sequence[datetime], contacts: Sequence[datetime], *, change: datetime, until: datetime,
         days: int) -> Course:
    """Return whether nothing more was heard of a customer within ``days``, in the windows of ``recurred``.

    Silence stands for churn where no source says who left: it counts those who are merely content as well, in both
    groups alike, so that only the comparison tells anything.
    """
    window = timedelta(days=days)
    first = min((one for one in failed if one < change), default=None)
    before = None if first is None or first + window > change else not any(
        first < one <= first + window for one in contacts)
    after = None if change + window > until else not any(change <= one < change + window for one in contacts)
    return Course(before, after)


def courses_of(
    failed: Mapping[str, Sequence[datetime]], contacts: Mapping[str, Sequence[datetime]], customers: Sequence[str], *,
    change: datetime, until: datetime, days: int,
) -> tuple[list[Course], list[Course]]:
    """Return (recurrence, churn) of customers in their order."""
    asked = {"change": change, "until": until, "days": days}
    return ([recurred(failed.get(one, ()), **asked) for one in customers],  # type: ignore[arg-type]
            [gone(failed.get(one, ()), contacts.get(one, ()), **asked) for one in customers])  # type: ignore[arg-type]


def _moved(courses: Sequence[Course]) -> Moved:
    whole = [one for one in courses if one.before is not None and one.after is not None]
    told = Changed(
        both=sum(bool(one.before and one.after) for one in whole),
        only_before=sum(bool(one.before and not one.after) for one in whole),
        only_after=sum(bool(one.after and not one.before) for one in whole),
        neither=sum(not one.before and not one.after for one in whole))
    change, low, high = paired_change(told) or (None, None, None)
    return Moved(told.n, told.before, told.after, change, low, high, len(courses) - len(whole), told.n < FEWEST)
