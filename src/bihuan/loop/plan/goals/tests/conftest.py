import shutil
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from bihuan.core.tests.cast import UNITS, build_cast
from bihuan.engine.facts import store
from bihuan.engine.facts.derive import refresh
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.home import open_home


def put(home, table, rows):
    fields = [field for field in TABLES[table].schema if field.name in rows[0]]
    store.append(home, table, pa.Table.from_pylist(rows, schema=pa.schema(fields)), source="desk")


def put_units(home):
    """The units of the cast."""
    put(home, "units", [{"id": code, "name": name, "parent": parent or None, "kind": kind}
                        for code, name, parent, kind in UNITS])


@pytest.fixture(scope="session")
def built_company(tmp_path_factory):
    """A workspace with one case a team, built once; tests get copies."""
    home = open_home(tmp_path_factory.mktemp("plan") / "home")
    put_units(home)
    put(home, "cases", [
        {"id": f"desk:{unit}", "external_id": unit, "customer": f"K{unit}", "channel": "ticket", "kind": "request",
         "unit": unit, "opened": datetime(2026, 1, 5, 2, tzinfo=UTC)} for unit in ("n1", "n2", "s1")])
    refresh(home)
    return home


@pytest.fixture
def company(built_company, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_company.path, settings.BIHUAN_HOME)
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def cast(db, company):
    return build_cast()
