"""Findings of one peak: what stands out in the same days, in rows that overlap, by indicators that go together.

A flood of contacts about one product shows as a spike of its cases, as a call answer rate beyond its limits and as long
waits: three findings, one matter. The first of them by ``order`` leads, the others belong to it; nothing is merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

KINDS = frozenset({"out_of_control", "spike", "band_drop"})
# Families whose indicators move together when too many ask at once; a family always goes with itself.
TOGETHER = (frozenset({"volume", "call", "speed"}), frozenset({"volume", "complaint"}))


@dataclass(frozen=True)
class Peak:
    """One finding as the grouping sees it. ``above`` are its unit and every unit above it; none: the whole workspace.

    ``led``: it may lead but not join, because people work on it already.
    """

    id: int
    kind: str
    family: str
    start: date | None
    end: date | None
    n: int
    q: float | None = None
    place: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    above: frozenset[str] = frozenset()
    led: bool = False


def bundle(peaks: Iterable[Peak]) -> dict[int, int]:
    """Return {member: leader}; a finding that stands alone, and a leader, is not in it.

    >>> march = dict(start=date(2026, 3, 2), end=date(2026, 3, 8))
    >>> flood = Peak(1, "spike", "volume", n=90, place={"product": "a"}, **march)
    >>> waits = Peak(2, "out_of_control", "speed", n=900, place={"product": "a"}, **march)
    >>> other = Peak(3, "out_of_control", "speed", n=900, place={"product": "b"}, **march)
    >>> bundle([waits, flood, other])
    {2: 1}
    """
    waiting = sorted((one for one in peaks if one.kind in KINDS and one.start and one.end), key=order)
    found: dict[int, int] = {}
    leaders: list[Peak] = []
    for one in waiting:
        leader = None if one.led else next((first for first in leaders if same_peak(first, one)), None)
        if leader is None:
            leaders.append(one)
        else:
            found[one.id] = leader.id
    return found


def order(one: Peak) -> tuple[bool, bool, float, int, int]:
    """What leads: what is worked on, then spikes (they say what came), the surest, the largest, the oldest."""
    return (not one.led, one.kind != "spike", 1.0 if one.q is None else one.q, -one.n, one.id)


def same_peak(one: Peak, other: Peak) -> bool:
    """Say whether two findings may be one matter: days, rows and indicators all have to fit."""
    assert one.start and one.end and other.start and other.end
    days = one.start <= other.end and other.start <= one.end
    return days and overlapping(one, other) and related(one.family, other.family)


def overlapping(one: Peak, other: Peak) -> bool:
    """Say whether their rows can be the same: no dimension contradicts, and one unit is the other or above it."""
    agree = all(other.place.get(name, value) == value for name, value in one.place.items())
    units = not one.unit or not other.unit or one.unit in other.above or other.unit in one.above
    return agree and units


def related(one: str, other: str) -> bool:
    return one == other or any({one, other} <= families for families in TOGETHER)
