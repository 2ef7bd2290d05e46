"""What two questions together would give away: a filter or a range of days that differs from another by few rows.

Asked only where a workspace withholds small groups. Each cell is compared with the cells of wider questions (the filter
without some of its parts), its listed values are counted one by one, and the edges of its days are looked at: ranges
that begin and end with a month (a week, for weeks) are everybody's; any other may differ from those, and from its
neighbours, only by nothing or by enough rows. Filters finer than that can be judged are refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from typing import Any

from .contracts import DIMENSIONS, Passport, Query, Result
from .errors import IndicatorError
from .grammar import Both, Compare, In, IsNull, Literal, Name, Node, Not, parse
from .periods import Span, bounds, key_of, label, span_of
from .suppression import Cell, cell_of

MOST_PARTS = 4
Ask = Callable[[Query, Sequence[Passport]], list[Result]]


@dataclass
class Near:
    """``wider``: rows of each cell in wider questions; ``gaps``: how many rows a cell differs by from others."""

    wider: list[Mapping[Cell, int]] = field(default_factory=list)
    gaps: dict[Cell, set[int]] = field(default_factory=lambda: defaultdict(set))

    def gives_away(self, result: Result, minimum: int) -> bool:
        """Whether a result differs from that of another question by fewer rows than may be shown."""
        cell = cell_of(result)
        found = {counts.get(cell, 0) - result.n for counts in self.wider} | self.gaps.get(cell, set())
        return any(0 < gap < minimum for gap in found)


def near(query: Query, passports: Sequence[Passport], ask: Ask) -> Near:
    """Return what the results of a question have to be compared with; ``ask`` answers without withholding anything.

    Raises "filter_too_fine" for a filter that says more than which values of dimensions are meant.
    """
    found = Near()
    parts = _parts(parse(query.where)) if query.where else []
    if len(parts) > MOST_PARTS or not all(map(_is_coarse, parts)):
        raise IndicatorError("filter_too_fine", most=MOST_PARTS)
    for kept in _subsets(parts):
        wider = replace(query, where=_text(kept))
        found.wider.append({cell_of(one): one.n for one in ask(wider, passports)})
    for place, part in enumerate(parts):
        rest = [*parts[:place], *parts[place + 1:]]
        for dimension, values in _listed(part).items():
            if dimension not in query.by:
                _count_values(found, replace(query, where=_text(rest)), passports, ask, dimension, values)
    _look_at_edges(found, query, [one for one in passports if not one.snapshot], ask)
    return found


def _subsets(parts: list[Node]) -> Iterator[list[Node]]:
    for size in range(len(parts)):
        yield from map(list, combinations(parts, size))


def _count_values(found: Near, query: Query, passports: Sequence[Passport], ask: Ask, dimension: str,
                  values: set[str]) -> None:
    """Two lists that differ by one value differ by the rows of that value."""
    for one in ask(replace(query, by=(*query.by, dimension)), passports):
        if one.group[dimension] in values:
            group = {name: value for name, value in one.group.items() if name != dimension}
            found.gaps[cell_of(replace(one, group=group))].add(one.n)


def _look_at_edges(found: Near, query: Query, passports: Sequence[Passport], ask: Ask) -> None:
    span = span_of(query.period, query.start, query.end)
    if span.kind == "day" or not passports:
        return
    for edge, is_end in ((span.start, False), (span.end, True)):
        if edge is None:
            continue
        kind = span.kind if span.kind == "week" else "month"
        first, last = bounds(kind, key_of(kind, edge))
        if edge == (last if is_end else first):
            continue
        days = ask(replace(query, period="day", start=first, end=last), passports)
        by_cell: dict[Cell, dict[date, int]] = defaultdict(dict)
        for one in days:
            cell = cell_of(replace(one, period=_period(span, edge)))
            by_cell[cell][date.fromisoformat(one.period)] = one.n
        for cell, counts in by_cell.items():
            found.gaps[cell] |= _gaps(counts, span, edge, is_end=is_end)


def _gaps(days: Mapping[date, int], span: Span, edge: date, *, is_end: bool) -> set[int]:
    """The rows between an edge and the end of its month, and those of the last day inside; nothing beyond: no gaps."""
    beyond = sum(n for day, n in days.items() if (day > edge if is_end else day < edge))
    inside = [day for day, n in days.items() if n and (day <= edge if is_end else day >= edge)
              and (span.start or day) <= day <= (span.end or day)]
    if not beyond:
        return set()
    return {beyond, days[max(inside) if is_end else min(inside)]} if inside else {beyond}


def _period(span: Span, edge: date) -> str:
    return span.label or label(span.kind, key_of(span.kind, edge))


def _parts(tree: Node) -> list[Node]:
    """What has to hold at once."""
    return [*_parts(tree.left), *_parts(tree.right)] if isinstance(tree, Both) and tree.op == "and" else [tree]


def _is_coarse(tree: Node) -> bool:
    """Whether a condition only says which values of dimensions are meant."""
    if isinstance(tree, Both):
        return _is_coarse(tree.left) and _is_coarse(tree.right)
    if isinstance(tree, Not):
        return _is_coarse(tree.inner)
    if isinstance(tree, Compare):
        return tree.op in ("=", "!=") and _is_dimension(tree.left) and _value(tree.right) is not None
    return isinstance(tree, (In, IsNull)) and _is_dimension(tree.left)


def _is_dimension(tree: Node) -> bool:
    return isinstance(tree, Name) and not tree.bare and tree.name in DIMENSIONS


def _value(tree: Node) -> Any:
    """The fixed value of the right side, a bare word included; None for a field."""
    if isinstance(tree, Literal):
        return tree.value
    return tree.name if isinstance(tree, Name) and tree.bare and tree.name not in DIMENSIONS else None


def _listed(tree: Node) -> dict[str, set[str]]:
    """{dimension: values} that a part lists beside others; a single value is the cell itself, and needs no count."""
    found: dict[str, set[str]] = defaultdict(set)
    _collect(tree, found)
    return dict(found) if sum(map(len, found.values())) > 1 else {}


def _collect(tree: Node, found: dict[str, set[str]]) -> None:
    if isinstance(tree, Both):
        _collect(tree.left, found)
        _collect(tree.right, found)
    elif isinstance(tree, Not):
        _collect(tree.inner, found)
    elif isinstance(tree, Compare) and isinstance(tree.left, Name):
        found[tree.left.name].add(str(_value(tree.right)))
    elif isinstance(tree, In) and isinstance(tree.left, Name):
        found[tree.left.name] |= {str(one.value) for one in tree.values}


def _text(parts: Sequence[Node]) -> str | None:
    return " and ".join(f"({_written(part)})" for part in parts) or None


def _written(tree: Node) -> str:
    """A coarse condition in the words of the language."""
    if isinstance(tree, Both):
        return f"({_written(tree.left)}) {tree.op} ({_written(tree.right)})"
    if isinstance(tree, Not):
        return f"not ({_written(tree.inner)})"
    name = tree.left.name  # type: ignore[union-attr]
    if isinstance(tree, IsNull):
        return f"{name} is {'not ' if tree.negated else ''}null"
    if isinstance(tree, In):
        listed = ", ".join(_quoted(one.value) for one in tree.values)
        return f"{name} {'not ' if tree.negated else ''}in ({listed})"
    assert isinstance(tree, Compare)
    return f"{name} {tree.op} {_quoted(_value(tree.right))}"


def _quoted(value: Any) -> str:
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    # A text of the language holds one kind of quotes at most.
    return f"'{value}'" if '"' in value else f'"{value}"'
