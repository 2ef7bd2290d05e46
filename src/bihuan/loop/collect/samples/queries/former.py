"""Whom the wave before asked: what the forms of the next one begin with, its days moved on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bihuan.engine.survey.sampling.contracts import FrameRule, rule_of
from bihuan.loop.collect.surveys.queries import wave_info

from ..models import Draw, Frame


def former_rule(wave: int, latest: date) -> FrameRule | None:
    """Return the rule of the wave before with its days moved on, ``latest`` the last day of the data; None for none."""
    info = wave_info(wave)
    if info is None or not info.previous_code:
        return None
    frame = Frame.objects.filter(wave__code=info.previous_code, state=Frame.State.READY).first()
    if frame is None:
        return None
    rule = rule_of(frame.rule)
    start, end = moved(rule.start, rule.end, latest)
    return FrameRule(**{**vars(rule), "start": start, "end": end})


def initial_of(rule: FrameRule) -> dict[str, Any]:
    """Return what a frame's form begins with for a rule; the scope is told by its key, not by its name."""
    told: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value
                            for name, value in vars(rule).items() if name != "scope"}
    return told | {"complained": {True: "yes", False: "no"}.get(rule.complained, ""),
                   "spend_cuts": ", ".join(f"{cut:g}" for cut in rule.spend_cuts)}


def former_plan(frame: Frame) -> Mapping[str, Any] | None:
    """Return what the plan's form begins with: as the wave before was drawn; None for none.

    What the new frame cannot be divided by is left out, and so are numbers typed for strata: they were of that frame.
    """
    info = wave_info(frame.wave_id)
    drawn = Draw.objects.filter(wave__code=info.previous_code, state=Draw.State.DRAWN).first() \
        if info is not None and info.previous_code else None
    if drawn is None:
        return None
    ticks = {name: "on" for name in ("key_apart", "silent_apart") if getattr(drawn, name)}
    return {"by": [name for name in drawn.by if len(frame.counts.get(name, {})) > 1], **ticks,
            "method": drawn.method, "total": drawn.total, "minimum": drawn.minimum,
            "rate": "" if drawn.expected_rate is None else f"{100 * drawn.expected_rate:g}"}


def moved(start: date, end: date, latest: date) -> tuple[date, date]:
    """Return the days that follow: the newest such period that is over, of whole months; else as many days to the end.

    >>> moved(date(2026, 1, 1), date(2026, 3, 31), date(2026, 7, 9))
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    >>> moved(date(2026, 1, 5), date(2026, 2, 3), date(2026, 7, 9))
    (datetime.date(2026, 6, 10), datetime.date(2026, 7, 9))
    """
    day = timedelta(days=1)
    if start.day != 1 or (end + day).day != 1:
        return latest - (end - start), latest
    months = 12 * (end.year - start.year) + end.month - start.month + 1
    start, end = end + day, _first(end + day, months) - day
    while _first(end + day, months) - day <= latest:
        start, end = end + day, _first(end + day, months) - day
    return start, end


def _first(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    return date(start.year + year, month + 1, 1)
