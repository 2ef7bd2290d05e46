"""Benchmarks in lists and beside one's own numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.engine.benchmarks.contracts import HIGHEST_EPSILON, LEAST_COMPANIES, Benchmark, Cell, Mismatch, Pool, Raw
from bihuan.engine.benchmarks.files import KINDS, from_bytes, spent
from bihuan.engine.benchmarks.places import interval, place
from bihuan.engine.benchmarks.pooling import pool
from bihuan.engine.indicators.contracts import EVERYTHING, Passport, Query, Result, Scope
from bihuan.engine.indicators.periods import bounds, label, latest_over, parse_label
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.verify.verdicts.queries.words import change_text
from bihuan.ui import formats

from .contracts import PART_WORDS, PLACE_WORDS, POOL_WORDS, REASONS
from .models import BenchmarkFile
from .rights import board_scope

QUARTERS = 8
MOST_POOLED = 200           # files that are read for it


@dataclass(frozen=True)
class PlaceLine:
    """One's own number beside one company's, in words."""

    indicator: str
    title: str
    own: str
    own_interval: str
    own_n: int
    other: str
    other_interval: str
    other_n: int
    difference: str
    interval: str
    word: str
    label: Any


@dataclass(frozen=True)
class PoolLine:
    """One's own number beside several companies', in words; ``rank`` is where it lies among them."""

    indicator: str
    title: str
    own: str
    own_interval: str
    own_n: int
    industry: str
    industry_interval: str
    difference: str
    interval: str
    label: Any
    rank: str


@dataclass(frozen=True)
class Pooled:
    """An industry's quarter of which several companies gave their files; ``names`` are those that did."""

    industry: Any
    period: str
    first: str
    last: str
    names: list[str]
    lines: list[PoolLine]


@dataclass(frozen=True)
class FilePlaces:
    """A file with the places in it; ``without`` names what cannot be compared here, for want of own numbers."""

    file: BenchmarkFile
    first: str
    last: str
    lines: list[PlaceLine]
    without: list[str]


def files(kind: str = "") -> QuerySet[BenchmarkFile]:
    """Return the files on record, newest first, without what they hold."""
    found = BenchmarkFile.objects.select_related("by").defer("content")
    return found.filter(kind=kind) if kind else found


def told(file: BenchmarkFile) -> Benchmark:
    """Return what a file says."""
    return from_bytes(file.content.encode(), str(file))


def periods() -> list[str]:
    """Return the quarters that can be told of: whole ones, the newest first."""
    last = latest_over("quarter", engine.today())
    return [label("quarter", last - back) for back in range(QUARTERS)]


def offered() -> list[tuple[str, str]]:
    """Return the indicators that can be told at all: shares and NPS."""
    return [(name, in_language(one.title)) for name, one in engine.passports().items() if one.aggregation in KINDS]


def raws(names: Sequence[str], period: str) -> list[Raw]:
    """Return the company's own numbers of a period with the records of each unit."""
    whole = {one.indicator: one for one in _ask(names, period, EVERYTHING)}
    units: dict[str, list[int]] = {}
    for one in _ask(names, period, EVERYTHING, by=("unit",)):
        if one.group.get("unit"):
            units.setdefault(one.indicator, []).append(one.n)
    return [Raw(name, whole[name].value if name in whole else None, whole[name].n if name in whole else 0,
                tuple(units.get(name, ()))) for name in names]


def given(period: str) -> dict[tuple[str, str], Cell]:
    """Return the cells that were told of a period before, by indicator and definition."""
    rows = BenchmarkFile.objects.filter(kind=BenchmarkFile.Kind.MADE, period=period).order_by("-pk")
    return {(cell.indicator, cell.definition_hash): cell for row in rows for cell in told(row).cells}


def left_of(period: str) -> float:
    """Return what of the privacy budget of a period is left for numbers that were not told yet."""
    return max(HIGHEST_EPSILON - spent(given(period)), 0.0)


def places(user: User, listed: Iterable[BenchmarkFile]) -> list[FilePlaces]:
    """Return one's own place in some files: own numbers are those that the person may see."""
    scope, passports, found = board_scope(user), engine.passports(), []
    for file in listed:
        benchmark = told(file)
        same = {cell.indicator: cell for cell in benchmark.cells if cell.indicator in passports
                and passports[cell.indicator].definition_hash == cell.definition_hash}
        own = {one.indicator: one for one in _ask(list(same), file.period, scope)} if same else {}
        lines = [_line(own[name], cell, passports[name]) for name, cell in same.items() if name in own]
        kept = [line for line in lines if line is not None]
        shown = {line.indicator for line in kept}
        first, last = span(file.period)
        found.append(FilePlaces(file, first.isoformat(), last.isoformat(), kept, [
            in_language(passports[cell.indicator].title) if cell.indicator in passports else cell.indicator
            for cell in benchmark.cells if cell.indicator not in shown]))
    return found


def pools(user: User) -> list[Pooled]:
    """Return one's own place among several companies, an industry and a quarter each, the newest quarter first.

    Of a company that gave several files of a quarter the newest counts.
    """
    newest: dict[tuple[str, str], dict[str, BenchmarkFile]] = {}
    for file in BenchmarkFile.objects.filter(kind=BenchmarkFile.Kind.TAKEN).order_by("-pk")[:MOST_POOLED]:
        newest.setdefault((file.period, file.industry), {}).setdefault(file.issuer, file)
    scope = board_scope(user)
    found = [_pooled(period, given_by, scope) for (period, _industry), given_by in newest.items()
             if len(given_by) >= LEAST_COMPANIES]
    return sorted((one for one in found if one.lines), key=lambda one: one.period, reverse=True)


def _pooled(period: str, given_by: dict[str, BenchmarkFile], scope: Scope) -> Pooled:
    passports, first_file = engine.passports(), next(iter(given_by.values()))
    cells: dict[str, list[Cell]] = {}
    for file in given_by.values():
        for cell in told(file).cells:
            if cell.indicator in passports and passports[cell.indicator].definition_hash == cell.definition_hash:
                cells.setdefault(cell.indicator, []).append(cell)
    names = [name for name, given in cells.items() if len(given) >= LEAST_COMPANIES]
    lines = [line for own in (_ask(names, period, scope) if names else ())
             if (line := _pool_line(own, cells[own.indicator], passports[own.indicator])) is not None]
    first, last = span(period)
    return Pooled(first_file.get_industry_display(), period, first.isoformat(), last.isoformat(), sorted(given_by),
                  lines)


def _pool_line(own: Result, cells: list[Cell], passport: Passport) -> PoolLine | None:
    kind, unit = cells[0].kind, _unit(cells[0].kind)
    found = pool(_told_value(own, kind), own.n, cells, passport.direction)
    if found is None:
        return None

    def shown(value: float) -> float | None:
        return _shown(value, kind)

    return PoolLine(
        passport.name, in_language(passport.title), formats.figure(own.value, unit),
        formats.interval(own.low, own.high, unit), own.n, formats.figure(shown(found.value), unit),
        formats.interval(shown(found.low), shown(found.high), unit),
        change_text(shown(found.difference), unit),
        f"{change_text(shown(found.difference_low), unit)} – {change_text(shown(found.difference_high), unit)}",
        POOL_WORDS[found.word], _rank(found))


def _rank(found: Pool) -> str:
    """The rank among the companies and oneself: those that cannot be told apart leave it open."""
    best, worst, of = found.behind + 1, found.companies - found.ahead + 1, found.companies + 1
    words = _("第 %(best)d 名，共 %(of)d 家") if best == worst else _("第 %(best)d–%(worst)d 名之间，共 %(of)d 家")
    return words % {"best": best, "worst": worst, "of": of}


def cells_of(benchmark: Benchmark) -> list[tuple[str, str, str, Cell]]:
    """Return the cells of a file with title, value and interval in words."""
    passports = engine.passports()
    return [(in_language(passports[one.indicator].title) if one.indicator in passports else one.indicator,
             formats.figure(_shown(one.value, one.kind), _unit(one.kind)), _interval(one), one)
            for one in benchmark.cells]


def mismatch_words(found: Mismatch) -> str:
    """Return an indicator whose definition differs, and in what, as the page says it."""
    passport = engine.passports().get(found.indicator)
    title = in_language(passport.title) if passport else found.indicator
    parts = _("、").join(str(PART_WORDS.get(one, one)) for one in found.parts)
    return _("{title}（{parts}）").format(title=title, parts=parts)


def withheld_of(benchmark: Benchmark) -> list[tuple[str, Any]]:
    passports = engine.passports()
    return [(in_language(passports[one.indicator].title) if one.indicator in passports else one.indicator,
             REASONS.get(one.reason, one.reason)) for one in benchmark.withheld]


def _ask(names: Sequence[str], period: str, scope: Scope, by: tuple[str, ...] = ()) -> list[Result]:
    first, last = span(period)
    return engine.ask(Query(tuple(names), by, "all", first, last), scope)


def span(period: str) -> tuple[date, date]:
    """Return the first and last day of a period such as 2026-Q3; raises for what is none."""
    return bounds(*parse_label(period))


def _line(own: Result, cell: Cell, passport: Passport) -> PlaceLine | None:
    found = place(_told_value(own, cell.kind), own.n, cell, passport.direction)
    if found is None:
        return None
    unit = _unit(cell.kind)
    return PlaceLine(
        passport.name, in_language(passport.title), formats.figure(own.value, unit),
        formats.interval(own.low, own.high, unit), own.n,
        formats.figure(_shown(found.other, cell.kind), unit), _interval(cell), found.other_n,
        change_text(_shown(found.difference, cell.kind), unit),
        f"{change_text(_shown(found.low, cell.kind), unit)} – {change_text(_shown(found.high, cell.kind), unit)}",
        found.word, PLACE_WORDS[found.word])


def _interval(cell: Cell) -> str:
    low, high = interval(cell)
    return formats.interval(_shown(low, cell.kind), _shown(high, cell.kind), _unit(cell.kind))


def _told_value(own: Result, kind: str) -> float | None:
    """One's own value as files have it: shares, and NPS between -1 and 1; None where it may not be shown."""
    if own.value is None or own.suppressed:
        return None
    return own.value / 100 if kind == "nps" else own.value


def _unit(kind: str) -> str:
    return "points" if kind == "nps" else "%"


def _shown(value: float | None, kind: str) -> float | None:
    return None if value is None else value * 100 if kind == "nps" else value
