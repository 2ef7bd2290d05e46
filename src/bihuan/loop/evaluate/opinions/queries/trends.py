"""Waves of one survey joined over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from bihuan.core.languages import beside
from bihuan.core.models import User
from bihuan.engine import stats
from bihuan.engine.survey.contracts import Design
from bihuan.engine.survey.groups import Line, select, trend
from bihuan.engine.survey.seen import Seen

from ..contracts import State, TrendRow, Wave
from .lake import load, waves
from .words import UNITS, measure_label, score_result

MOST, ALPHA = 8, 0.05
NEVER = datetime.min.replace(tzinfo=UTC)


def waves_joined(user: User, wave: Wave, state: State) -> tuple[Wave, ...]:
    """Return the waves shown with one, oldest first: those the address names, else those of its family."""
    known = waves(user)
    chosen = [one for one in known if one.code in state.waves] if state.waves else \
        [one for one in known if one.family == wave.family]
    chosen = chosen if wave in chosen else [*chosen, wave]
    return tuple(sorted(chosen, key=lambda one: (one.last or NEVER, one.code))[-MOST:])


def trend_of(joined: tuple[Wave, ...], seen: Seen, minimum: int, state: State,
             ) -> tuple[tuple[TrendRow, ...], list[Line]]:
    """Return the waves as table and as lines; nothing for a single wave. Waves too small are gaps.

    The waves keep to the scope of ``state``; groups chosen in one wave may not be those of another.
    """
    if len(joined) < 2:
        return (), []
    read, scope = [], tuple(pair for pair in state.filters if pair[0] == "@within")
    for wave in joined:
        held = load(wave, seen, state.within)
        chosen = select(held.responses, held.design, scope, minimum=minimum)
        if not chosen.withheld:
            read.append((wave.code, chosen.responses, chosen.design))
    lines = trend(read)
    newest, surely = load(joined[-1], seen).design, sure_changes(lines)
    return tuple(_row(line, [wave.code for wave in joined], newest, surely) for line in lines), lines


def sure_changes(lines: Sequence[Line]) -> frozenset[tuple[str, str]]:
    """Return (line, wave) of the changes that stand after Benjamini-Hochberg over all lines and waves together."""
    told = [(line.name, point.wave, point) for line in lines for point in line.points if point.change is not None]
    p = [float(stats.interval_p(point.change, point.change_low, point.change_high)) for _, _, point in told]
    return frozenset((name, wave) for (name, wave, _), q in zip(told, stats.benjamini_hochberg(p)) if q < ALPHA)


def _row(line: Line, codes: list[str], design: Design, surely: frozenset[tuple[str, str]]) -> TrendRow:
    points = {point.wave: point for point in line.points}
    cells = []
    for code in codes:
        point = points.get(code)
        words, sure = "", False
        if point is not None and point.change is not None and point.change_low is not None \
                and point.change_high is not None:
            words = _change(point.change, point.change_low, point.change_high, UNITS[line.kind])
            sure = (line.name, code) in surely
        cells.append((score_result(point.score, line.kind) if point else None, words, sure))
    named = _("、").join(measure_label(item, design) for item in line.items)
    note = _("只用各次都问过的题：{items}。").format(items=named) if line.left_out else ""
    return TrendRow(measure_label(line.name, design), tuple(cells), note)


def _change(change: float, low: float, high: float, unit: str) -> str:
    factor = 100 if unit == "%" else 1
    digits = 1 if unit in ("%", "points") else 2
    # Adding 0 makes the -0 of rounding a 0.
    parts = [f"{round(part * factor, digits) + 0:+.{digits}f}" for part in (change, low, high)]
    return beside(parts[0], f"{parts[1]} – {parts[2]}")
