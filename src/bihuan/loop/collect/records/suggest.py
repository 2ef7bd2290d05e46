"""Guessing which column fills which field: names that shipped and saved mappings know, then likeness of words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache

from bihuan.engine.facts.mapping import Mapping
from bihuan.engine.facts.mapping.values import vocabulary
from bihuan.engine.facts.parsers import FALSE, TRUE
from bihuan.engine.facts.schema import COUNT, FLAG, NUMBER, TABLES, TIME
from bihuan.engine.facts.sniffing import folded
from bihuan.engine.facts.writings import MONTHS

from . import drafts, labels

LIKE_ENOUGH, SURE = 0.72, 0.95
DAY, CLOCK = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?"), re.compile(r"\d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?")
# A whole date, which neither a rating (4.0) nor a weight (0.72) is.
DATED = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}")
# Days and seconds since some day, 20240301150500; 04-Mar-2024.
COUNTED = re.compile(r"\d{5}(\.\d+)?|\d{8,14}")
NAMED = re.compile(rf"(?i)\d[\s-]*({'|'.join(MONTHS)})|({'|'.join(MONTHS)})[a-z]*[.\s]+\d")
# Times of a row that no field of a case holds, and who does these things.
MADE_BY = {"queued": "customer", "answered": "agent", "abandoned": "customer", "ended": "customer", "hold": "agent",
           "unhold": "agent", "wrapped": "agent", "assigned": "agent", "transferred": "agent", "pending": "agent",
           "resumed": "agent", "reopened": "", "escalated": ""}
# Whose doing is that of the agent whom the row names; another column says to whom a case was handed on.
OWN_ACTS = ("answered", "hold", "unhold", "wrapped")
# What exports call these fields; names that mappings know are added to them.
ALIASES: dict[str, tuple[str, ...]] = {
    "external_id": (
        "工单号", "工单编号", "单号", "编号", "流水号", "会话id", "通话id", "投诉编号", "受理编号", "ticket id",
        "case id", "call id", "complaint id", "conversation id", "chat id", "session id", "request id", "incident id",
        "number", "id",
    ),
    "case": ("工单号", "工单编号", "单号", "会话id", "通话id", "case id", "ticket id", "case"),
    "opened": (
        "受理时间", "创建时间", "提交时间", "来电时间", "进线时间", "开始时间", "created at", "opened at", "date",
    ),
    "first_response_at": ("首次响应时间", "首次回复时间", "首响时间", "first response at", "first reply time"),
    "resolved_at": ("解决时间", "办结时间", "处理完成时间", "resolved at", "solved at"),
    "closed_at": ("关闭时间", "结案时间", "归档时间", "closed at"),
    "promised": ("承诺时间", "办理时限", "截止时间", "due date", "due at"),
    "channel": ("渠道", "来源渠道", "受理渠道", "联系渠道", "channel", "contact type"),
    "kind": ("类别", "业务类型", "工单类型", "case type", "type"),
    "topic": ("主题", "问题类别", "问题类型", "问题分类", "业务分类", "category", "subject category"),
    "product": ("产品", "产品名称", "product"),
    "region": ("区域", "地区", "省份", "城市", "region", "location"),
    "priority": ("优先级", "紧急程度", "priority"),
    "tier": ("客户等级", "会员等级", "客户级别", "tier"),
    "status": ("状态", "工单状态", "status", "state"),
    "subject": ("标题", "工单标题", "subject", "title"),
    "agent": (
        "坐席", "坐席工号", "客服", "受理人", "处理人", "客服工号", "agent", "agent id", "assigned to", "assignee",
    ),
    "unit": ("班组", "技能组", "处理部门", "责任部门", "部门", "team", "group", "assignment group", "department"),
    "customer": ("客户", "客户编号", "客户id", "客户号", "用户id", "会员号", "customer", "customer id", "caller id"),
    "at": ("时间", "发生时间", "操作时间", "提交时间", "评价时间", "timestamp", "time", "date", "created at"),
    "activity": ("事件", "操作", "动作", "环节", "activity", "action", "event"),
    "actor": ("操作人", "执行人", "处理人", "actor", "resource", "user"),
    "value": ("评分", "分数", "得分", "满意度", "score", "rating", "value"),
    "text": ("内容", "消息内容", "评价内容", "意见", "text", "message", "comment"),
    "sender": ("发送人", "发送者", "sender", "from"),
    "name": ("姓名", "名称", "name"),
    "employee_no": ("工号", "员工编号", "employee no", "employee id"),
}


def known_names(mappings: Iterable[Mapping]) -> dict[tuple[str, str], set[str]]:
    """Return {(table, field): names of columns that some mapping reads it from}, folded for comparison."""
    names: dict[tuple[str, str], set[str]] = {}
    for mapping in mappings:
        for plan in mapping.plans:
            if plan.role == "side":
                continue
            # A weight that is kept as an answer, too, is nobody's answer elsewhere.
            weights = set(plan.fields["weight"].columns) if "weight" in plan.fields else set()
            for field, value in plan.fields.items():
                if value.how in ("alias", "first"):
                    names.setdefault((plan.table, field), set()).update(
                        folded(column) for column in value.columns if field == "weight" or column not in weights)
    return names


def ranked(table: str, field: str, columns: list[str], known: dict[tuple[str, str], set[str]]) -> list[str]:
    """Return the columns with the likeliest for this field first; the rest in the file's order."""
    scores = {column: likeness(table, field, column, known) for column in columns}
    return sorted(columns, key=lambda column: -scores[column] if scores[column] >= LIKE_ENOUGH else 0)


def first_guess(table: str, columns: list[str], known: dict[tuple[str, str], set[str]],
                samples: dict[str, list[str]] | None = None) -> dict[str, str]:
    """Return {field: column}, each column once, surest guesses first; fields without a likely column are left out.

    Where only the likeness of words speaks for a column, what its ``samples`` say must not speak against it.
    """
    fields = drafts.offered_fields(table)
    guesses = sorted(((likeness(table, field, column, known), -place, field, column)
                      for place, field in enumerate(fields) for column in columns), reverse=True)
    found: dict[str, str] = {}
    for score, _place, field, column in guesses:
        if score < LIKE_ENOUGH or field in found or column in found.values():
            continue
        if score >= SURE or could_fill(table, field, (samples or {}).get(column, [])):
            found[field] = column
    return found


def likeness(table: str, field: str, column: str, known: dict[tuple[str, str], set[str]]) -> float:
    """Return 1 for a name that a mapping of this table reads the field from, less for similar words, 0 for others."""
    name = folded(column)
    if not name:
        return 0.0
    if name in known.get((table, field), set()) or name in _aliases(field):
        return 1.0
    words = (folded(field), folded(labels.field(field)))
    if name in words:
        return SURE
    return 0.9 * max(SequenceMatcher(None, name, word).ratio() for word in words)


@cache
def _aliases(field: str) -> frozenset[str]:
    return frozenset(folded(alias) for alias in ALIASES.get(field, ()))


def is_no_code(field: str, cells: list[str]) -> bool:
    """Return whether a column called like a field of few fixed values holds names and numbers instead.

    >>> is_no_code("kind", ["2020款 2.5L 运动版", "2019款 350T"]), is_no_code("kind", ["退换", "2 投诉"])
    (True, False)
    """
    return field in ("kind", "channel") and bool(cells) and all(re.search(r"\d", cell) for cell in cells)


def could_fill(table: str, field: str, cells: list[str]) -> bool:
    """Return whether the cells of a column may be values of a field that holds times, numbers, or yes and no.

    >>> could_fill("cases", "resolved", ["Resolved by 149"]), could_fill("cases", "resolved", ["Y", "N"])
    (False, True)
    """
    kind = dict(TABLES[table].fields)[field]
    if kind == FLAG:
        return all(cell.lower() in (*TRUE, *FALSE) for cell in cells)
    if kind == TIME:
        return all(DATED.search(cell) or COUNTED.fullmatch(cell) or NAMED.search(cell) for cell in cells)
    return kind not in (NUMBER, COUNT) or all(re.search(r"\d", cell) for cell in cells)


def only_dates(samples: dict[str, list[str]], taken: set[str]) -> str | None:
    """Return the one column that holds moments and fills no field yet, None for none or several.

    When a connector fetched a row, which it notes under a name like _synced, is no moment of what the row tells.

    >>> only_dates({"CaseID": ["2"], "Complete": ["2012-04-03 16:55"], "Due": ["2012-04-09"]}, {"Due"})
    'Complete'
    """
    dated = [column for column, cells in samples.items()
             if column not in taken and not column.startswith("_") and cells and all(map(DATED.match, cells))]
    return dated[0] if len(dated) == 1 else None


def day_and_time(column: str, samples: dict[str, list[str]]) -> tuple[str, str] | None:
    """Return (column of days, column of their times) where ``column`` is one of two neighbours that are one moment."""
    names = list(samples)
    place = names.index(column)
    for day, time in zip(names[max(place - 1, 0):place + 1], names[max(place, 1):place + 2]):
        named = re.search(r"(时间|時間|时刻|time)$", time.strip(), flags=re.IGNORECASE)
        if named and _all(DAY, samples[day]) and _all(CLOCK, samples[time]):
            return day, time
    return None


def _all(form: re.Pattern[str], cells: list[str]) -> bool:
    return bool(cells) and all(map(form.fullmatch, cells))


def likely_events(samples: dict[str, list[str]], fields: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """Return draft events for the columns that no field takes, are called 接听时间 or the like, and hold dates."""
    taken, kinds = {told.get("column") for told in fields.values()}, vocabulary("activity")
    agent, events = fields.get("agent", {}).get("column", ""), []
    for column, cells in samples.items():
        act = re.sub(r"[\s_]*(时间|時間|日期|time|at)$", "", column.strip(), flags=re.IGNORECASE)
        kind = kinds.get(act.lower().replace("_", " "), "")
        if kind in MADE_BY and column not in taken and act != column and any(map(DATED.match, cells)):
            events.append({"activity": act, "kind": kind, "column": column, "actor_kind": MADE_BY[kind],
                           "actor": agent if kind in OWN_ACTS else ""})
    return events
