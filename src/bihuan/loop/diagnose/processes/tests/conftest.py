import shutil

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.home import open_home
from bihuan.loop.evaluate.indicators.tests.company import build_company


@pytest.fixture(scope="session")
def built_processes(tmp_path_factory):
    """The invented company, built once; tests get copies."""
    home = open_home(tmp_path_factory.mktemp("processes") / "home")
    build_company(home)
    return home


@pytest.fixture
def company(built_processes, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_processes.path, settings.BIHUAN_HOME)
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def cast(db, company):
    return build_cast()
