"""One result of the engine as a cell that can be printed."""

from __future__ import annotations

from bihuan.engine.indicators.contracts import Passport, Result
from bihuan.ui import formats

from ..contracts import Cell, Change, TargetView
from .comparison import against_target, difference, verdict_of
from .words import change_labels, near_text, signed, target_labels

SIGNS = {"up": "≥", "down": "≤", "none": "="}


def cell_of(
    passport: Passport, result: Result | None, *, other: Result | None = None, url: str = "",
    trend: tuple[float | None, ...] = (), trend_label: str = "",
) -> Cell:
    """Return a result with its band in words, its change against ``other`` and its standing against its target."""
    if result is None:
        return Cell(trend=trend, trend_label=trend_label)
    hidden = result.suppressed or result.value is None
    return Cell(
        result=result,
        url="" if result.suppressed else url,
        band_label="" if hidden or result.band is None else formats.band_labels()[result.band],
        near="" if hidden else near_text(result),
        change=None if hidden or other is None else change_of(passport, result, other),
        target=None if result.suppressed else target_of(passport, result),
        trend=trend,
        trend_label=trend_label,
    )


def change_of(passport: Passport, new: Result, old: Result) -> Change | None:
    """Return the change from ``old`` to ``new``; None when a side has no value or may not be shown."""
    found = None if old.suppressed or new.suppressed else difference(new, old)
    if found is None:
        return None
    gap, low, high = found
    verdict = verdict_of(low, high, passport.direction)
    return Change(
        verdict=verdict,
        label=change_labels()[verdict],
        text=signed(gap, passport.unit),
        interval=formats.from_to(signed(low, passport.unit), signed(high, passport.unit)),
        other=old,
    )


def target_of(passport: Passport, result: Result) -> TargetView | None:
    """Return a value's standing against the target valid for its group and period; None without either."""
    verdict = against_target(result, result.target, passport.direction)
    if verdict is None or result.target is None:
        return None
    text = f"{SIGNS[passport.direction]} {formats.figure(result.target, passport.unit)}"
    return TargetView(verdict=verdict, label=target_labels()[verdict], text=text)
