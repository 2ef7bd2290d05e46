"""表1 客户服务质量评价表: one block a customer, the six indicators of the form, the computed ones filled in.

Of a single customer a rate is a count (2/3 次); its level would mean nothing, so the level of the evaluated unit and
period stands beside it and says so. Times are the customer's own, with their own level.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..charts.wording import value_text
from ..clock.zone import workspace_zone
from ..facts.store import as_of, connect
from ..home import Home
from ..indicators.bands import target_for
from ..indicators.contracts import EVERYTHING, Query, Result, Scope
from ..indicators.evaluate import evaluate
from ..indicators.passports import find, shipped
from ..indicators.targets import load_targets
from .frames import Frame, frame_of
from .words import VALUES, Words, words_for

MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
ID_CARD = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
MAIL = re.compile(r"([^\s@])[^\s@]*@([^\s@]+\.[^\s@]+)")
CUSTOMERS = 20       # blocks when none are named: the customers with the most records
# The six rows of the form: title, computed indicator (empty: scored by people), and the standard as printed.
LINES = (
    ("电话接通时长", "pickup", "1 >3分钟; 2 2-3分钟; 3 1-2分钟; 4 30秒-1分钟; 5 ≤30秒"),
    ("在线响应时长", "online_first_response", "1 >5分钟; 2 3-5分钟; 3 1-3分钟; 4 30秒-1分钟; 5 ≤30秒"),
    ("一次性解决率", "fcr", "1 <60%; 2 60-70%; 3 70-80%; 4 80-90%; 5 ≥90%"),
    ("问题跟进闭环率", "closure_rate", "1 未闭环; 2 50%; 3 80%; 4 95%; 5 100%"),
    ("礼貌用语使用", "", "1 无; 2 偶尔; 3 基本使用; 4 频繁; 5 全程规范且自然"),
    ("主动询问需求", "", "1 未询问; 2 被动回答; 3 简单询问; 4 详细询问; 5 挖掘潜在需求并主动提供帮助"),
)
COMPUTED = tuple(indicator for _, indicator, _ in LINES if indicator)
GROUPS = (("一级 响应速度", 2), ("二级 问题解决能力", 2), ("三级 服务态度", 2))


@dataclass(frozen=True)
class Cell:
    """The computed side of one score: the level or None, and the words that stand in the cell and beside it."""

    score: int | None
    text: str
    note: str


@dataclass(frozen=True)
class Block:
    """One evaluated customer: number, type, channels, and a cell for each of the six lines."""

    customer: str
    kind: str
    channels: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table1:
    """The whole table, before it is written."""

    period: str
    dated: str
    lang: str
    blocks: tuple[Block, ...]
    versions: dict[str, str]             # indicator -> version of its definition
    standards: tuple[str, ...]           # one a line: the bands in force, in the form's words where they are its own


def write_table1(
    home: Home, query: Query, scope: Scope, path: str | os.PathLike[str], *, customers: Sequence[str] | None = None,
    lang: str = "zh-hans",
) -> Path:
    """Write 表1 of the query's period as Excel and return the path; see ``build_table1`` for what is in it."""
    from .table1_sheet import write_sheet

    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.stem}.{os.getpid()}.xlsx")
    try:
        write_sheet(build_table1(home, query, scope, customers=customers, lang=lang), draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def build_table1(
    home: Home, query: Query, scope: Scope = EVERYTHING, *, customers: Sequence[str] | None = None,
    lang: str = "zh-hans",
) -> Table1:
    """Return the table of ``customers``, else of the CUSTOMERS with the most records in the period.

    A scope that masks ``customer`` cannot be asked for customers: IndicatorError ``field_masked``. Customers outside
    the scope have no numbers and are left out.
    """
    words, now, zone = words_for(lang), as_of(home), workspace_zone(home)
    frame = frame_of(replace(query, by=()), as_of=now, zone=zone)
    units = {one.indicator: one for one in evaluate(home, replace(frame.query, indicators=COMPUTED), scope)}
    found = _of_customers(home, frame, scope)
    chosen = [name for name in customers if name in found] if customers else _largest(found)
    told = _about(home, chosen)
    dated = frame.end.isoformat() if frame.end else now.astimezone(zone).date().isoformat() if now else ""
    return Table1(
        period=frame.label, dated=dated, lang=words.lang,
        blocks=tuple(_block(name, found[name], units, told.get(name, ("", ())), words, frame.label) for name in chosen),
        versions={one.indicator: one.version for one in units.values()},
        standards=tuple(_standard(home, line, frame, words) for line in LINES),
    )


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


def mask_number(customer: str) -> str:
    """Return a customer number in full, unless it is itself a mobile number, an ID-card number or a mail address.

    >>> mask_number("C-10293"), mask_number("13812345678"), mask_number("li@example.com")
    ('C-10293', '138****5678', 'l***@example.com')
    """
    masked = ID_CARD.sub(lambda found: found[0][:3] + "*" * 11 + found[0][-4:], customer)
    masked = MOBILE.sub(lambda found: found[0][:3] + "****" + found[0][-4:], masked)
    return MAIL.sub(r"\1***@\2", masked)


def _of_customers(home: Home, frame: Frame, scope: Scope) -> dict[str, dict[str, Result]]:
    """Return {customer: {indicator: result}} of everybody in the period."""
    found: dict[str, dict[str, Result]] = {}
    for result in evaluate(home, replace(frame.query, indicators=COMPUTED, by=("customer",)), scope):
        customer = result.group["customer"]
        if customer and (result.n > 0 or result.immature):
            found.setdefault(customer, {})[result.indicator] = result
    return found


def _largest(found: Mapping[str, Mapping[str, Result]]) -> list[str]:
    sizes = {name: max(result.n for result in results.values()) for name, results in found.items()}
    return sorted(sizes, key=lambda name: (-sizes[name], name))[:CUSTOMERS]


def _about(home: Home, customers: Iterable[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return {customer: (tier, channels)} as the records say; names and numbers of people are not read at all."""
    with connect(home) as connection:
        rows = connection.execute(
            "select customer, coalesce(max_by(tier, opened), ''), list_sort(list(distinct channel)) from fact_case "
            "where customer in (select unnest($1)) group by customer", [list(customers)],
        ).fetchall()
    return {customer: (tier, tuple(channel for channel in channels if channel)) for customer, tier, channels in rows}


def _block(
    customer: str, results: Mapping[str, Result], units: Mapping[str, Result], about: tuple[str, tuple[str, ...]],
    words: Words, period: str,
) -> Block:
    tier, channels = about
    named = [words.say(VALUES["channel"].get(channel, channel)) for channel in channels]
    cells = tuple(_cell(results.get(indicator), units.get(indicator), words, period) for _, indicator, _ in LINES)
    return Block(mask_number(customer), tier, words.list(named), cells)


def _cell(result: Result | None, unit: Result | None, words: Words, period: str) -> Cell:
    """Return the computed side of a cell: nothing (never a 0) where the customer has no such record."""
    if result is None or result.suppressed or result.n == 0:
        waiting = words.say("未满观察期 {n} 条", n=result.immature) if result is not None and result.immature else ""
        return Cell(None, words.say("系统 —"), waiting)
    if result.unit != "%":
        value = value_text(result.value, result.unit, words.labels)
        return Cell(result.band, words.say("系统 {score}", score=result.band or "—"),
                    words.say("本客户 {value}（n = {n}）", value=value, n=result.n))
    count = words.say("{met}/{n} 次", met=f"{result.numerator or 0:.0f}", n=result.n)
    if unit is None or unit.suppressed or unit.band is None:
        return Cell(None, words.say("系统 —"), count)
    whole = words.say(
        "{count}；等级为评价单位 {period} 的等级：{value}（n = {n}）", count=count, period=period,
        value=value_text(unit.value, unit.unit, words.labels), n=f"{unit.n:,}")
    return Cell(unit.band, words.say("系统 {score}（单位）", score=unit.band), whole)
