"""Turns a checked tree into an ibis expression that every engine's SQL can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from .checking import GAPS, resolve
from .grammar import Both, Compare, In, IsNull, Literal, Name, Node, Not, Sum, Within
from .shape import DATE_OF_DAY, EPOCH_MICROS

_OPERATORS: dict[str, Any] = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}


def condition(tree: Node, columns: Mapping[str, ir.Value]) -> ir.BooleanValue:
    """Return the tree as a condition that is true or false, never null: what cannot be known does not count."""
    return value(tree, columns).fill_null(False)


def value(tree: Node, columns: Mapping[str, ir.Value]) -> Any:
    """Return the tree as an ibis value over ``columns``; times minus times are whole seconds."""
    tree = resolve(tree, columns)
    if isinstance(tree, Literal):
        return literal(tree.value)
    if isinstance(tree, Name):
        return columns[tree.name]
    if isinstance(tree, Not):
        return ~value(tree.inner, columns)
    if isinstance(tree, Both):
        left, right = value(tree.left, columns), value(tree.right, columns)
        return left & right if tree.op == "and" else left | right
    if isinstance(tree, Sum):
        return _sum(tree, columns)
    return _test(tree, columns)


def literal(content: Any) -> Any:
    """Return a literal of a fixed type: a bare 0.5 would be DECIMAL in Spark and lose digits in division."""
    kind = {bool: "boolean", int: "int64", float: "float64"}.get(type(content), "string")
    return ibis.literal(content, type=kind)


@ibis.udf.scalar.builtin(name=EPOCH_MICROS)
def micros(moment: dt.Timestamp(timezone="UTC")) -> int:  # type: ignore[valid-type, empty-body]
    """Microseconds since 1970 of a time; each dialect's own function; a cast through the zone costs 20 times it."""


@ibis.udf.scalar.builtin(name=DATE_OF_DAY)
def date_of(day: dt.int32) -> dt.date:
    """The date of a day since 1970; a date and an interval would make a time, whose year costs three times as much."""


def seconds(moment: Any) -> Any:
    """Return whole seconds since 1970 of a time; the fraction is cut so that all engines agree."""
    return floor_divide(micros(moment), 1_000_000)


def floor_divide(number: Any, by: int) -> Any:
    """Return the whole quotient, rounded down, of whole numbers below 2^53."""
    return (number / literal(by)).floor().cast("int64")


def _test(tree: Node, columns: Mapping[str, ir.Value]) -> Any:
    if isinstance(tree, Within):
        return (columns[GAPS[tree.what]] <= literal(tree.seconds)).fill_null(False)
    left = value(tree.left, columns)  # type: ignore[union-attr]
    if isinstance(tree, IsNull):
        return left.notnull() if tree.negated else left.isnull()
    if isinstance(tree, In):
        found = _among(left, [item.value for item in tree.values])
        return ~found if tree.negated else found
    assert isinstance(tree, Compare)
    return _compare(tree.op, left, value(tree.right, columns))


def _among(left: Any, values: Sequence[Any]) -> Any:
    # A list of texts stays a list, of which a slot may stand for any number.
    if left.type().is_string():
        return left.isin([str(value) for value in values])
    return reduce(lambda a, b: a | b, [_compare("=", left, literal(value)) for value in values])


def _compare(op: str, left: Any, right: Any) -> Any:
    if left.type().is_string() and right.type().is_numeric():
        right = ibis.literal(str(right.op().value))
    return _OPERATORS[op](left, right)


def _sum(tree: Sum, columns: Mapping[str, ir.Value]) -> Any:
    left, right = value(tree.left, columns), value(tree.right, columns)
    if not left.type().is_timestamp():
        return left + right if tree.op == "+" else left - right
    if right.type().is_timestamp():
        return seconds(left) - seconds(right)
    interval = right.cast("int64").as_interval("s")
    return left + interval if tree.op == "+" else left - interval
