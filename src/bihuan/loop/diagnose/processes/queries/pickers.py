"""What the filters of a page over the log offer, for this room and those above it."""

from __future__ import annotations

from typing import Any

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.loop.evaluate.indicators.queries import choices
from bihuan.loop.evaluate.indicators.queries.words import dimension_labels

from ..contracts import CLOCKS, FILTERS, OFFERED, State
from ..rights import VIEW
from .address import board_of


def pickers_of(user: User, state: State) -> dict[str, Any]:
    """Return the choices of each filter and of the clock, each value only when the person's scope has facts of it."""
    scope, labels, board = scope_of(user, VIEW), dimension_labels(), board_of(state)
    return {
        "pickers": [(name, labels[name], choices.values(name, board, scope))
                    for name in FILTERS if (name in OFFERED or state.chosen(name)) and name not in scope.masked],
        "clocks": [choices.Choice(code, label, code == state.clock) for code, label in CLOCKS.items()],
        "clock_name": CLOCKS[state.clock],
    }
