import shutil
from datetime import timedelta

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts.derive import refresh
from bihuan.engine.home import open_home
from bihuan.loop.improve.measures.tests.conftest import built_world  # noqa: F401 fixtures
from bihuan.loop.improve.measures.tests.world import CHANGE
from bihuan.loop.plan.goals.tests.conftest import put_units

from .. import services
from ..services import Told


@pytest.fixture(scope="session")
def built_places(built_world, tmp_path_factory):  # noqa: F811
    """The world with its units, so that a team is one."""
    place = tmp_path_factory.mktemp("launches") / "home"
    shutil.copytree(built_world.path, place)
    home = open_home(place)
    put_units(home)
    refresh(home)
    return home


@pytest.fixture
def cast(db, built_places, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_places.path, settings.BIHUAN_HOME)
    return build_cast()


@pytest.fixture
def registered(cast):
    """Return ``registered(**changes)``: the change of team n1, with n2 beside it, registered by the manager."""

    def make(*, actor=None, **changes):
        told = {"kind": "script", "title": "新开场白", "what": "六句改为三句", "launched_on": CHANGE, "unit_code": "n1",
                "channel": "", "indicator": "fcr_flag", "against": "n2", "worthwhile": 0.15, "weeks": 12} | changes
        return services.register_launch(told=Told(**told), owner=cast.leader, actor=actor or cast.manager)

    return make


@pytest.fixture
def later():
    return CHANGE + timedelta(days=10)
