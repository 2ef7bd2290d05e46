import shutil
from datetime import UTC, datetime

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home

DAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def workspace_home(home, settings):
    settings.BIHUAN_HOME = home.path
    return home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()


@pytest.fixture(scope="session")
def built_concessions(tmp_path_factory):
    """Five concessions: two within the rules of the test (one of a complaint), three beyond, one of them southern."""
    home = open_home(tmp_path_factory.mktemp("concessions") / "home")
    importing.import_rows(home, "cases", [
        {"id": f"t:{name}", "external_id": name, "customer": "K1", "unit": unit, "agent": agent, "channel": "phone",
         "kind": kind, "opened": DAY} for name, unit, agent, kind in (
            ("1", "n1", "a1", "complaint"), ("2", "n1", "a1", "contact"), ("3", "s1", "b1", "contact"))],
        source="t", actor="test")
    importing.import_rows(home, "concessions", [
        {"id": f"t:c{number}", "case": f"t:{case}", "agent": agent, "amount": amount, "currency": "CNY",
         "clause": clause, "approved_by": approved, "at": DAY} for number, case, agent, amount, clause, approved in (
            (1, 1, "a1", 150, "7.2", None), (2, 2, "a1", 90, "7.2", None), (3, 2, "a1", 300, "7.2", None),
            (4, 2, "a1", 20, None, "a1"), (5, 3, "b1", 500, "9", "经理"))], source="t", actor="test")
    return home


@pytest.fixture
def given(cast, workspace_home, built_concessions):
    shutil.copytree(built_concessions.path, workspace_home.path, dirs_exist_ok=True)
    return workspace_home
