"""表1 客户服务质量评价表: blocks of the six indicators of the form, the computed ones filled in from facts.

A block is a customer, a unit or an agent. Of a single customer a rate is a count (2/3 次); its level would mean
nothing, so the level of the evaluated unit and period stands beside it and says so. Times are the customer's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..charts.wording import interval_text, value_text
from ..clock.zone import workspace_zone
from ..facts.privacy import load_rules
from ..facts.store import as_of, connect
from ..home import Home
from ..indicators.bands import target_for
from ..indicators.contracts import EVERYTHING, Query, Result, Scope
from ..indicators.errors import IndicatorError
from ..indicators.evaluate import evaluate
from ..indicators.passports import find, shipped
from ..indicators.periods import is_over
from ..indicators.targets import load_targets
from .frames import Frame, frame_of
from .table1_contracts import GROUPS, LINES, SUBJECTS, Block, Cell, Mark, Table1
from .veiling import veil
from .words import RUNNING, VALUES, Words, words_for

__all__ = ["COMPUTED", "CUSTOMERS", "GROUPS", "LINES", "SUBJECTS", "Block", "Cell", "Mark", "Table1", "build_table1",
           "is_running"]

CUSTOMERS = 20       # blocks when none are named: the customers with the most records
COMPUTED = tuple(indicator for _, indicator, _ in LINES if indicator)
EVERY_CASE = "contact_volume"


def build_table1(
    home: Home, query: Query, scope: Scope = EVERYTHING, *, subject: str = "customer",
    chosen: Sequence[str] | None = None, lang: str = "zh-hans",
) -> Table1:
    """Return the table of the ``chosen`` customers, units or agents.

    Without any: the CUSTOMERS customers with the most records in the period, or (units, agents) one block of all that
    the scope and the query's filter hold. A scope that masks ``customer`` cannot be asked for customers:
    IndicatorError ``field_masked``. Who is outside the scope has no numbers and is left out.
    """
    words, now, zone = words_for(lang), as_of(home), workspace_zone(home)
    frame = frame_of(replace(query, by=()), as_of=now, zone=zone)
    whole = {one.indicator: one for one in _ask(home, frame, scope)}
    if subject == "customer":
        blocks = _customers(home, frame, scope, chosen, whole, words)
    else:
        blocks = _others(home, frame, scope, subject, tuple(chosen or ()), whole, words)
    reached = now.astimezone(zone).date() if now else None
    running = words.say(RUNNING, day=reached) if reached and frame.end and not is_over(frame.end, reached) else ""
    dated = frame.end.isoformat() if frame.end else reached.isoformat() if reached else ""
    return Table1(
        period=frame.label + running, dated=dated, lang=words.lang, blocks=blocks, subject=subject,
        start=frame.start.isoformat() if frame.start else "", end=frame.end.isoformat() if frame.end else "",
        versions={one.indicator: one.version for one in whole.values()},
        standards=tuple(_standard(home, line, frame, words) for line in LINES),
    )


def is_running(table: Table1) -> bool:
    """Return whether a table was made before its period was over."""
    return words_for(table.lang).say(RUNNING).split("{day}")[0] in table.period


def _ask(home: Home, frame: Frame, scope: Scope, by: str = "", only: Sequence[str] = ()) -> list[Result]:
    """The computed indicators of the period, by one dimension and only for some of its values."""
    query = replace(frame.query, indicators=COMPUTED, by=(by,) if by else ())
    if only:
        listed = ", ".join(_quoted(value) for value in only)
        query = replace(query, where=" and ".join(filter(None, (query.where, f"{by} in ({listed})"))))
    return evaluate(home, query, scope)


def _quoted(text: str) -> str:
    """A text as the grammar writes it; it has two kinds of quotes and no escape."""
    for quote in ('"', "'"):
        if quote not in text:
            return f"{quote}{text}{quote}"
    raise IndicatorError("bad_group", text=text)


def _by_value(results: Iterable[Result], by: str) -> dict[str, dict[str, Result]]:
    """Return {value: {indicator: result}} of everybody who has something."""
    found: dict[str, dict[str, Result]] = {}
    for result in results:
        value = result.group[by]
        if value and (result.n > 0 or result.immature):
            found.setdefault(value, {})[result.indicator] = result
    return found


def _customers(
    home: Home, frame: Frame, scope: Scope, chosen: Sequence[str] | None, whole: Mapping[str, Result], words: Words,
) -> tuple[Block, ...]:
    named = list(chosen) if chosen else _busiest(home, frame, scope)
    found = _by_value(_ask(home, frame, scope, "customer", named), "customer") if named else {}
    told = _about(home, list(found))
    blocks = []
    for name in named:
        if name in found:
            tier, channels = told.get(name, ("", ()))
            shown = [words.say(VALUES["channel"].get(channel, channel)) for channel in channels]
            cells = [_customer_cell(found[name].get(indicator), whole.get(indicator), words, frame.label)
                     for _, indicator, _ in LINES]
            blocks.append(Block(veil(name, load_rules(home)), tier, words.list(shown), tuple(cells), key=name))
    return tuple(blocks)


def _busiest(home: Home, frame: Frame, scope: Scope) -> list[str]:
    """The customers with the most records in the period."""
    query = replace(frame.query, indicators=(EVERY_CASE,), by=("customer",))
    sizes = {one.group["customer"]: one.n for one in evaluate(home, query, scope) if one.group["customer"]}
    return sorted(sizes, key=lambda name: (-sizes[name], name))[:CUSTOMERS]


def _about(home: Home, customers: Iterable[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return {customer: (tier, channels)} as the records say; names and numbers of people are not read at all."""
    with connect(home) as connection:
        rows = connection.execute(
            "select customer, coalesce(max_by(tier, opened), ''), list_sort(list(distinct channel)) from fact_case "
            "where customer in (select unnest($1)) group by customer", [list(customers)],
        ).fetchall()
    return {customer: (tier, tuple(channel for channel in channels if channel)) for customer, tier, channels in rows}


def _others(
    home: Home, frame: Frame, scope: Scope, subject: str, chosen: Sequence[str], whole: Mapping[str, Result],
    words: Words,
) -> tuple[Block, ...]:
    """Blocks of units or agents, in the order they were chosen; one of everything when none is."""
    if not chosen:
        cells = tuple(_own_cell(whole.get(indicator), words) for _, indicator, _ in LINES)
        return (Block(words.say("全部"), "", "", cells),)
    names, kinds = _named(home, subject, chosen)
    found: dict[str, dict[str, Result]] = {}
    for kind in sorted(set(kinds.values())):
        asked = [code for code in chosen if kinds.get(code) == kind]
        found |= _by_value(_ask(home, frame, scope, kind, asked), kind)
    return tuple(
        Block(names.get(code, code), words.dimension(kinds[code]), "",
              tuple(_own_cell(found[code].get(indicator), words) for _, indicator, _ in LINES), key=code)
        for code in chosen if code in found
    )


def _named(home: Home, subject: str, codes: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return ({code: name}, {code: the dimension that holds it})."""
    with connect(home) as connection:
        if subject == "agent":
            # Not every source names its agents: a code is then all there is.
            named = connection.execute(
                "select id, name from agents where id in (select unnest($1)) and name is not null", [list(codes)])
            return dict(named.fetchall()), dict.fromkeys(codes, "agent")
        rows = connection.execute(
            "select id, coalesce(name, id), kind from units where id in (select unnest($1))", [list(codes)]).fetchall()
    return {code: name for code, name, _ in rows}, {code: kind for code, _, kind in rows}


def _standard(home: Home, line: tuple[str, str, str], frame: Frame, words: Words) -> str:
    """Return the standard as the form prints it, or the workspace's own bands where it changed them."""
    _, indicator, printed = line
    if not indicator:
        return words.say(printed)
    passport = find(home, indicator)
    bands = target_for(passport, load_targets(home), {}, frame.end).bands
    if bands == shipped()[indicator].bands:
        return words.say(printed)
    sign = {"least": "≥", "most": "≤"}
    edges = [f"{band.score} {sign[band.at]}{value_text(band.limit, passport.unit, words.labels)}" for band in bands]
    return "; ".join(sorted(edges))


def _empty(result: Result | None, words: Words) -> Cell:
    """Nothing, never a 0, where there is no such record; what is only waiting for its window is said."""
    immature = result.immature if result is not None else 0
    note = words.say("未满观察期 {n} 条", n=immature) if immature else ""
    return Cell(None, words.say("系统 —"), note, immature=immature,
                suppressed=bool(result is not None and result.suppressed))


def _own_cell(result: Result | None, words: Words) -> Cell:
    """The level of the block's own value, with its n, interval and the levels it cannot be told from."""
    if result is None or result.suppressed or result.n == 0:
        return _empty(result, words)
    value = value_text(result.value, result.unit, words.labels)
    limits = interval_text(result.low, result.high, result.unit, words.labels)
    note = words.say("{value}（n = {n}，95% 区间 {limits}）", value=value, n=f"{result.n:,}", limits=limits)
    return _cell(result, words.say("系统 {score}", score=result.band or "—"), _unsure(result, note, words))


def _customer_cell(result: Result | None, unit: Result | None, words: Words, period: str) -> Cell:
    """The computed side of a customer's cell: a time has its own level, a rate that of the evaluated unit."""
    if result is None or result.suppressed or result.n == 0:
        return _empty(result, words)
    if result.unit != "%":
        value = value_text(result.value, result.unit, words.labels)
        note = words.say("本客户 {value}（n = {n}）", value=value, n=result.n)
        return _cell(result, words.say("系统 {score}", score=result.band or "—"), _unsure(result, note, words))
    count = words.say("{met}/{n} 次", met=f"{result.numerator or 0:.0f}", n=result.n)
    if unit is None or unit.suppressed or unit.band is None:
        return replace(_cell(result, words.say("系统 —"), count), score=None, near=(), certain=None)
    note = words.say(
        "{count}；等级为评价单位 {period} 的等级：{value}（n = {n}）", count=count, period=period,
        value=value_text(unit.value, unit.unit, words.labels), n=f"{unit.n:,}")
    cell = _cell(unit, words.say("系统 {score}（单位）", score=unit.band), _unsure(unit, note, words))
    return replace(cell, of_unit=True, own_n=result.n, numerator=result.numerator, immature=result.immature)


def _unsure(result: Result, note: str, words: Words) -> str:
    others = [str(band) for band in result.bands_possible if band != result.band]
    if result.band is None or not others:
        return note
    return words.say("{note}；与 {bands} 档不可区分", note=note, bands=words.list(others))


def _cell(result: Result, text: str, note: str) -> Cell:
    return Cell(
        result.band, text, note, value=result.value, n=result.n, own_n=result.n, low=result.low, high=result.high,
        unit=result.unit, near=tuple(band for band in result.bands_possible if band != result.band),
        certain=result.band_certain, immature=result.immature, small=result.small, numerator=result.numerator)
