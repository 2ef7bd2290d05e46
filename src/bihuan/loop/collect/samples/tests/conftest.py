import shutil

import pytest

from bihuan.core.rights import SystemActor
from bihuan.core.tests.cast import build_cast
from bihuan.engine.home import open_home
from bihuan.loop.collect.samples.tests.company import bring_company, make_survey

SYSTEM = SystemActor("test")


@pytest.fixture(scope="session")
def built_company(tmp_path_factory):
    """The company, imported once; tests get copies."""
    home = open_home(tmp_path_factory.mktemp("samples") / "home")
    bring_company(home)
    return home


@pytest.fixture
def company(built_company, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_company.path, settings.BIHUAN_HOME)
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def cast(db, company):
    return build_cast()


@pytest.fixture
def wave(cast):
    """The first wave of a survey of the whole organisation."""
    return make_survey("csat").waves.get()


@pytest.fixture
def north_wave(cast):
    """A wave of a survey that belongs to the centre north."""
    return make_survey("north", unit="north").waves.get()
