"""A small desk at one moment, 2 March 2026, 10:00 in Shanghai; everything can be counted by hand.

n1: three open tickets, one overdue, one due soon, one with time; and a call that waits for three minutes.
n2: one open ticket with time. s1: one overdue ticket of the other centre. Promises lie on the cases.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from bihuan.engine.facts import store
from bihuan.engine.facts.derive import refresh
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.home import Home

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
UNITS = [("north", "北方中心", None, "centre"), ("n1", "北一组", "north", "team"), ("n2", "北二组", "north", "team"),
         ("south", "南方中心", None, "centre"), ("s1", "南一组", "south", "team")]
AGENTS = {"a1": ("王敏", "n1"), "a2": ("李强", "n1"), "b1": ("赵丽", "n2"), "c1": ("周杰", "s1")}
H, M = timedelta(hours=1), timedelta(minutes=1)
# number: agent, opened, promised, first response, resolved (all before or after NOW), channel
TICKETS = {
    "T1": ("a1", -30 * H, -1 * H, -20 * H, None, "ticket"),        # promise run out an hour ago
    "T2": ("a1", -10 * H, 40 * M, -9 * H, None, "ticket"),         # promise within the hour
    "T3": ("a2", -2 * H, 20 * H, -1 * H, None, "ticket"),          # open, nothing near
    "T4": ("b1", -3 * H, 30 * H, -2 * H, None, "ticket"),
    "T5": ("c1", -50 * H, -5 * H, -40 * H, None, "ticket"),        # overdue in the south
    "T6": ("a1", -50 * H, -20 * H, -40 * H, -30 * H, "ticket"),    # done in time: nobody is told
    "T7": ("b1", -60 * H, -30 * H, -50 * H, -10 * H, "ticket"),    # done late: was overdue from -30 h to -10 h
}
STATES = [
    ("a1", "talk", -10 * M, None), ("a1", "available", -40 * M, -10 * M),
    ("a2", "break", -5 * M, 10 * M), ("b1", "available", -9 * H, -8 * H),      # b1 logged out eight hours ago
    ("c1", "available", -20 * M, None),
]


def build_desk(home: Home) -> None:
    """Put the desk into a workspace through the store and derive its facts."""
    since = datetime(2025, 1, 1, tzinfo=UTC)
    put(home, "units", [{"id": code, "name": name, "parent": up, "kind": kind} for code, name, up, kind in UNITS])
    put(home, "agents", [{"id": code, "name": name} for code, (name, _unit) in AGENTS.items()])
    put(home, "memberships", [{"agent": code, "unit": unit, "valid_from": since}
                              for code, (_name, unit) in AGENTS.items()])
    cases, events = [], []
    for number, (agent, opened, promised, responded, resolved, channel) in TICKETS.items():
        add_case(cases, events, number, agent, opened, promised, responded, resolved, channel)
    cases.append({"id": "desk:C1", "external_id": "C1", "customer": "k9", "channel": "phone", "kind": "contact",
                  "unit": "n1", "agent": None, "opened": NOW - 3 * M, "status": "open"})
    events += [event("C1", 0, "opened", NOW - 3 * M), event("C1", 1, "queued", NOW - 3 * M)]
    put(home, "cases", cases)
    put(home, "events", events)
    put(home, "agent_states", [
        {"id": f"s{index}", "agent": agent, "state": state, "start": NOW + start,
         "end": None if end is None else NOW + end, "channel": "phone"}
        for index, (agent, state, start, end) in enumerate(STATES)])
    refresh(home)


def add_case(cases, events, number, agent, opened, promised, responded, resolved, channel) -> None:
    cases.append({
        "id": f"desk:{number}", "external_id": number, "customer": f"k{number}", "channel": channel, "kind": "request",
        "unit": AGENTS[agent][1], "agent": agent, "opened": NOW + opened, "promised": NOW + promised,
        "status": "closed" if resolved else "open", "priority": "high" if number in ("T1", "T2") else "low",
        "subject": "客户张三 13800000000"})
    moments = [("opened", opened, None), ("responded", responded, agent)]
    moments += [("resolved", resolved, agent), ("closed", resolved, agent)] if resolved else []
    events += [event(number, seq, kind, NOW + at, actor) for seq, (kind, at, actor) in enumerate(moments)]


def event(number, seq, kind, at, actor=None):
    return {"id": f"desk:{number}/{seq}", "case": f"desk:{number}", "at": at, "seq": seq, "activity": kind,
            "kind": kind, "actor": actor, "actor_kind": "agent" if actor else "customer", "public": True,
            "origin": "log"}


def put(home: Home, table: str, rows: list[dict]) -> None:
    columns = {name for row in rows for name in row}
    store.append(home, table, pa.Table.from_pylist(
        rows, schema=pa.schema([field for field in TABLES[table].schema if field.name in columns])), source="desk")
