"""Checks a tree against the fields of a table: every mistake of a definition is found before any query runs."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import pyarrow as pa

from ..facts.grains import GRAINS
from .errors import IndicatorError
from .grammar import Both, Compare, In, IsNull, Literal, Name, Node, Not, Sum, Within, parse

KIND_WORDS = {
    "text": ("文本", "text"), "number": ("数字", "a number"), "time": ("时间", "a time"),
    "flag": ("是/否", "a condition"), "duration": ("时长", "a duration"),
}
# Which gap each form of "within" reads.
GAPS = {"repeat": "next_contact_s", "complaint": "next_complaint_s", "any": "next_any_contact_s"}


def kind_of(kind: pa.DataType) -> str:
    """Return text, flag, time or number for an Arrow type."""
    if pa.types.is_boolean(kind):
        return "flag"
    if pa.types.is_timestamp(kind):
        return "time"
    return "text" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else "number"


def grain_kinds(grain: str) -> dict[str, str]:
    """Return {field: kind} of a grain, as passport expressions see it."""
    return {field.name: kind_of(field.type) for field in GRAINS[grain]}


def check_condition(text: str, kinds: Mapping[str, str]) -> Node:
    """Return the tree of ``text`` when it is a condition over these fields, else raise."""
    tree = parse(text)
    _need_flag(tree, kinds)
    return tree


def check_number(text: str, kinds: Mapping[str, str]) -> Node:
    """Return the tree of ``text`` when it gives a number or seconds over these fields, else raise."""
    tree = parse(text)
    kind = _kind(tree, kinds)
    if kind not in ("number", "duration"):
        zh, en = KIND_WORDS[kind]
        raise IndicatorError("not_a_value", text=text, wanted="a number", wanted_zh="数字", kind=en, kind_zh=zh)
    return tree


def fields_of(tree: Node) -> set[str]:
    """Return the names a tree reads; bare words to the right of a comparison are counted as possible names."""
    if isinstance(tree, Name):
        return {tree.name}
    if isinstance(tree, Within):
        return {GAPS[tree.what]}
    if isinstance(tree, Literal):
        return set()
    parts = [tree.inner] if isinstance(tree, Not) else [tree.left]
    if isinstance(tree, (Compare, Both, Sum)):
        parts.append(tree.right)
    return set().union(*(fields_of(part) for part in parts))


def comparisons(tree: Node) -> list[Compare]:
    """Return the comparisons of a tree."""
    if isinstance(tree, Compare):
        return [tree, *comparisons(tree.left), *comparisons(tree.right)]
    if isinstance(tree, Not):
        return comparisons(tree.inner)
    if isinstance(tree, (Both, Sum)):
        return [*comparisons(tree.left), *comparisons(tree.right)]
    return comparisons(tree.left) if isinstance(tree, (In, IsNull)) else []


def resolve(tree: Node, kinds: Mapping[str, str]) -> Node:
    """Return a bare word as the text it stands for, every other node as it is."""
    if isinstance(tree, Name) and tree.bare and tree.name not in kinds:
        return Literal(tree.name, "text", tree.at)
    return tree


def _kind(tree: Node, kinds: Mapping[str, str]) -> str:
    tree = resolve(tree, kinds)
    if isinstance(tree, Literal):
        return tree.kind
    if isinstance(tree, Name):
        return _field_kind(tree.name, tree.at, kinds)
    if isinstance(tree, Sum):
        return _sum_kind(tree, kinds)
    _check_test(tree, kinds)
    return "flag"


def _check_test(tree: Node, kinds: Mapping[str, str]) -> None:
    if isinstance(tree, Both):
        _need_flag(tree.left, kinds)
        _need_flag(tree.right, kinds)
    elif isinstance(tree, Not):
        _need_flag(tree.inner, kinds)
    elif isinstance(tree, Within):
        _field_kind(GAPS[tree.what], tree.at, kinds)
    elif isinstance(tree, IsNull):
        _kind(tree.left, kinds)
    elif isinstance(tree, In):
        left = _kind(tree.left, kinds)
        for value in tree.values:
            _same(left, value, value.kind, "in", value.at)
    elif isinstance(tree, Compare):
        _same(_kind(tree.left, kinds), tree.right, _kind(tree.right, kinds), tree.op, tree.at)


def _need_flag(tree: Node, kinds: Mapping[str, str]) -> None:
    kind = _kind(tree, kinds)
    if kind != "flag":
        zh, en = KIND_WORDS[kind]
        name = tree.name if isinstance(tree, Name) else "…"
        raise IndicatorError("not_a_condition", position=tree.at, kind=en, kind_zh=zh, name=name)


def _field_kind(name: str, at: int, kinds: Mapping[str, str]) -> str:
    if name in kinds:
        return kinds[name]
    near = difflib.get_close_matches(name, kinds, n=1)
    raise IndicatorError(
        "unknown_field", position=at, name=name, fields=", ".join(sorted(kinds)),
        advice=f"Did you mean {near[0]}? " if near else "", advice_zh=f"是否想写 {near[0]}？" if near else "",
    )


def _sum_kind(tree: Sum, kinds: Mapping[str, str]) -> str:
    left, right = _kind(tree.left, kinds), _kind(tree.right, kinds)
    numbers = ("number", "duration")
    if left in numbers and right in numbers:
        return "number"
    if left == "time" and right in numbers:
        return "time"
    if left == "time" and right == "time" and tree.op == "-":
        return "number"
    raise _clash(left, right, tree.op, tree.at)


def _same(left: str, right: Node, right_kind: str, op: str, at: int) -> None:
    number = ("number", "duration")
    if left == right_kind or (left in number and right_kind in number):
        if left == "flag" and op not in ("=", "!=", "in"):
            raise _clash(left, right_kind, op, at)
        return
    # Codes such as priority 1 are text in the tables; a number there means its digits.
    if left == "text" and isinstance(right, Literal) and right.kind == "number" and op in ("=", "!=", "in"):
        return
    raise _clash(left, right_kind, op, at)


def _clash(left: str, right: str, op: str, at: int) -> IndicatorError:
    advice_zh, advice = "", ""
    if "time" in (left, right):
        advice_zh = "时间只能与时间比较，例如 closed_at <= opened + 7d；按日期筛选请用周期或起止日期。"
        advice = "A time compares with a time, as in closed_at <= opened + 7d; filter dates by period or from/to."
    return IndicatorError(
        "kinds_differ", position=at, op=op, left=KIND_WORDS[left][1], right=KIND_WORDS[right][1],
        left_zh=KIND_WORDS[left][0], right_zh=KIND_WORDS[right][0], advice=advice, advice_zh=advice_zh,
    )
