"""A small invented workspace: two months of phone calls of two teams, with ratings; team t1 solves less at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from bihuan.engine.facts.derive import refresh
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.facts.store import append
from bihuan.engine.home import open_home

FEBRUARY = datetime(2024, 2, 1, 2, 0, tzinfo=UTC)
CASES = 600          # over 60 days, ten a day: 290 in February, 310 in March
TEAMS = {"t1": "华东一组", "t2": "华南二组"}


def put(home, table, rows):
    schema = pa.schema([*TABLES[table].fields, ("source", pa.string())])
    append(home, table, pa.Table.from_pylist(rows, schema=schema), source="desk")


def call(place, random):
    """Return case, events and answers of one call; every third customer of t1 comes again after two days."""
    opened = FEBRUARY + timedelta(days=place // 10, minutes=30 * (place % 10))
    unit = "t1" if place % 2 else "t2"
    again = random.random() < (0.5 if unit == "t1" else 0.15)
    case, customer = f"desk:{place:04d}", f"C{place:04d}"
    wait = float(random.integers(10, 90))
    ended = opened + timedelta(seconds=wait + 240)
    topic = ("物流", "发票", "质量")[place % 3]
    row = {"id": case, "customer": customer, "channel": "phone", "kind": "contact", "topic": topic, "unit": unit,
           "tier": "VIP" if place % 7 == 0 else "新客", "opened": opened, "agent": f"a{place % 4}", "source": "desk"}
    answered = opened + timedelta(seconds=wait)
    moments = [("queued", opened), ("answered", answered), ("ended", ended), ("resolved", ended), ("closed", ended)]
    events = [{"id": f"{case}/{kind}", "case": case, "at": at, "seq": seq, "activity": kind, "kind": kind,
               "actor": f"a{place % 4}", "actor_kind": "agent", "origin": "log", "source": "desk"}
              for seq, (kind, at) in enumerate(moments)]
    score = float(np.clip(round(random.normal(3.4 if again else 4.4, 0.7)), 1, 5))
    answer = {"id": f"{case}/a", "case": case, "customer": customer, "metric": "csat", "value": score,
              "at": ended + timedelta(hours=1), "status": "valid", "source": "desk"}
    repeat = [row | {"id": f"{case}b", "opened": opened + timedelta(days=2)}] if again else []
    return [row, *repeat], events, [answer]


@pytest.fixture(scope="session")
def phone_home(tmp_path_factory):
    """The workspace, built once; tests only read it."""
    home = open_home(tmp_path_factory.mktemp("phone") / "home")
    random = np.random.default_rng(7)
    cases: list[dict] = []
    events: list[dict] = []
    answers: list[dict] = []
    for place in range(CASES):
        for into, rows in zip((cases, events, answers), call(place, random)):
            into.extend(rows)
    put(home, "units", [{"id": unit, "name": name, "kind": "team"} for unit, name in TEAMS.items()])
    put(home, "cases", cases)
    put(home, "events", events)
    put(home, "answers", answers)
    refresh(home)
    return home
