"""Withholds what too few rows stand behind, and enough besides that nobody gets it back by subtracting."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from .contracts import Result

# A count is the very n that stays visible beside a withheld value: withholding it would protect nothing.
OPEN_AGGREGATIONS = ("count",)


Cell = tuple[str, str, tuple[tuple[str, str | None], ...]]


def cell_of(result: Result) -> Cell:
    """Return what names a cell in every question with the same periods and groups."""
    return result.indicator, result.period, tuple(result.group.items())


def suppress(
    results: Sequence[Result], minimum: int, gives_away: Callable[[Result, int], bool] | None = None,
) -> list[Result]:
    """Return the results of one indicator with values withheld where n is below ``minimum``.

    Primary: every cell with fewer rows, and every cell that, subtracted from another question's, would leave so few
    (``gives_away``). Complementary: along each line of the table (all groups of a period, all
    periods of a group, each dimension with the others fixed) the withheld cells must be at least two and have
    ``minimum`` rows together, else the smallest visible ones of the line are withheld too. A line's total, which is
    shown elsewhere, then gives away no small cell.
    """
    if minimum <= 1:
        return list(results)
    hidden = {index for index, result in enumerate(results) if 0 < result.n < minimum
              or (gives_away is not None and result.n > 0 and gives_away(result, minimum))}
    lines = _lines(results)
    changed = bool(hidden)
    while changed:
        changed = False
        for line in lines:
            changed = _protect(line, results, hidden, minimum) or changed
    return [_withheld(result) if index in hidden else result for index, result in enumerate(results)]


def _lines(results: Sequence[Result]) -> Iterable[list[int]]:
    """Indices of the cells that add up to a total somebody may see."""
    lines: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, result in enumerate(results):
        group = result.group
        for free in group:
            fixed = tuple((name, value) for name, value in group.items() if name != free)
            lines["group", free, fixed, result.period].append(index)
        lines["period", tuple(group.items())].append(index)
        lines["all", result.period].append(index)
    return [line for line in lines.values() if len(line) > 1]


def _protect(line: list[int], results: Sequence[Result], hidden: set[int], minimum: int) -> bool:
    inside = [index for index in line if index in hidden]
    if not inside:
        return False
    changed = False
    visible = sorted((index for index in line if index not in hidden and results[index].n > 0),
                     key=lambda index: results[index].n)
    while visible and (len(inside) < 2 or sum(results[index].n for index in inside) < minimum):
        inside.append(visible.pop(0))
        hidden.add(inside[-1])
        changed = True
    return changed


def _withheld(result: Result) -> Result:
    return dataclasses.replace(
        result, value=None, low=None, high=None, band=None, band_certain=None, bands_possible=(), numerator=None,
        open_count=None, km_median=None, target_met=None, suppressed=True, extra={})
