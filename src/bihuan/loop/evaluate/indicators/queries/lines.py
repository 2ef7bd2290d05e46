"""How one row behind a number is shown: its columns, their words, its cells, and how the row counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import languages
from bihuan.core.systems import numbered, source_names
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.indicators.checking import fields_of
from bihuan.engine.indicators.contracts import Passport
from bihuan.engine.indicators.grammar import parse
from bihuan.engine.indicators.words import field_word
from bihuan.ui import formats

from .names import group_label, names_of
from .words import dimension_labels

SHOWN = ("case", "answer", "agent", "opened", "at", "start", "customer", "channel", "topic", "unit", "state")
NUMBERS = ("case", "answer")
NAMED = ("unit", "agent", "channel", "kind", "source", "responder", "answerer", "credited_agent")

SECONDS = re.compile(r"（秒）| \(s\)|秒，|(?<=\()s, ")

Cells = tuple[tuple[str, str], ...]                  # heading, text


@dataclass(frozen=True)
class Mark:
    """What a row is to the number: in the numerator, in the denominator only, excluded, immature, without a value."""

    code: str
    label: str


def column_names(passport: Passport) -> tuple[str, ...]:
    """Return the columns a reader may choose from."""
    own = [name for name in GRAINS[passport.grain].names if name != "value"]
    return (*own, "credited_agent", "value", "weight")


def default_columns(passport: Passport) -> tuple[str, ...]:
    """Return what says which row it is, and the fields that the definition reads."""
    read, names = fields_read(passport), column_names(passport)
    return tuple(name for name in names if name in SHOWN or name in read or name in (passport.anchor, "credited_agent")
                 or (name == "value" and passport.value))


def fields_read(passport: Passport) -> set[str]:
    """Return the names that the definition's conditions and its value read."""
    texts = (passport.numerator, passport.denominator, passport.exclusions, passport.value)
    return set().union(*(fields_of(parse(text)) for text in texts if text))


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
        "escalated": _("升级"), "next_contact_s": _("距下次联系（秒）"), "prev_contact_s": _("距上次联系（秒）"),
        "next_complaint_s": _("距下次投诉（秒）"), "prev_complaint_s": _("距上次投诉（秒）"), "csat": _("满意度"),
        "answer": _("回答编号"), "survey": _("问卷"), "question": _("题目"), "metric": _("测量"), "at": _("时间"),
        "in_numerator": _("计入分子"), "in_denominator": _("计入分母"), "excluded": _("剔除"),
        "immature": _("未满观察期"), "sla_met": _("原系统时限标记"),
        "first_response_target_s": _("首次响应时限（秒）"), "resolution_target_s": _("解决时限（秒）"),
        "first_response_due": _("响应到期时间"), "resolution_due": _("解决到期时间"), "responded": _("已有人工响应"),
        "solved": _("已解决且时间可知"), "resolved_flag": _("标记为已解决"), "offered_wait_s": _("排队（秒，含放弃）"),
        "is_complaint": _("属于投诉"), "asked_human": _("要求人工"), "reached_human": _("接到人工"),
        "pause_customer_s": _("等待客户（秒）"), "pause_third_party_s": _("等待第三方（秒）"),
        "pause_test_s": _("检验（秒）"), "segments": _("处理段数"), "merged": _("已并入他单"),
        "next_any_contact_s": _("距下次联系，不限主题（秒）"), "seconds": _("时长（秒）"),
    }


def file_headings(columns: Sequence[str]) -> list[str]:
    """Return what the columns of a file are called: with the seconds that a page writes into its cells."""
    labels = column_labels()
    return [labels.get(one) or languages.in_script(field_word(one, languages.code())) for one in columns]


def headings_of(columns: Sequence[str]) -> tuple[str, ...]:
    """Return what columns are called: as on the pages, else as in definitions."""
    labels = column_labels()
    # Pages write spans of time with their units; files have seconds.
    labels = {name: SECONDS.sub("", label) if name.endswith("_s") else label for name, label in labels.items()}
    return tuple(labels.get(name) or languages.in_script(field_word(name, languages.code())) for name in columns)


def cells_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[Cells]:
    """Return the cells of each row for people: names for codes, local times, a dash for what is unknown."""
    words = {name: names_of("agent" if name in ("responder", "answerer", "credited_agent") else name)
             for name in columns if name in NAMED}
    words |= dict.fromkeys(NUMBERS, source_names())
    headings = headings_of(columns)
    return [tuple((heading, _text(name, row.get(name), words))
                  for heading, name in zip(headings, columns, strict=True)) for row in rows]


def mark_of(row: Mapping[str, Any], passport: Passport) -> Mark:
    """Return how a row counts."""
    if row["excluded"]:
        return Mark("excluded", _("剔除"))
    if row["immature"]:
        return Mark("immature", _("未满观察期"))
    if not row["in_denominator"]:
        return Mark("out", _("没有取值，不计入"))
    if passport.aggregation == "nps":
        return Mark("in", _side_of(row["value"]))
    if passport.aggregation not in ("rate", "ratio"):
        return Mark("in", _("计入"))
    return Mark("in", _("计入分子")) if row["in_numerator"] else Mark("out", _("只计入分母"))


def _side_of(answer: float) -> str:
    return _("推荐者") if answer >= 9 else _("贬损者") if answer <= 6 else _("中立者")


def _text(name: str, value: Any, words: dict[str, dict[str, str]]) -> str:
    if value is None:
        return "—"
    if name in NUMBERS:
        return numbered(str(value), words[name])
    if name in words:
        return group_label("agent" if name in ("agent", "responder", "answerer", "credited_agent") else name, value,
                           words[name])
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if hasattr(value, "tzinfo"):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if name.endswith("_s") and isinstance(value, int | float):
        return formats.duration(value)
    return formats.plain(value) if isinstance(value, int | float) else str(value)
