import shutil
from datetime import UTC, datetime, timedelta

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts.derive import refresh
from bihuan.engine.home import open_home
from bihuan.loop.plan.goals.tests.conftest import put, put_units

from .. import services

# (problem type, system, team, priority, cases): n1 is technical support, s1 is not
CAME_IN = [("VPN", "OA", "n1", "P1", 40), ("VPN", "OA", "n1", "P2", 20), ("VPN", "ERP", "s1", "P2", 6),
           ("打印", "ERP", "s1", "P2", 8), ("邮箱", "Mail", "n1", "P2", 1), ("发票", "ERP", "s1", "P2", 5)]
SKILLS = [("a1", "VPN", "4"), ("a2", "VPN", "2"), ("a1", "打印", "1"), ("c1", "打印", "5")]


def cases():
    start = datetime(2026, 1, 5, 1, tzinfo=UTC)
    rows, events = [], []
    for problem, system, unit, priority, count in CAME_IN:
        for number in range(count):
            case, opened = f"itsm:{problem}{system}{priority}{number}", start + timedelta(minutes=number)
            rows.append({"id": case, "external_id": case[5:], "customer": f"K{len(rows)}", "channel": "ticket",
                         "kind": "incident", "topic": problem, "product": system, "unit": unit, "priority": priority,
                         "opened": opened})
            events += [{"id": f"{case}/1", "case": case, "at": opened, "activity": "受理", "kind": "opened",
                        "actor_kind": "customer"},
                       {"id": f"{case}/2", "case": case, "at": opened + timedelta(minutes=10), "activity": "回复",
                        "kind": "responded", "actor": "a1", "actor_kind": "agent"}]
    return rows, events


@pytest.fixture(scope="session")
def built_support(tmp_path_factory):
    home = open_home(tmp_path_factory.mktemp("support") / "home")
    put_units(home)
    put(home, "agents", [{"id": "a1", "name": "王敏"}, {"id": "a2", "name": "李强"}, {"id": "c1", "name": "周杰"}])
    put(home, "memberships", [
        {"agent": "a1", "unit": "n1", "valid_from": None}, {"agent": "c1", "unit": "s1", "valid_from": None},
        {"agent": "a2", "unit": "n1", "valid_from": datetime(2026, 1, 10, tzinfo=UTC)}])
    put(home, "skills", [{"agent": agent, "skill": skill, "level": level,
                          "valid_from": datetime(2026, 1, 12, tzinfo=UTC)}
                         for agent, skill, level in SKILLS])
    rows, events = cases()
    put(home, "cases", rows)
    put(home, "events", events)
    refresh(home)
    return home


@pytest.fixture
def cast(db, built_support, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_support.path, settings.BIHUAN_HOME)
    return build_cast()


@pytest.fixture
def said(cast):
    return services.set_remit(units=["n1"], kinds=["incident"], left_out=["发票"], least_level=3, actor=cast.director)
