import shutil

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.home import open_home

from .desk import NOW, build_desk


@pytest.fixture(scope="session")
def built_desk(tmp_path_factory):
    home = open_home(tmp_path_factory.mktemp("desk") / "home")
    build_desk(home)
    return home


@pytest.fixture
def desk(built_desk, tmp_path, settings):
    """A workspace with the small desk's facts."""
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_desk.path, settings.BIHUAN_HOME)
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def cast(db, desk):
    return build_cast()


@pytest.fixture
def at_ten(monkeypatch):
    """The wall clock stands at the desk's moment."""
    from bihuan.loop.evaluate.realtime.queries import moments

    monkeypatch.setattr(moments.timezone, "now", lambda: NOW)
    return NOW
