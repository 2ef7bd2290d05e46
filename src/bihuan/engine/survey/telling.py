"""Which groups may be told of, so that nobody's answers come out, not even by subtraction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np


def told_groups(sizes: Mapping[str, int], minimum: int) -> frozenset[str]:
    """Return the groups that may be told of beside their total; a group of nobody is nobody's secret.

    A group below ``minimum`` is not told of, nor the group "" of those whose group is not known. What all untold groups
    make together is the total minus the told ones: when that is below the minimum too, the smallest told group is left
    out with them.

    >>> sorted(told_groups({"east": 40, "west": 30, "north": 2}, 5))
    ['east']
    >>> sorted(told_groups({"east": 40, "west": 30, "north": 3, "south": 4}, 5))
    ['east', 'west']
    """
    told = sorted((name for name, size in sizes.items() if name and size >= max(minimum, 1)),
                  key=lambda name: (sizes[name], name))
    hidden = sum(size for name, size in sizes.items() if name not in told)
    while told and 0 < hidden < minimum:
        hidden += sizes[told.pop(0)]
    return frozenset(told)


def sizes_of(groups: np.ndarray, counted: np.ndarray | None = None) -> dict[str, int]:
    """Return {group: how many}; those of no known group count as the group "" (somebody's answers too)."""
    inside = groups if counted is None else groups[counted]
    return dict(Counter("" if group is None else str(group) for group in inside.tolist()))


def may_tell(size: int, of: int, minimum: int) -> bool:
    """Return whether a selection of ``size`` out of a told ``of`` may be told: neither it nor the rest is too small.

    >>> [may_tell(*case, 5) for case in ((98, 100), (95, 100), (100, 100), (4, 100), (0, 100))]
    [False, True, True, False, False]
    """
    return size >= max(minimum, 1) and (of == size or of - size >= minimum)
