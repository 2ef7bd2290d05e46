"""The address of a process page: read, refused where a number would be wrong, written always in the same order."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.engine.process.picture import MOST_ARROWS
from bihuan.loop.evaluate.indicators.contracts import BoardState, Span

from ..contracts import ARROWS, CLOCKS, FILTERS, State

# Whole weeks on each side, so that weekdays face weekdays; fewer than two do not show how weeks differ.
WEEK, LEAST, LONGEST = 7, 14, 91
DAYS = (("from", "start"), ("to", "end"), ("vs_from", "before_start"), ("vs_to", "before_end"),
        ("change", "change"))


def read_state(params: QueryDict) -> tuple[State, list[str]]:
    """Return the state of an address and what is wrong with it; with problems nothing may be computed."""
    problems: list[str] = []
    days = {field: _day(params.get(key, ""), problems) for key, field in DAYS}
    for start, end in (("start", "end"), ("before_start", "before_end")):
        if days[start] and days[end] and days[start] > days[end]:
            problems.append(_("开始日期晚于结束日期：请对调后再试。"))
    clock = params.get("clock", "") or "wall"
    if clock not in CLOCKS:
        problems.append(_("计时方式“{clock}”无法识别：请选择自然时间或工作时间。").format(clock=clock))
    filters = ((name, tuple(sorted({value for value in params.getlist(name) if value}))) for name in FILTERS)
    text = params.get("arrows", "")
    arrows = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else ARROWS
    return State(filters=tuple((name, values) for name, values in filters if values),
                 variant=params.get("variant", "")[:12], clock=clock if clock in CLOCKS else "wall",
                 arrows=max(1, min(arrows, MOST_ARROWS)), **days), problems


def write_state(state: State, *, to: str = "", **more: str | list[str]) -> str:
    """Return ``to`` with the address of a state, defaults left out; ``more`` stands at its end."""
    pairs = [(key, day.isoformat()) for key, field in DAYS if (day := getattr(state, field))]
    pairs += [(name, value) for name, values in state.filters for value in values]
    pairs += [("variant", state.variant)] if state.variant else []
    pairs += [("clock", state.clock)] if state.clock != "wall" else []
    pairs += [("arrows", str(state.arrows))] if state.arrows != ARROWS else []
    for key, value in more.items():
        pairs += [(key, one) for one in ([value] if isinstance(value, str) else value)]
    query = urlencode(pairs)
    return f"{to}?{query}" if query else to


def around(day: date, last: date, until: date | None = None) -> State | None:
    """Return the state that sets the whole weeks since ``day`` beside as many before it; None below two weeks.

    ``last`` is the last day of the data, ``until`` the day from which something newer held. A quarter on each side is
    enough. Another season, or whatever else changed with the day, is not kept out.
    """
    known = (last - day).days + 1 if until is None else min((last - day).days + 1, (until - day).days)
    days = min(known, LONGEST) // WEEK * WEEK
    if days < LEAST:
        return None
    return State(day, day + timedelta(days=days - 1), day - timedelta(days=days), day - timedelta(days=1), day)


def comparable_on(day: date, until: date | None = None) -> date | None:
    """Return the day that the data must reach before ``day`` can be compared; None where ``until`` came too early."""
    ready = day + timedelta(days=LEAST - 1)
    return None if until is not None and until <= ready else ready


def board_of(state: State) -> BoardState:
    """Return the same filters as a board's, for its pickers and its language."""
    return BoardState(preset="all", filters=state.filters)


def span_of(state: State) -> Span:
    return Span(state.start, state.end)


def span_before(state: State) -> Span:
    return Span(state.before_start, state.before_end)


def _day(text: str, problems: list[str]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        problems.append(_("日期 {value} 无法识别：请写成 2026-03-31 的形式。").format(value=text))
        return None
