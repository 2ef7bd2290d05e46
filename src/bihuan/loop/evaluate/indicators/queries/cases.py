"""One case: what happened, how its time was counted, and which indicators it counts in."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import languages, workspace
from bihuan.core.colleagues import OTHERS, named_to, others_label
from bihuan.core.privacy.queries.texts import TEXTS, shown_rows
from bihuan.engine.facts.few import few
from bihuan.engine.facts.schema import NOT_DONE
from bihuan.engine.indicators.contracts import Result, Scope
from bihuan.engine.indicators.rows import MASK
from bihuan.ui import formats

from . import engine
from .names import agent_names, group_label, names_of
from .unnamed import leave_names_out
from .words import dimension_labels, in_language

SHOWN = ("external_id", "source", "customer", "channel", "kind", "topic", "product", "region", "tier", "priority",
         "unit", "agent", "status")
MOMENTS = ("opened", "promised", "first_response_at", "resolved_at", "closed_at")


@dataclass(frozen=True)
class Happening:
    """One line of a case's timeline: an event or a message."""

    at: datetime
    what: str
    who: str
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Stretch:
    """One segment of a clock, with its place on a strip 1000 wide."""

    start: datetime
    end: datetime
    seconds: int
    duration: str
    state: str
    state_label: str
    cause: str
    rule: str
    x: float
    width: float


@dataclass(frozen=True)
class Clock:
    """One clock of a case: its segments add up to ``elapsed`` to the second."""

    name: str
    title: str
    stretches: tuple[Stretch, ...]
    totals: tuple[tuple[str, str, int, str], ...]    # state, label, seconds, duration
    elapsed: int
    elapsed_text: str
    running_text: str
    target_text: str
    due: datetime | None
    met: bool | None


@dataclass(frozen=True)
class Counted:
    """An indicator this case counts in, and as what."""

    title: str
    name: str
    mark: str
    value: Result
    said: str = ""                                   # of a rate one case has no share: it counts or it does not


@dataclass(frozen=True)
class CasePage:
    """Everything the page of one case shows; texts are masked unless ``revealed``."""

    id: str
    customer: str
    facts: tuple[tuple[str, str], ...]
    moments: tuple[tuple[str, datetime], ...]
    timeline: tuple[Happening, ...]
    answers: tuple[tuple[str, str, str, datetime], ...]
    clocks: tuple[Clock, ...]
    counted: tuple[Counted, ...]
    revealed: bool


def counted_in(case: str, scope: Scope) -> list[Result]:
    """Return the results of every case-based indicator over this one case, as far as the scope contains it."""
    names = tuple(name for name, passport in engine.passports().items()
                  if passport.grain == "case" and not passport.denominator_grain and not passport.snapshot)
    # A single case is below every minimum; who may open its page sees it whole.
    found = engine.ask_of_case(case, names, replace(scope, minimum_n=0))
    return [result for result in found if result.n or result.immature]


def case_page(case: str, scope: Scope, *, revealed: bool) -> CasePage | None:
    """Return a case's page, None when it is not there or outside the scope: the two must look alike."""
    results = counted_in(case, scope)
    if not results:
        return None
    from bihuan.engine.facts.store import connect

    with connect(workspace.home()) as con:
        rows = {table: _records(con, table, column, case) for table, column in
                (("cases", "id"), ("events", "case"), ("messages", "case"), ("answers", "case"))}
    if not rows["cases"]:
        return None
    leave_names_out(rows, named_to(scope))
    customer = rows["cases"][0]["customer"]
    found = {table: _without(scope.masked, table, shown_rows(
        table, records, case=case, customer=customer, revealed=revealed)) for table, records in rows.items()}
    return CasePage(
        id=case, customer=customer or "", facts=_facts(found["cases"][0]),
        timeline=_timeline(found["events"], found["messages"]),
        moments=_moments(found["cases"][0]), answers=_answers(found["answers"]),
        clocks=_clocks(case, is_call_over=_is_call_over(found)),
        counted=_counted(results), revealed=revealed,
    )


def _without(closed: tuple[str, ...], table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows without what the reader's roles keep closed; that something stood there may be seen."""
    hidden: set[str] = set(TEXTS.get(table, ())) if "text" in closed else set()
    hidden |= {"customer", "region", "tier"} & set(closed)
    if "csat" in closed and table == "answers":
        return []
    return [{name: (None if name == "attributes" else MASK) if name in hidden and value else value
             for name, value in row.items()} for row in rows]


def _records(con: Any, table: str, column: str, case: str) -> list[dict[str, Any]]:
    # By Arrow: DuckDB's own rows would want another time zone library for their moments.
    return few(con, f'SELECT * FROM {table} WHERE "{column}" = ?', [case]).to_pylist()


def _facts(case: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    labels = {**dimension_labels(), "external_id": _("原系统编号"), "status": _("状态")}
    lines = [(labels[name], group_label(name, case[name], names_of(name))) for name in SHOWN if case.get(name)]
    if case.get("subject"):
        lines.append((_("标题"), case["subject"]))
    return (*lines, *_attributes(case.get("attributes")))


def _attributes(text: str | None) -> list[tuple[str, str]]:
    if not text:
        return []
    return [(str(name), str(value)) for name, value in json.loads(text).items()]


def _moments(case: dict[str, Any]) -> tuple[tuple[str, datetime], ...]:
    labels = dict(zip(MOMENTS, (_("受理"), _("承诺办结"), _("首次响应"), _("解决"), _("关闭")), strict=True))
    return tuple((labels[name], case[name]) for name in MOMENTS if case.get(name))


def _note(row: dict[str, Any], kind: str | None) -> str:
    """Say what the customer does not see of what people did; what systems and customers do needs no such word."""
    return _("内部") if row["public"] is False and kind in ("agent", None) else ""


def _timeline(events: list[dict[str, Any]], messages: list[dict[str, Any]]) -> tuple[Happening, ...]:
    names = agent_names()
    kinds = {"agent": _("坐席"), "bot": _("机器人"), "system": _("系统"), "customer": _("客户")}

    def who(actor: str | None, kind: str | None) -> str:
        if actor == OTHERS:
            return others_label()
        known = group_label("agent", actor, names) if actor and kind in ("agent", None) else ""
        return known or kinds.get(kind or "", "") or (actor or "")

    lines = [
        (row["at"], row["seq"] or 0, Happening(
            row["at"], row["activity"], who(row["actor"], row["actor_kind"]), note=_note(row, row["actor_kind"])))
        for row in events if row["activity"] not in NOT_DONE
    ] + [
        (row["at"], row["seq"] or 0, Happening(
            row["at"], _("消息"), who(row["sender"], row["sender_kind"]), text=row["text"] or "",
            note=_note(row, row["sender_kind"])))
        for row in messages
    ]
    return tuple(line for _at, _seq, line in sorted(lines, key=lambda item: item[:2]))


def _answers(rows: list[dict[str, Any]]) -> tuple[tuple[str, str, str, datetime], ...]:
    return tuple(
        (row["question"] or row["metric"], formats.plain(row["value"]) if row["value"] is not None else "—",
         row["text"] or "", row["at"])
        for row in sorted(rows, key=lambda row: row["at"])
    )


def _is_call_over(found: dict[str, list[dict[str, Any]]]) -> bool:
    """Say whether the case is a call that ended and that nothing was to be solved after: no clock runs on it."""
    case = found["cases"][0]
    return (case["channel"] == "phone" and not (case["resolved_at"] or case["closed_at"])
            and any(row["kind"] in ("ended", "abandoned") for row in found["events"]))


def _clocks(case: str, *, is_call_over: bool) -> tuple[Clock, ...]:
    from bihuan.engine.facts.derive import case_ledger

    ledger = case_ledger(workspace.home(), case)
    if ledger is None:
        return ()
    both = (ledger.first_response, ledger.resolution)
    return tuple(_clock(one) for one in both if one.ended or one is ledger.first_response or not is_call_over)


def _clock(ledger: Any) -> Clock:
    from bihuan.engine.clock.words import CAUSE_WORDS, CLOCK_WORDS, STATE_WORDS

    chinese = languages.reads_chinese()

    def words(table: dict[str, tuple[str, str]], key: str | None) -> str:
        return spoken(*table[key]) if key in table else key or ""

    def spoken(zh: str, en: str) -> str:
        return languages.in_script(zh) if chinese else en

    whole, stretches, x = max(ledger.elapsed_s, 1), [], 0.0
    for one in ledger.segments:
        width = 1000 * one.seconds / whole
        stretches.append(Stretch(
            one.start, one.end, one.seconds, formats.duration(one.seconds), one.state, words(STATE_WORDS, one.state),
            words(CAUSE_WORDS, one.cause), spoken(one.rule, one.rule_en), round(x, 2), round(width, 2)))
        x += width
    totals = tuple((state, words(STATE_WORDS, state), seconds, formats.duration(seconds))
                   for state, seconds in ledger.totals.items())
    return Clock(
        name=ledger.clock, title=words(CLOCK_WORDS, ledger.clock), stretches=tuple(stretches), totals=totals,
        elapsed=ledger.elapsed_s, elapsed_text=formats.duration(ledger.elapsed_s),
        running_text=formats.duration(ledger.running_s),
        target_text="" if ledger.target_s is None else formats.duration(ledger.target_s), due=ledger.due,
        met=ledger.met,
    )


def _counted(results: list[Result]) -> tuple[Counted, ...]:
    passports = engine.passports()
    found = []
    for result in results:
        passport = passports[result.indicator]
        if not result.n:
            mark = _("未满观察期")
        elif passport.aggregation == "rate":
            mark = _("计入分子") if result.numerator else _("只计入分母")
        else:
            mark = _("计入")
        said = (_("是") if result.numerator else _("否")) if result.n and passport.aggregation == "rate" else ""
        found.append(Counted(in_language(passport.title), result.indicator, mark, result, said))
    return tuple(found)

