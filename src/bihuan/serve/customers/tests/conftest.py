import shutil

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.home import open_home
from bihuan.serve.customers.tests.company import bring_company


@pytest.fixture
def workspace_home(home, settings):
    settings.BIHUAN_HOME = home.path
    return home


@pytest.fixture(scope="session")
def built_company(tmp_path_factory):
    """The company, imported once; tests get copies."""
    home = open_home(tmp_path_factory.mktemp("customers") / "home")
    bring_company(home)
    return home


@pytest.fixture
def company(built_company, workspace_home):
    shutil.copytree(built_company.path, workspace_home.path, dirs_exist_ok=True)
    return workspace_home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()
