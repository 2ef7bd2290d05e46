import shutil

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.home import open_home

from .world import build_survey


@pytest.fixture(scope="session")
def built_survey(tmp_path_factory):
    """The invented waves, built once; tests get copies."""
    home = open_home(tmp_path_factory.mktemp("survey") / "home")
    build_survey(home)
    return home


@pytest.fixture
def surveyed(built_survey, tmp_path, settings):
    """A workspace with the invented waves."""
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_survey.path, settings.BIHUAN_HOME)
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def cast(db, surveyed):
    return build_cast()
