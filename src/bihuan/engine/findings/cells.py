"""Cells that are worse than the rest, by the looks of ``looks.toml``: the scan's own comparisons, corrected once more.

Each look is a scan with its own correction; that there are many looks is answered by dividing the level among them
(Bonferroni). What an equal mix of topics, channels and priorities explains is counted, not told.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ..indicators.contracts import EVERYTHING, Observation, Passport, Query, Scope
from ..indicators.errors import IndicatorError
from ..indicators.evaluate import Session, evaluate_on
from ..indicators.scan import scan_counted
from .contracts import ALPHA, Spotted, Tally

FILE = Path(__file__).with_name("looks.toml")
MOST_VALUES = 8                          # of the dimension that ``each`` opens: those with most rows


@dataclass(frozen=True)
class Look:
    indicator: str
    by: str
    matters: float
    filters: Mapping[str, str] = field(default_factory=dict)
    each: str = ""
    faster: bool = False

    def where(self) -> str | None:
        return " and ".join(f"{name} = {quoted(value)}" for name, value in self.filters.items()) or None


def quoted(text: str) -> str:
    """Return a text as the passport grammar writes it.

    >>> quoted("物流配送")
    "'物流配送'"
    """
    return f'"{text}"' if "'" in text else f"'{text}'"


@cache
def looks() -> tuple[Look, ...]:
    """Return the shipped looks."""
    return tuple(Look(**one) for one in _file()["look"])


@cache
def echoes() -> frozenset[str]:
    """Return the indicators that tell what another one tells already."""
    return frozenset(_file()["echoes"])


def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def worse_cells(session: Session, passports: Mapping[str, Passport], *, start: date, end: date,
                scope: Scope = EVERYTHING, among: tuple[Look, ...] | None = None) -> tuple[list[Spotted], Tally]:
    """Return the cells of a span that are worse than the rest by more than chance and by what matters.

    Each was picked from the cells of all looks: that many stand in ``selected_from``.
    """
    wanted = [look for look in (looks() if among is None else among) if look.indicator in passports]
    opened = [one for look in wanted for one in _opened(session, passports, look, start, end, scope)]
    found: list[Spotted] = []
    tally = Tally()
    for look in opened:
        passport = passports[look.indicator]
        query = Query((passport.name,), (), "all", start, end, look.where())
        told, cells = scan_counted(
            session, [passport], query, scope, dimensions=(look.by,), alpha=ALPHA / len(opened))
        tally += Tally(looked=cells)
        for seen in told:
            if seen.better is look.faster and abs(seen.effect) >= look.matters:
                if seen.explained_by_mix:
                    tally += Tally(undecided=1)
                else:
                    found.append(_spotted(seen, look, passport, len(opened), start, end, session))
    return [replace(one, selected_from=tally.looked) for one in found], replace(tally, found=len(found))


def _opened(session: Session, passports: Mapping[str, Passport], look: Look, start: date, end: date, scope: Scope
            ) -> list[Look]:
    """Return a look once for each value it is opened by; nothing when the facts lack what it asks for."""
    query = Query((look.indicator,), (look.each or look.by,), "all", start, end, look.where())
    try:
        results = [one for one in evaluate_on(session, [passports[look.indicator]], query, scope) if one.n]
    except IndicatorError:
        return []
    if not look.each:
        return [look] if len(results) > 1 else []
    values = [(one.n, str(one.group[look.each])) for one in results if one.group[look.each] is not None]
    return [replace(look, each="", filters={**look.filters, look.each: value})
            for _n, value in sorted(values, reverse=True)[:MOST_VALUES]]


def _spotted(seen: Observation, look: Look, passport: Passport, opened: int, start: date, end: date,
             session: Session) -> Spotted:
    measure = {"%": "short_of_usual", "s": "seconds_over_usual"}.get(passport.unit, "points_short")
    value, rest = float(seen.value or 0), float(seen.rest or 0)
    return Spotted(
        "worse_cell", passport.name, passport.version, passport.definition_hash, passport.unit, passport.direction,
        f"{start:%Y-%m}–{end:%Y-%m}", start, end, value, seen.n, seen.value_low, seen.value_high,
        min(1.0, seen.p * opened), opened, "against_rest", {look.by: str(seen.group)}, dict(look.filters), usual=rest,
        size=abs(seen.effect) * seen.n, size_measure=measure,
        as_of=reached.isoformat() if (reached := session.reached(passport)) else "",
        difference=(seen.effect, seen.low, seen.high),
        more={"rest_n": seen.n_rest, "adjusted": seen.adjusted_effect, "mix": list(seen.mix)})
