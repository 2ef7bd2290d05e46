import shutil
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from bihuan.core.models import Role, User
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.core.tests.cast import SYSTEM, build_cast
from bihuan.engine.home import open_home

PHONE, NAME = "13800138000", "诸葛小亮"


@pytest.fixture
def workspace_home(home, settings):
    """An empty workspace of one's own."""
    settings.BIHUAN_HOME = home.path
    return home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()


@pytest.fixture
def officer(cast) -> User:
    """投诉专员: handles requests, may reveal."""
    return create_user(username="officer", display_name="孙专员", actor=SYSTEM,
                       posts=[Post(Role.objects.get(key="complaint_officer"))])


@pytest.fixture
def second_admin(cast) -> User:
    return create_user(username="admin2", display_name="second", actor=SYSTEM,
                       posts=[Post(Role.objects.get(key="administrator"))])


@pytest.fixture(scope="session")
def built_records(tmp_path_factory):
    """Customers K1 and K2 with a case and a message each, imported in the clear."""
    from bihuan.engine.facts import store

    home = open_home(tmp_path_factory.mktemp("privacy") / "home")
    now = datetime(2026, 9, 1, tzinfo=UTC)
    store.append(home, "customers", pa.table({
        "id": ["K1", "K2"], "name": [NAME, "李雷"], "phone": [PHONE, "13900139000"], "tier": ["VIP", "new"]}))
    store.append(home, "cases", pa.table({
        "id": ["s:1", "s:2"], "external_id": ["1", "2"], "customer": ["K1", "K2"], "opened": [now, now],
        "subject": [f"{NAME}来电", "咨询"]}), source="s")
    store.append(home, "messages", pa.table({
        "id": ["m1", "m2"], "case": ["s:1", "s:2"], "at": [now, now], "sender": [NAME, "a1"],
        "sender_kind": ["customer", "agent"], "text": [f"请打{PHONE}", "您好"]}))
    return home


@pytest.fixture
def records(workspace_home, built_records):
    shutil.copytree(built_records.path, workspace_home.path, dirs_exist_ok=True)
    return workspace_home
