"""The rows behind a number: one page of them on the screen, all of them in a file, and sums that add up to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.indicators.checking import fields_of
from bihuan.engine.indicators.contracts import Passport, Query, Result, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.grammar import parse
from bihuan.ui import formats

from ..contracts import PAGE_SIZE, BoardState, Choice
from ..rights import reach
from . import engine
from .names import group_label, names_of
from .periods import span_of
from .scoping import query_of, single_values
from .words import dimension_labels, in_language

FLAGS = ("in_numerator", "in_denominator", "excluded", "immature")
SHOWN = ("case", "answer", "agent", "opened", "at", "start", "customer", "channel", "topic", "unit", "state")
NAMED = ("unit", "agent", "channel", "kind", "responder", "answerer", "credited_agent")

Group = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Mark:
    """What a row is to the number: in the numerator, in the denominator only, excluded, immature, without a value."""

    code: str
    label: str


@dataclass(frozen=True)
class RowLine:
    """One row as it is shown."""

    mark: Mark
    cells: tuple[tuple[str, str], ...]               # heading, text
    case: str


@dataclass(frozen=True)
class RowSums:
    """What all rows of the number come to; ``equation`` is the number worked out from them."""

    total: int
    numerator: float | None
    denominator: int
    excluded: int
    immature: int
    equation: str
    result: Result | None

    @property
    def interval(self) -> str:
        found = self.result
        return formats.interval(found.low, found.high, found.unit) if found and found.value is not None else ""


@dataclass(frozen=True)
class RowsPage:
    """One page of the rows behind a number."""

    passport: Passport
    title: str
    group: tuple[tuple[str, str], ...]               # in words
    columns: tuple[Choice, ...]
    headings: tuple[str, ...]
    lines: tuple[RowLine, ...]
    sums: RowSums
    page: int


@dataclass(frozen=True)
class RowsQuestion:
    """Which rows: an indicator, an address's period and filters, a group of the board, a person's scope."""

    passport: Passport
    state: BoardState
    group: Group
    query: Query
    scope: Scope


def rows_question(
    name: str, state: BoardState, group: Group, user: User, *, purpose: str = "evaluate.view_rows",
) -> RowsQuestion | None:
    """Return the question for the rows of an indicator; None for an unknown name."""
    passport = engine.passports().get(name)
    if passport is None:
        return None
    query = query_of(state, span_of(state, engine.today()), [name])
    return RowsQuestion(passport, state, group, query, reach(user, purpose))


def read_group(texts: Iterable[str]) -> Group:
    """Return the groups of an address: ``team=n1``, an empty value for what the facts do not say."""
    pairs = [text.partition("=") for text in texts]
    for dimension, sign, _value in pairs:
        if not sign or dimension not in dimension_labels():
            raise IndicatorError("bad_group", text=f"{dimension}{sign}")
    return tuple((dimension, value or None) for dimension, _sign, value in pairs)


def rows_page(question: RowsQuestion, *, columns: tuple[str, ...], page: int) -> RowsPage:
    """Return one page of rows with the sums over all of them. Raises when the group is withheld."""
    passport = question.passport
    names = column_names(passport)
    chosen = tuple(name for name in names if name in columns) or default_columns(passport)
    table = engine.ask_rows(
        question.query, question.scope, group=question.group, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    words = {name: names_of("agent" if name in ("responder", "answerer", "credited_agent") else name)
             for name in chosen if name in NAMED}
    labels = column_labels()
    return RowsPage(
        passport=passport, title=in_language(passport.title), group=_group_words(question.group),
        columns=tuple(Choice(name, labels.get(name, name), name in chosen) for name in names),
        headings=tuple(labels.get(name, name) for name in chosen),
        lines=tuple(_line(row, chosen, words, passport) for row in table.to_pylist()),
        sums=sums_of(question), page=page,
    )


def sums_of(question: RowsQuestion) -> RowSums:
    """Return the sums over all rows of a number, and the number worked out from them."""
    passport, group = question.passport, question.group
    by = tuple(name for name, _value in group) + tuple(
        name for name in single_values(question.state) if name not in dict(group))
    query = replace(question.query, by=by)

    def of_group(results: list[Result]) -> Result | None:
        found = [one for one in results if all(_same(one.group[name], value) for name, value in group)]
        return found[0] if found else None

    result = of_group(engine.ask(query, question.scope))
    counts = []
    for condition in (_either(passport), passport.exclusions):
        made = engine.ask_made(_counting(passport, condition), query, question.scope) if condition else []
        counted = of_group(made)
        counts.append(counted.n if counted else 0)
    return RowSums(
        total=counts[0], numerator=result.numerator if result else None, denominator=result.n if result else 0,
        excluded=counts[1], immature=result.immature if result else 0, equation=equation_of(passport, result),
        result=result,
    )


def equation_of(passport: Passport, result: Result | None) -> str:
    """Return the number worked out from its sums, such as 42 ÷ 50 = 84.0%; only the number where it is not a share."""
    if result is None or result.value is None:
        return ""
    text = formats.figure(result.value, passport.unit)
    if passport.aggregation == "rate" and result.numerator is not None:
        return f"{formats.plain(result.numerator)} ÷ {formats.plain(result.n)} = {text}"
    return text


def all_rows(question: RowsQuestion, columns: tuple[str, ...]) -> pa.Table:
    """Return every row with the chosen columns and the marks."""
    table = engine.ask_rows(question.query, question.scope, group=question.group)
    kept = [name for name in column_names(question.passport) if name in columns] or list(table.column_names)
    return table.select([*kept, *(name for name in FLAGS if name not in kept)])


def column_names(passport: Passport) -> tuple[str, ...]:
    """Return the columns a reader may choose from."""
    own = [name for name in GRAINS[passport.grain].names if name != "value"]
    return (*own, "credited_agent", "value", "weight")


def default_columns(passport: Passport) -> tuple[str, ...]:
    """Return what says which row it is, and the fields that the definition reads."""
    read: set[str] = set()
    for text in (passport.numerator, passport.denominator, passport.exclusions, passport.value):
        read |= fields_of(parse(text)) if text else set()
    names = column_names(passport)
    return tuple(name for name in names if name in SHOWN or name in read or name in (passport.anchor, "credited_agent")
                 or (name == "value" and passport.value))


def column_labels() -> dict[str, str]:
    """Return what the columns of facts are called; a column without a word keeps its name."""
    return {
        **dimension_labels(), "case": _("工单"), "external_id": _("原系统编号"), "credited_agent": _("归属坐席"),
        "value": _("取值"), "weight": _("权重"), "opened": _("受理时间"), "promised": _("承诺办结"),
        "status": _("状态"),
        "first_response_at": _("首次响应时间"), "responder": _("首次响应人"), "first_response_s": _("首次响应（秒）"),
        "first_response_business_s": _("首次响应工作时间（秒）"), "offered": _("进入排队"), "answered": _("接起"),
        "abandoned": _("放弃"), "answered_at": _("接起时间"), "answerer": _("接起人"), "wait_s": _("等待（秒）"),
        "talk_s": _("通话（秒）"), "hold_s": _("保持（秒）"), "wrap_s": _("话后（秒）"),
        "handle_s": _("处理（秒）"), "ended_at": _("结束时间"), "resolved_at": _("解决时间"),
        "closed_at": _("关闭时间"),
        "resolved": _("已解决"), "closed": _("已关闭"), "is_open": _("未办结"), "resolution_s": _("解决用时（秒）"),
        "resolution_business_s": _("解决工作时间（秒）"), "reopens": _("重开次数"), "transfers": _("转派次数"),
        "escalated": _("升级"), "next_contact_s": _("距下次来访（秒）"), "prev_contact_s": _("距上次来访（秒）"),
        "next_complaint_s": _("距下次投诉（秒）"), "prev_complaint_s": _("距上次投诉（秒）"), "csat": _("满意度"),
        "answer": _("回答编号"), "survey": _("问卷"), "question": _("题目"), "metric": _("测量"), "at": _("时间"),
        "in_numerator": _("计入分子"), "in_denominator": _("计入分母"), "excluded": _("剔除"),
        "immature": _("未满观察期"), "sla_met": _("原系统时限标记"),
        "first_response_target_s": _("首次响应时限（秒）"), "resolution_target_s": _("解决时限（秒）"),
        "first_response_due": _("响应到期时间"), "resolution_due": _("解决到期时间"), "responded": _("已有人工响应"),
        "solved": _("已解决且时间可知"), "resolved_flag": _("标记为已解决"), "offered_wait_s": _("排队（秒，含放弃）"),
        "is_complaint": _("属于投诉"),
    }


def _line(
    row: dict[str, Any], columns: tuple[str, ...], words: dict[str, dict[str, str]], passport: Passport,
) -> RowLine:
    labels = column_labels()
    cells = tuple((labels.get(name, name), _text(name, row.get(name), words)) for name in columns)
    return RowLine(_mark(row, passport), cells, row.get("case") or "")


def _mark(row: dict[str, Any], passport: Passport) -> Mark:
    if row["excluded"]:
        return Mark("excluded", _("剔除"))
    if row["immature"]:
        return Mark("immature", _("未满观察期"))
    if not row["in_denominator"]:
        return Mark("out", _("没有取值，不计入"))
    if passport.aggregation != "rate":
        return Mark("in", _("计入"))
    return Mark("in", _("计入分子")) if row["in_numerator"] else Mark("out", _("只计入分母"))


def _text(name: str, value: Any, words: dict[str, dict[str, str]]) -> str:
    if value is None:
        return "—"
    if name in words:
        return group_label("agent" if name in ("agent", "responder", "answerer", "credited_agent") else name, value,
                           words[name])
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if hasattr(value, "tzinfo"):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return formats.plain(value) if isinstance(value, int | float) else str(value)


def _group_words(group: Group) -> tuple[tuple[str, str], ...]:
    labels = dimension_labels()
    return tuple((labels[name], group_label(name, value, names_of(name))) for name, value in group)


def _either(passport: Passport) -> str:
    """Return the condition of every listed row: those that may count and those left out."""
    return f"({passport.denominator}) or ({passport.exclusions})" if passport.exclusions else passport.denominator


def _counting(passport: Passport, condition: str) -> Passport:
    """Return a definition over the same rows that only counts them."""
    return replace(
        passport, aggregation="count", denominator=condition, numerator=None, value=None, exclusions=None, window=None,
        window_value=None, window_from=None, open_cases="excluded", cluster=None, denominator_grain=None,
        denominator_value=None, denominator_anchor=None, denominator_condition=None, bands=(), interval="poisson",
        definition_hash=f"{passport.definition_hash}/{condition}",
    )


def _same(found: Any, asked: str | None) -> bool:
    return found is None if asked is None else str(found) == asked
