"""What the address of an analysis keeps, read and written."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict

from ..contracts import State

FILTER = "f."


def read_state(given: QueryDict) -> State:
    """Return the state of an address; empty values are no choice."""
    filters = tuple((name.removeprefix(FILTER), tuple(sorted({value for value in given.getlist(name) if value})))
                    for name in sorted(given) if name.startswith(FILTER) and any(given.getlist(name)))
    return State(filters, given.get("by", ""), tuple(dict.fromkeys(given.getlist("wave"))))


def write_state(state: State, **more: str) -> str:
    """Return the address of a state; ``more`` stands at its end."""
    pairs = [(FILTER + name, value) for name, values in state.filters for value in values]
    pairs += [("by", state.by)] if state.by else []
    pairs += [("wave", wave) for wave in state.waves]
    return urlencode([*pairs, *more.items()])
