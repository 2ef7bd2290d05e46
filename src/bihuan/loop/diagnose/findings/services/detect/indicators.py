"""Signs from the indicators: the engine's search, in the words and addresses of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from bihuan.core import workspace
from bihuan.engine.findings.contracts import Spotted, Tally
from bihuan.engine.findings.search import search
from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.engine.indicators.targets import load_targets
from bihuan.loop.evaluate.indicators.contracts import FILTERS
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.scoping import quoted
from bihuan.loop.evaluate.indicators.queries.session import held

from ...contracts import Sign
from ...queries.words import is_faster, title_of

UNIT_DIMENSIONS = ("team", "vendor", "centre")
NUMBERS = ("hour", "weekday")            # dimensions that the grammar reads as numbers
DIFFERENCE = ("difference", "difference_low", "difference_high")


def indicator_signs(today: date) -> Iterator[tuple[str, list[Sign], Tally]]:
    """Yield the steps of the engine's search over the whole workspace: (step, signs, what was looked at)."""
    home = workspace.home()
    passports = engine.passports()
    if "contact_volume" not in passports:
        return
    with held.on(home) as session:
        stages = list(search(session, passports, load_targets(home), today=today))
    for stage in stages:
        yield stage.step, [sign_of(one) for one in stage.found], stage.tally


def sign_of(one: Spotted) -> Sign:
    """Return a spotted problem as a sign of its finding."""
    unit = next((one.place[name] for name in UNIT_DIMENSIONS if name in one.place), "")
    return Sign(
        key=key_of(one.kind, one.indicator, one.place), kind=one.kind,
        title=title_of(one.kind, one.indicator, one.place, faster=is_faster(one)), period=one.period,
        start=one.start, end=one.end, **dict(zip(DIFFERENCE, one.difference or ())),
        value=one.value, n=one.n, low=one.low, high=one.high, unit=one.unit, direction=one.direction,
        indicator=one.indicator, indicator_version=one.version, definition_hash=one.definition_hash,
        where=where_of(one.place), group=one.place, unit_code=unit, target=one.target, usual=one.usual, q=one.q,
        selected_from=one.selected_from, size=one.size, size_measure=one.size_measure, method=one.method,
        as_of=one.as_of, evidence=evidence_of(one.indicator, one.place, one.start, one.end), suggested_unit=unit)


def key_of(kind: str, indicator: str, place: dict[str, Any]) -> str:
    """Return what makes two signs the same problem: source, indicator and place, never the numbers."""
    return ":".join((kind, indicator, ";".join(f"{name}={place[name]}" for name in sorted(place))))[:400]


def where_of(place: dict[str, str]) -> str:
    """Return the place in the grammar of ``--where``."""
    return " and ".join(f"{name} = {value if name in NUMBERS else quoted(value)}" for name, value in place.items())


def evidence_of(indicator: str, place: dict[str, str], start: date | None, end: date | None) -> str:
    """Return the address of the rows behind the number: the same rows, so that they add up to its n."""
    pairs = [("period", "custom"), ("from", str(start)), ("to", str(end))] if start and end else [("period", "all")]
    for name, value in place.items():
        if name in UNIT_DIMENSIONS:
            pairs.append(("unit", value))
        elif name in FILTERS:
            pairs.append((name, value))
        else:
            pairs.append(("group", f"{name}={value}"))
    return f"{reverse('indicators:rows', args=[indicator])}?{urlencode(pairs)}"


def busiest_team(sign: Sign) -> str:
    """Return the team that most of a sign's rows belong to: whom to ask first; empty where no team is known."""
    if not sign.indicator or sign.start is None:
        return ""
    found = engine.ask(Query((sign.indicator,), ("team",), "all", sign.start, sign.end, sign.where or None), EVERYTHING)
    rows = [(one.n, str(one.group["team"])) for one in found if one.group["team"] is not None]
    return max(rows)[1] if rows else ""
