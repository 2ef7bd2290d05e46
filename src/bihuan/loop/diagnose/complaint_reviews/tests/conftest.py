from datetime import UTC, datetime, timedelta

import pytest

from bihuan.core.tests.cast import SYSTEM, build_cast
from bihuan.engine.facts.derive import refresh
from bihuan.engine.home import open_home
from bihuan.loop.diagnose.causes.services import load_causes
from bihuan.loop.plan.goals.tests.conftest import put, put_units

DAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
# case: kind, priority, escalated, day it closed (None: still open)
CASES = {"escalated": ("complaint", "中", True, 3), "urgent": ("complaint", "紧急", False, 3),
         "usual": ("complaint", "中", False, 3), "running": ("complaint", "紧急", True, None),
         "request": ("request", "紧急", True, 3), "old": ("complaint", "紧急", False, -60)}


@pytest.fixture(scope="session")
def closed_cases(tmp_path_factory):
    """A home with the CASES of team n1."""
    home = open_home(tmp_path_factory.mktemp("reviews") / "home")
    put_units(home)
    cases, events = [], []
    for name, (kind, priority, escalated, closed) in CASES.items():
        opened = DAY + timedelta(days=min(0, (closed or 0) - 1))
        cases.append({"id": name, "external_id": name, "customer": f"K{name}", "channel": "ticket", "kind": kind,
                      "topic": "退款", "priority": priority, "unit": "n1", "opened": opened})
        told = [("opened", "受理", "customer", opened)]
        if escalated:
            told.append(("escalated", "升级", "agent", opened + timedelta(hours=3)))
        if closed is not None:
            told += [(one, text, "agent", DAY + timedelta(days=closed)) for one, text in (
                ("resolved", "解决"), ("closed", "关闭"))]
        events += [{"id": f"{name}{at}", "case": name, "kind": what, "activity": text, "actor_kind": who, "at": moment,
                    "seq": at} for at, (what, text, who, moment) in enumerate(told)]
    put(home, "cases", cases)
    put(home, "events", events)
    put(home, "concessions", [{"id": "k1", "case": "urgent", "agent": "a1", "amount": 90.0, "currency": "CNY",
                               "clause": "7.2", "at": DAY}])
    refresh(home)
    return home


@pytest.fixture
def cast(db, closed_cases, settings):
    settings.BIHUAN_HOME = closed_cases.path
    people = build_cast()
    load_causes(actor=SYSTEM)
    return people
