"""A small invented company whose numbers can be counted by hand.

Two months of tickets: January and February 2026. Team n1 (agents a1, a2) answers fast, n2 (b1) slowly, s1 (c1) lies
in the other centre. The facts reach to 28 February, so that windows of a week have passed for January.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from bihuan.engine.facts import store
from bihuan.engine.facts.derive import refresh
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.home import Home

UNITS = [("north", "北方中心", None, "centre"), ("n1", "北一组", "north", "team"), ("n2", "北二组", "north", "team"),
         ("south", "南方中心", None, "centre"), ("s1", "南一组", "south", "team")]
AGENTS = {"a1": ("王敏", "n1"), "a2": ("李强", "n1"), "b1": ("赵丽", "n2"), "c1": ("周杰", "s1")}
# agent -> (cases a month, minutes to the first response)
WORK = {"a1": (40, 5), "a2": (40, 10), "b1": (30, 90), "c1": (20, 2000)}


def build_company(home: Home) -> None:
    """Put the company into a workspace through the store and derive its facts."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    append(home, "units", [
        {"id": code, "name": name, "parent": parent, "kind": kind} for code, name, parent, kind in UNITS])
    append(home, "agents", [{"id": code, "name": name} for code, (name, _unit) in AGENTS.items()])
    append(home, "memberships", [
        {"agent": code, "unit": unit, "valid_from": start} for code, (_name, unit) in AGENTS.items()])
    cases, events, answers = [], [], []
    for agent, (count, minutes) in WORK.items():
        for month in (1, 2):
            for number in range(count):
                _add_case(cases, events, answers, agent, month, number, minutes)
    append(home, "cases", cases)
    append(home, "events", events)
    append(home, "answers", answers)
    refresh(home)


def _add_case(cases: list, events: list, answers: list, agent: str, month: int, number: int, minutes: int) -> None:
    opened = datetime(2026, month, 1 + number % 28, 1, number, tzinfo=UTC)
    external = f"00{month}{number:03d}{agent}"
    case = f"desk:{external}"
    responded = opened + timedelta(minutes=minutes)
    closed = responded + timedelta(hours=2)
    cases.append({
        "id": case, "external_id": external, "customer": f"K{agent}{month}{number}", "channel": "ticket",
        "kind": "complaint" if number % 4 == 0 else "request", "topic": ("退款", "物流", "账号")[number % 3],
        "region": ("华东", "华北")[number % 2], "unit": AGENTS[agent][1], "agent": agent, "opened": opened,
        "status": "closed", "subject": f"客户张三 13800000000 第 {number} 单",
    })
    for seq, (at, activity, kind, actor, actor_kind) in enumerate([
        (opened, "受理", "opened", None, "customer"), (responded, "回复", "responded", agent, "agent"),
        (closed, "解决", "resolved", agent, "agent"), (closed, "关闭", "closed", agent, "agent"),
    ]):
        events.append({
            "id": f"{case}/{seq}", "case": case, "at": at, "seq": seq, "activity": activity, "kind": kind,
            "actor": actor, "actor_kind": actor_kind, "public": True, "origin": "log",
        })
    if number % 2 == 0:
        answers.append({
            "id": f"{case}/csat", "case": case, "customer": f"K{agent}{month}{number}", "agent": agent,
            "survey": "after", "question": "整体满意度", "metric": "csat", "value": float(5 - number % 4),
            "at": closed, "status": "valid", "text": "李四说还行",
        })


def append(home: Home, table: str, rows: list[dict]) -> None:
    fields = TABLES[table].schema
    columns = {name for row in rows for name in row}
    store.append(home, table, pa.Table.from_pylist(
        rows, schema=pa.schema([field for field in fields if field.name in columns])), source="desk")
