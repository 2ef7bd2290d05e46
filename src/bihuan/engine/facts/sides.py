"""Columns that part the records (answered or not), and what stands in them on no side."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .lake import literal
from .mapping import Choice

Sides = dict[str, list[tuple[str, ...]]]


def sides_of(conditions: Iterable[Choice], typed: Collection[str]) -> Sides:
    """Return {column: its sides, each the words that say it}; only columns whose words stand on one side each.

    >>> sides_of([Choice("接听", ("是", "Y")), Choice("接听", ("否", "N")), Choice("状态", ("关闭",))], ())
    {'接听': [('是', 'Y'), ('否', 'N')]}
    """
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for choice in conditions:
        if not choice.negated and choice.column not in typed:
            found.setdefault(choice.column, {})[choice.values] = None
    return {column: list(sides) for column, sides in found.items()
            if len(sides) > 1 and not set.intersection(*map(_words, sides))}


def stray(text: str, sides: list[tuple[str, ...]], decided: Iterable[str]) -> str:
    """SQL: the text where it stands on no side and nobody decided what it means, else NULL."""
    known = {*decided, *(word for side in sides for word in _words(side))}
    return f"CASE WHEN lower({text}) NOT IN ({', '.join(map(literal, sorted(known)))}) THEN {text} END"


def _words(side: tuple[str, ...]) -> set[str]:
    return {word.lower() for word in side}
