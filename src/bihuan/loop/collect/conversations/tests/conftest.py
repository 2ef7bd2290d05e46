import shutil
from datetime import UTC, datetime, timedelta

import pytest

from bihuan.core.rights import SystemActor
from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home
from bihuan.loop.collect.conversations.services import load_tags

DAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
TALK = [("customer", "我的电话是13800138000，还有可能是定期检修吗"), ("bot", "请描述问题"), ("agent", "您好，我来查"),
        ("agent", "客户很急，请优先")]


def bring(home):
    """A chat of the north (n1), one of the south (s1) in traditional characters, and a call without words."""
    importing.import_rows(home, "cases", [
        {"id": f"t:{name}", "external_id": name, "customer": f"K{name}", "unit": unit, "agent": agent,
         "channel": channel, "kind": "contact", "topic": "退款", "opened": DAY}
        for name, unit, agent, channel in (("1", "n1", "a1", "online"), ("2", "s1", "b1", "online"),
                                           ("3", "n1", "a1", "phone"))], source="t", actor="test")
    rows = [{"case": "t:1", "at": DAY + timedelta(seconds=90 * place), "seq": place, "sender_kind": kind, "text": text,
             "sender": "a1" if kind == "agent" else None, "public": False if place == 3 else None}
            for place, (kind, text) in enumerate(TALK)]
    rows.append({"case": "t:2", "at": DAY, "seq": 0, "sender_kind": "customer", "text": "請測試一下，可能壞了"})
    importing.import_rows(home, "messages", rows, source="t", actor="test")


@pytest.fixture
def workspace_home(home, settings):
    settings.BIHUAN_HOME = home.path
    return home


@pytest.fixture(scope="session")
def built_talks(tmp_path_factory):
    """The talks, imported once; tests get copies."""
    home = open_home(tmp_path_factory.mktemp("talks") / "home")
    bring(home)
    return home


@pytest.fixture
def talks(built_talks, workspace_home):
    shutil.copytree(built_talks.path, workspace_home.path, dirs_exist_ok=True)
    return workspace_home


@pytest.fixture
def cast(db, workspace_home):
    found = build_cast()
    load_tags(actor=SystemActor("test"))
    return found
