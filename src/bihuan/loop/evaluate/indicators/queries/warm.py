"""What a web process does before its first question: the compiler alone takes seconds to load."""

from __future__ import annotations

import logging
from dataclasses import replace

from bihuan.core import workspace
from bihuan.core.rights import PERSONAL_COLUMNS
from bihuan.engine.indicators.contracts import EVERYTHING, Scope

from ..contracts import BoardState
from . import engine
from .choices import pickers
from .families import is_shown
from .periods import so_far, span_of, trend_span
from .scoping import query_of

log = logging.getLogger(__name__)


def widest_scope() -> Scope:
    """Return the scope of those who see all units and reveal nobody: theirs are the questions asked most."""
    return replace(EVERYTHING, masked=PERSONAL_COLUMNS, minimum_n=workspace.facts().minimum_n)


def load_compiler() -> None:
    """Load what a question of a new shape needs: half a second that nobody should wait for."""
    from bihuan.engine.indicators import measures  # noqa: F401


def warm_up() -> int:
    """Open the facts and ask what the plain board asks, so that nobody waits for it; return the results found.

    A workspace that cannot answer yet is no reason not to serve: its pages say what is wrong with it.
    """
    state = BoardState()
    try:
        scope = widest_scope()
        today = engine.today()
        names = [name for name, passport in engine.passports().items()
                 if is_shown(passport, state.family, state.indicators)]
        span = so_far(span_of(state, today), today)
        pickers(state, scope)
        found = engine.ask(query_of(state, span, names), scope)
        engine.ask(query_of(state, trend_span(span, state.grain, today), names, period=state.grain), scope)
    except Exception:  # whatever it is, the pages will say it to those who ask
        log.exception("The facts could not be opened before the first question.")
        return 0
    return len(found)
