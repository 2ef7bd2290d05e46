"""What a web process does before its first question: the compiler alone takes seconds to load."""

from __future__ import annotations

import logging
from dataclasses import replace

from bihuan.core import workspace
from bihuan.core.rights import PERSONAL_COLUMNS
from bihuan.engine.indicators.contracts import EVERYTHING

from ..contracts import BoardState
from . import engine
from .choices import pickers
from .families import is_shown
from .periods import so_far, span_of, trend_span
from .scoping import query_of

log = logging.getLogger(__name__)


def warm_up() -> int:
    """Open the facts and ask what the plain board asks, so that nobody waits for it; return the results found.

    A workspace that cannot answer yet is no reason not to serve: its pages say what is wrong with it.
    """
    state = BoardState()
    # What those see who see all units and reveal nobody: the question asked most.
    scope = replace(EVERYTHING, masked=PERSONAL_COLUMNS, minimum_n=workspace.facts().minimum_n)
    try:
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
