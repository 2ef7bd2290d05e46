"""Addresses of boards: one state, one address, so that a link shows another person the same question."""

from __future__ import annotations

from urllib.parse import urlencode

from ..contracts import BoardState

DEFAULT = BoardState()


def write_state(state: BoardState) -> str:
    """Return the query string of a state, defaults left out, always in the same order: one state, one address."""
    pairs: list[tuple[str, str]] = []
    if state.preset != DEFAULT.preset:
        pairs.append(("period", state.preset))
    pairs += [(key, day.isoformat()) for key, day in (("from", state.start), ("to", state.end)) if day]
    pairs += [
        (key, value)
        for key, value, usual in (
            ("grain", state.grain, DEFAULT.grain), ("by", state.by, ""), ("family", state.family, ""),
            ("compare", state.compare, DEFAULT.compare), ("other", state.other, ""),
        )
        if value != usual
    ]
    pairs += [("indicator", name) for name in state.indicators]
    pairs += [(dimension, value) for dimension, values in state.filters for value in values]
    if state.sort:
        pairs.append(("sort", state.sort))
    if state.page > 1:
        pairs.append(("page", str(state.page)))
    return urlencode(pairs)


def with_address(path: str, address: str) -> str:
    """Return a path with a query string, if there is one."""
    return f"{path}?{address}" if address else path


def without(state: BoardState, dimension: str, value: str) -> BoardState:
    """Return a state without one value of one filter."""
    left = ((name, tuple(one for one in values if (name, one) != (dimension, value))) for name, values in state.filters)
    return state.with_(filters=tuple((name, values) for name, values in left if values))


def only(state: BoardState, dimension: str, value: str) -> BoardState:
    """Return a state that keeps one value of a dimension and is no longer split by it."""
    name = "unit" if dimension in ("team", "centre", "vendor") else dimension
    others = tuple((kept, values) for kept, values in state.filters if kept != name)
    return state.with_(by="", sort="", filters=tuple(sorted((*others, (name, (value,))))))
