"""The list of surveys and waves: what counts, what does not, and how fresh it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bihuan.core.models import User
from bihuan.engine.survey import scores
from bihuan.engine.survey.groups import select
from bihuan.engine.survey.measures import rating
from bihuan.engine.survey.validity import count_reasons, is_valid, judge

from ..contracts import State, Wave, WaveLine
from ..rights import minimum_for, seen_by
from .lake import kept, load
from .words import reason_label, score_result


def wave_lines(user: User, waves: Sequence[Wave], state: State) -> list[WaveLine]:
    """Return the lines of some waves, their numbers kept to a scope where the address names one."""
    seen, minimum = seen_by(user), minimum_for(user)
    return [kept(("line", wave, seen, minimum, state), lambda wave=wave: _line(wave, seen, minimum, state))
            for wave in waves]


def _line(wave: Wave, seen, minimum: int, state: State) -> WaveLine:
    held = load(wave, seen, state.within)
    found = judge(held.responses, held.design)
    chosen = select(held.responses, held.design, state.filters, minimum=minimum)
    valid, design = chosen.responses, chosen.design
    weights = valid.weights if design.weighted else np.ones(len(valid))
    overall = scores.mean(rating(valid, design, design.overall), weights) if design.overall else None
    nps = scores.nps(valid.item(design.nps), weights) if design.nps else None
    return WaveLine(
        wave, int(is_valid(found).sum()),
        tuple((reason_label(code), count) for code, count in count_reasons(found).items()),
        None if chosen.withheld else score_result(overall, "mean"),
        None if chosen.withheld else score_result(nps, "nps"), chosen.withheld,
        len(valid) if state.filters and not chosen.withheld else None)
