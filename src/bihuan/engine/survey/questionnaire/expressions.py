"""What conditions over answers mean, how they are written, and what they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from .conditions import ALONE, All, Condition, Not, Test, Value, parse


def unparse(condition: Condition) -> str:
    """Write a condition so that ``parse`` gives it back.

    >>> unparse(parse("{q1}='a' && ({q2} empty || {q3}>2.0)"))
    "{q1} = 'a' and ({q2} empty or {q3} > 2)"
    """
    if isinstance(condition, Test):
        rest = "" if condition.value is None else f" {_written(condition.value)}"
        return f"{{{condition.name}}} {condition.operator}{rest}"
    if isinstance(condition, Not):
        return f"not {_closed(condition.part)}" if not isinstance(condition.part, Test) else (
            f"not ({unparse(condition.part)})")
    word = " and " if isinstance(condition, All) else " or "
    return word.join(_closed(part) for part in condition.parts)


def normal(text: str) -> str:
    """Return a condition as this product writes it.

    >>> normal('{a}==1&&{b}!="x"')
    "{a} = 1 and {b} <> 'x'"
    """
    return unparse(parse(text))


def names_in(text: str) -> tuple[str, ...]:
    """Return the names a condition speaks of, each once, in order."""
    return tuple(dict.fromkeys(test.name for test in tests_of(parse(text)))) if text else ()


def tests_of(condition: Condition) -> Iterator[Test]:
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests_of(condition.part)
    else:
        for part in condition.parts:
            yield from tests_of(part)


def renamed(text: str, old: str, new: str) -> str:
    """Return a condition with an item's new name; rows of a matrix (``old.row``) go with it."""
    return unparse(_renamed(parse(text), old, new)) if text else text


def flat(text: str) -> tuple[str, tuple[Test, ...]] | None:
    """Return ("all" or "any", tests) of a condition that a plain list can show; None for a nested one.

    >>> flat("{a} = 1 or {b} empty")[0]
    'any'
    """
    condition = parse(text)
    if isinstance(condition, Test):
        return "all", (condition,)
    if isinstance(condition, Not):
        return None
    tests = tuple(part for part in condition.parts if isinstance(part, Test))
    if len(tests) < len(condition.parts):
        return None
    return ("all" if isinstance(condition, All) else "any"), tests


def holds(text: str, answers: Mapping[str, Any], variables: Mapping[str, Any] | None = None) -> bool:
    """Return whether a condition holds; an empty one does.

    >>> holds("{q1} <= 2", {"q1": 2}), holds("{q1} <= 2", {}), holds("{q1} <> 2", {})
    (True, False, True)
    """
    return not text.strip() or _holds(parse(text), answers, variables or {})


def _holds(condition: Condition, answers: Mapping[str, Any], variables: Mapping[str, Any]) -> bool:
    if isinstance(condition, Test):
        return _compared(_value_of(condition.name, answers, variables), condition.operator, condition.value)
    if isinstance(condition, Not):
        return not _holds(condition.part, answers, variables)
    found = (_holds(part, answers, variables) for part in condition.parts)
    return all(found) if isinstance(condition, All) else any(found)


def _value_of(name: str, answers: Mapping[str, Any], variables: Mapping[str, Any]) -> Any:
    if name in answers:
        return answers[name]
    if "." in name:
        item, _, row = name.partition(".")
        whole = answers.get(item)
        if isinstance(whole, Mapping):
            return whole.get(row)
    return variables.get(name)


def _compared(left: Any, operator: str, right: Value | None) -> bool:
    empty = left is None or left == "" or left == [] or left == {} or left == ()
    if operator in ALONE:
        return empty == (operator == "empty")
    if operator in ("<>", "notcontains"):
        return empty or not _compared(left, {"<>": "=", "notcontains": "contains"}[operator], right)
    if empty or right is None:
        return False
    if operator == "=":
        return _equal(left, right)
    if operator in ("contains", "anyof"):
        return _contains(left, right, every=operator == "contains")
    one, other = _number(left), _number(right)
    if one is None or other is None:
        one, other = str(left), str(right)  # type: ignore[assignment]
    return bool({"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator])  # type: ignore[operator]


def _equal(left: Any, right: Value) -> bool:
    if isinstance(left, list | tuple) or isinstance(right, tuple):
        ones = list(left) if isinstance(left, list | tuple) else [left]
        others = list(right) if isinstance(right, tuple) else [right]
        return len(ones) == len(others) and all(any(_equal(one, other) for other in others) for one in ones)
    one, other = _number(left), _number(right)
    if one is not None and other is not None:
        return one == other
    return _word(left) == _word(right)


def _contains(left: Any, right: Value, *, every: bool) -> bool:
    wanted = list(right) if isinstance(right, tuple) else [right]
    if isinstance(left, list | tuple):
        found = [any(_equal(one, want) for one in left) for want in wanted]
    elif every and not isinstance(right, tuple):
        return _word(right) in _word(left)
    else:
        found = [_equal(left, want) for want in wanted]
    return all(found) if every else any(found)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value.strip()):
        return float(value)
    return None


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _closed(part: Condition) -> str:
    return unparse(part) if isinstance(part, Test | Not) else f"({unparse(part)})"


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format(Decimal(repr(value)).normalize(), "f")
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(one) for one in value) + "]"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _renamed(condition: Condition, old: str, new: str) -> Condition:
    if isinstance(condition, Test):
        if condition.name == old:
            return Test(new, condition.operator, condition.value)
        if condition.name.startswith(f"{old}."):
            return Test(new + condition.name[len(old):], condition.operator, condition.value)
        return condition
    if isinstance(condition, Not):
        return Not(_renamed(condition.part, old, new))
    return type(condition)(tuple(_renamed(part, old, new) for part in condition.parts))
