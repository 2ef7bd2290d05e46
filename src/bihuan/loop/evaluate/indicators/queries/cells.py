"""One result of the engine as a cell that can be printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bihuan.engine import stats
from bihuan.engine.indicators.bands import against_target
from bihuan.engine.indicators.contracts import Passport, Result
from bihuan.ui import formats

from ..contracts import Cell, Change, Line, TargetView
from .comparison import difference, verdict_of
from .words import change_labels, near_text, target_labels

ALPHA = 0.05
SIGNS = {"up": "≥", "down": "≤", "none": "="}


def cell_of(
    passport: Passport, result: Result | None, *, other: Result | None = None, url: str = "",
    trend: tuple[float | None, ...] = (), trend_label: str = "", unripe: bool = False,
) -> Cell:
    """Return a result with its band in words, its change against ``other`` and its standing against its target.

    ``unripe``: its rows had no time yet to become what those of ``other`` had.
    """
    if result is None:
        return Cell(trend=trend, trend_label=trend_label)
    hidden = result.suppressed or result.value is None
    return Cell(
        result=result,
        url="" if result.suppressed else url,
        band_label="" if hidden or result.band is None else formats.band_labels()[result.band],
        near="" if hidden else near_text(result),
        change=None if hidden or other is None else change_of(passport, result, other, unripe=unripe),
        target=None if result.suppressed else target_of(passport, result),
        trend=trend,
        trend_label=trend_label,
    )


def counts_open_work(passport: Passport) -> bool:
    """Return whether the value of a period goes on growing as its open work is done: a closure rate does."""
    return passport.open_cases == "counted" and not passport.snapshot


def change_of(passport: Passport, new: Result, old: Result, *, unripe: bool = False) -> Change | None:
    """Return the change from ``old`` to ``new``; None when a side has no value or interval or may not be shown.

    A side below the passport's minimum n leaves it unclear; one that is not done yet is not compared.
    """
    found = None if old.suppressed or new.suppressed else difference(new, old)
    if found is None:
        return None
    gap, low, high = found
    verdict = "unclear" if new.small or old.small else verdict_of(low, high, passport.direction)
    p = float(stats.interval_p(gap, low, high))
    if unripe:
        verdict, p = "unripe", float("nan")
    return Change(
        verdict=verdict,
        label=change_labels()[verdict],
        text=formats.signed(gap, passport.unit),
        interval=formats.from_to(formats.signed(low, passport.unit), formats.signed(high, passport.unit)),
        other=old,
        p=p,
        q=p,
    )


def corrected(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return lines whose changes are corrected together (Benjamini-Hochberg): only q < .05 is called a change."""
    told = list(lines)
    changes = [cell.change for line in told for cell in line.cells
               if cell.change and cell.change.verdict != "unripe"]
    found = iter(stats.benjamini_hochberg([change.p for change in changes]))
    return tuple(replace(line, cells=tuple(_judged(cell, found) for cell in line.cells)) for line in told)


def _judged(cell: Cell, found: Iterator[float]) -> Cell:
    if cell.change is None or cell.change.verdict == "unripe":
        return cell
    change = replace(cell.change, q=float(next(found)))
    if change.q >= ALPHA:
        change = replace(change, verdict="unclear", label=change_labels()["unclear"])
    return replace(cell, change=change)


def target_of(passport: Passport, result: Result) -> TargetView | None:
    """Return a value's standing against the target valid for its group and period; None without either."""
    verdict = against_target(result, result.target, passport.direction)
    if verdict is None or result.target is None:
        return None
    text = f"{SIGNS[passport.direction]} {formats.figure(result.target, passport.unit)}"
    return TargetView(verdict=verdict, label=target_labels()[verdict], text=text)
