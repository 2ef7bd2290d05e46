"""Problem types by systems: how much of each comes in, how much of it support handled, and what nobody covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log, sqrt

from ..stats.proportions import wilson

# Enough of a kind to say that it never reaches support: of fewer it may be chance.
FEW = 5


@dataclass(frozen=True)
class Volume:
    """Cases of one problem type in one system: all of them, and those that support handled. None: not recorded."""

    problem: str | None
    system: str | None
    n: int
    handled: int


@dataclass(frozen=True)
class Share:
    """A share with its rows and 95 % interval; ``value`` None where there are no rows."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    """One problem type over all systems.

    ``cells``: {system: (n, handled)}. ``masters``: people who master it, None where nobody was assessed in it.
    ``unhandled``: support handled none of its cases; ``unmastered``: of those assessed in it nobody masters it.
    """

    problem: str | None
    n: int
    share: Share
    cells: Mapping[str | None, tuple[int, int]]
    masters: int | None

    @property
    def unhandled(self) -> bool:
        return self.n > 0 and self.share.value == 0

    @property
    def few(self) -> bool:
        """Too few cases to say more than that none was handled."""
        return self.n < FEW

    @property
    def unmastered(self) -> bool:
        return self.masters == 0

    @property
    def uncovered(self) -> bool:
        return self.problem is not None and (self.unhandled or self.unmastered)


@dataclass(frozen=True)
class Coverage:
    """The whole table: the most frequent first. ``problems`` and ``systems`` count what support handled.

    ``familiar``: the chance that the next case support gets is of a type and system it has handled before.
    """

    lines: tuple[Line, ...]
    systems: tuple[tuple[str | None, int, int], ...]     # (system, n, handled)
    problems: int
    systems_handled: int
    share: Share
    familiar: Share

    @property
    def uncovered(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.uncovered)


def coverage(volumes: Iterable[Volume], masters: Mapping[str, int] | None = None) -> Coverage:
    """Return the table of ``volumes``; ``masters``: {problem type: people of support who master it}.

    A type that is not in ``masters`` is one in which nobody was assessed: unknown, and not nobody.

    A problem type that is in ``masters`` without a case is no line: the table is about what came in.
    """
    volumes = list(volumes)
    by_problem: dict[str | None, dict[str | None, tuple[int, int]]] = defaultdict(dict)
    by_system: dict[str | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in volumes:
        n, handled = by_problem[one.problem].get(one.system, (0, 0))
        by_problem[one.problem][one.system] = (n + one.n, handled + one.handled)
        n, handled = by_system[one.system]
        by_system[one.system] = (n + one.n, handled + one.handled)
    lines = [_line(problem, cells, masters) for problem, cells in by_problem.items()]
    lines.sort(key=lambda line: (-line.n, str(line.problem)))
    systems = sorted(((name, *counts) for name, counts in by_system.items()), key=lambda one: (-one[1], str(one[0])))
    return Coverage(
        tuple(lines), tuple(systems),
        sum(line.problem is not None and line.share.value not in (None, 0) for line in lines),
        sum(name is not None and handled > 0 for name, _, handled in systems),
        _share(sum(one.handled for one in volumes), sum(one.n for one in volumes)),
        familiar([handled for line in lines for _, handled in line.cells.values()]))


def _line(
    problem: str | None, cells: Mapping[str | None, tuple[int, int]], masters: Mapping[str, int] | None,
) -> Line:
    n, handled = (sum(counts[place] for counts in cells.values()) for place in (0, 1))
    known = None if masters is None or problem is None else masters.get(problem)
    return Line(problem, n, _share(handled, n), dict(cells), known)


def _share(part: int, n: int) -> Share:
    if n == 0:
        return Share(None, 0)
    low, high = wilson(part, n)
    return Share(part / n, n, float(low), float(high))


def familiar(counts: Iterable[int]) -> Share:
    """Return the chance that the next case is of a kind seen before, out of how often each kind was seen.

    Turing's coverage (Good 1953) as improved by Chao and Jost 2012, Ecology 93:2533-2547, equation 4a; interval by
    Esty 1983, Annals of Statistics 11:905-912. Where no kind was seen just once or twice that has no width: of kinds
    seen once there are then at most ln 40 = 3.69 on average (Garwood 1936, exact limit of a Poisson count of 0), and
    by Good's estimate what was never seen is at most that out of n.

    >>> familiar([10, 5, 1]).value, familiar([]).value
    (1.0, None)
    >>> round(familiar([600, 400]).low, 4)
    0.9963
    """
    seen = [count for count in counts if count > 0]
    n, once, twice = sum(seen), seen.count(1), seen.count(2)
    if n == 0:
        return Share(None, 0)
    if twice:
        adjusted = (n - 1) * once / ((n - 1) * once + 2 * twice)
    else:
        adjusted = (n - 1) * (once - 1) / ((n - 1) * (once - 1) + 2) if once else 0.0
    value = 1 - once / n * adjusted
    spread = 1.959963984540054 * sqrt(max(0.0, once + 2 * twice - once**2 / n)) / n
    if not spread:
        return Share(value, n, max(0.0, 1 - log(40) / n), 1.0) if not once else Share(value, n)
    return Share(value, n, max(0.0, value - spread), min(1.0, value + spread))
