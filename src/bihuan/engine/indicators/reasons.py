"""Why a row counts or not: a definition's conditions worked out on one row, as the engines work them out on all.

A comparison with an empty cell is unknown; "and" and "or" treat unknown as SQL does, and what is unknown in the end
does not count.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .checking import GAPS, resolve
from .contracts import Passport
from .grammar import Both, Compare, In, IsNull, Literal, Name, Node, Not, Sum, Within, parse

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}


@dataclass(frozen=True)
class Part:
    """A part of a condition that has no "and" or "or" of its own, and whether the row meets it."""

    node: Node
    holds: bool


def meets(text: str, row: Mapping[str, Any]) -> bool:
    """Return whether a row meets a condition.

    >>> meets("wait_s <= 20s and answered", {"wait_s": 12, "answered": True})
    True
    >>> meets("not (wait_s > 20s)", {"wait_s": None})
    False
    """
    return work_out(parse(text), row) is True


def deciding(text: str, row: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the parts that decide whether a row meets a condition: of a failed "and" those that fail, and so on.

    >>> [part.holds for part in deciding("answered and wait_s <= 20s", {"answered": True, "wait_s": 30})]
    [False]
    """
    return tuple(_deciding(parse(text), row))


def ripe_at(passport: Passport, row: Mapping[str, Any]) -> datetime | None:
    """Return when a row's window has passed; None where the window has no beginning, or the indicator has none."""
    begin = row.get(str(passport.window_from))
    own = work_out(parse(passport.window_value), row) if passport.window_value else passport.window
    return None if begin is None or own is None else begin + timedelta(seconds=own)


def work_out(tree: Node, row: Mapping[str, Any]) -> Any:
    """Return the value of a tree on a row; None is unknown."""
    tree = resolve(tree, row)
    if isinstance(tree, Literal):
        return tree.value
    if isinstance(tree, Name):
        return row[tree.name]
    if isinstance(tree, Not):
        inner = work_out(tree.inner, row)
        return None if inner is None else not inner
    if isinstance(tree, Both):
        return _both(tree.op, work_out(tree.left, row), work_out(tree.right, row))
    if isinstance(tree, Within):
        gap = row[GAPS[tree.what]]
        return gap is not None and gap <= tree.seconds
    return _test(tree, row)


def _both(op: str, left: Any, right: Any) -> bool | None:
    decided = op == "or"
    if left is decided or right is decided:
        return decided
    return None if left is None or right is None else not decided


def _test(tree: Compare | In | IsNull | Sum, row: Mapping[str, Any]) -> Any:
    left = work_out(tree.left, row)
    if isinstance(tree, IsNull):
        return (left is None) is not tree.negated
    if isinstance(tree, In):
        if left is None:
            return None
        return any(_compare("=", left, item.value) for item in tree.values) is not tree.negated
    right = work_out(tree.right, row)
    if left is None or right is None:
        return None
    return _compare(tree.op, left, right) if isinstance(tree, Compare) else _sum(tree.op, left, right)


def _compare(op: str, left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, int | float):
        right = str(right)
    return _OPERATORS[op](left, right)


def _sum(op: str, left: Any, right: Any) -> Any:
    if isinstance(left, datetime):
        if isinstance(right, datetime):
            return int(left.timestamp() // 1) - int(right.timestamp() // 1)
        right = timedelta(seconds=int(right))
    return left + right if op == "+" else left - right


def _deciding(tree: Node, row: Mapping[str, Any]) -> list[Part]:
    if not isinstance(tree, Both):
        return [Part(tree, work_out(tree, row) is True)]
    parts = [*_deciding(tree.left, row), *_deciding(tree.right, row)]
    met = work_out(tree, row) is True
    if met == (tree.op == "and"):  # all parts of a met "and" and of a failed "or" have their share
        return parts
    sides = [side for side in (tree.left, tree.right) if (work_out(side, row) is True) == met]
    return [part for side in sides for part in _deciding(side, row)]
