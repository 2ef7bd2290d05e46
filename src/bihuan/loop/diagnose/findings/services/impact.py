"""How often a finding's problem happens and what it does: measured in its place, against the whole."""

from __future__ import annotations

from datetime import date
from typing import Any

from bihuan.engine.findings.impact import Told
from bihuan.engine.indicators.contracts import EVERYTHING, Query, Result
from bihuan.loop.evaluate.indicators.queries import engine

from ..contracts import ASKED, UNFIT, impact, missed, per_month
from ..models import Finding
from ..queries.money import money_of


def measure_impacts() -> int:
    """Measure every open finding of an indicator anew; returns how many."""
    rows = [row for row in Finding.objects.exclude(state__in=("settled", "dismissed")).exclude(indicator="")
            if row.start and row.end]
    whole: dict[tuple[date, date], dict[str, Told]] = {}
    for row in rows:
        row.impacts = impacts_of(row.where, row.start, row.end) | money_of(row.where, row.start, row.end, whole)
        for name, fields in UNFIT.items():
            if fields & set(row.group):
                row.impacts.pop(name, None)
        row.frequency = per_month(missed(row.n, row.value, row.unit, row.direction), row.start, row.end)
        row.save(update_fields=["impacts", "frequency"])
    return len(rows)


def impacts_of(where: str, start: date, end: date) -> dict[str, dict[str, Any]]:
    """Return each indicator with its value in the place and in the whole; left out where the rows lack it."""
    there = _asked(where or None, start, end)
    whole = _asked(None, start, end)
    return {name: impact(there[name].value, whole[name].value, there[name].n, small=there[name].small,
                         low=there[name].low, high=there[name].high)
            for name in ASKED if name in there and name in whole and there[name].value is not None}


def _asked(where: str | None, start: date, end: date) -> dict[str, Result]:
    names = tuple(name for name in ASKED if name in engine.passports())
    return {one.indicator: one for one in engine.ask(Query(names, (), "all", start, end, where), EVERYTHING)}
