from contextlib import ExitStack
from pathlib import Path

import pytest

from bihuan.core.notifications.tests.servers import running
from bihuan.core.tests.cast import build_cast
from bihuan.loop.collect.sources.services import save_source
from bihuan.loop.collect.sources.web import client as web

from .servers import SECRET


@pytest.fixture
def workspace_home(home, settings):
    """An empty workspace; the loopback is named as a network of one's own."""
    settings.BIHUAN_HOME = home.path
    settings.BIHUAN_SOURCES_PRIVATE = ["127.0.0.0/8"]
    return home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()


@pytest.fixture
def serve():
    """Return ``serve(system)``: the system answers until the test ends."""
    with ExitStack() as stack:
        yield lambda system: stack.enter_context(running(system))


@pytest.fixture
def unhurried(monkeypatch):
    """Pauses take no time, and are told."""
    from bihuan.loop.collect.sources.services import pull

    told = []
    monkeypatch.setattr(web, "FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(pull.time, "sleep", lambda seconds: told.append(seconds))
    monkeypatch.setattr(web.Client, "_keep_pace", lambda self: None)
    return told


@pytest.fixture
def zendesk_source(cast):
    """Return ``make(system)``: a source of Zendesk's tickets."""
    def make(system, **more):
        return save_source(**{
            "source": None, "kind": "zendesk", "name": "Zendesk 生产", "code": "zendesk", "secret": SECRET,
            "config": {"address": system.url, "user": "ann@example.com", "per_minute": 6000},
            "streams": {"tickets": "zendesk_tickets"}, "cron": "0 * * * *", "expected_minutes": 1440,
            "actor": cast.admin, **more})

    return make


@pytest.fixture
def watch(cast, workspace_home):
    """Return ``watch()``: a source that watches a folder of its own."""
    def watch(**more):
        return save_source(**{
            "source": None, "kind": "folder", "name": "呼叫中心导出", "code": "callcentre", "config": {},
            "secret": "", "streams": {"files": "cases"}, "cron": "* * * * *", "expected_minutes": 1440,
            "actor": cast.admin, **more})

    return watch


@pytest.fixture
def source(watch):
    return watch()


@pytest.fixture
def folder(source):
    return Path(source.config["folder"])


@pytest.fixture
def killed(monkeypatch):
    """Return ``killed(module, name, act)``: ``act`` ends where ``name`` is called, as with a worker killed there."""
    class Killed(BaseException):
        pass

    def die(*args, **more):
        raise Killed

    def kill(module, name, act):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, die)
            with pytest.raises(Killed):
                act()

    return kill
