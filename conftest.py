"""Fixtures that every room's tests share."""

from __future__ import annotations

import gc
import os
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

# The browser keeps an event loop running in the worker that drives it; the tests after it there are synchronous still.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Compiling a definition costs more than running it on a test's few rows: all tests share what is compiled.
os.environ.setdefault("BIHUAN_SQL_CACHE", str(Path(__file__).parent / ".stamps" / "sql"))
# A page that a started product answers late is looked at all the same.
os.environ.setdefault("BIHUAN_PAGE_PATIENCE_S", "0")
# The workers share the cores: threads of the linear algebra would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# What is imported and collected stays to the end: to look through it again and again for garbage takes as long as all
# the rest of collecting.
gc.disable()
# Tests never time: a busy machine is no failure.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


# Minutes a test, and nothing shared between them: each goes to whichever worker is free.
APART = ("/test_simulations.py::", "/test_fuzz.py::", "/test_fuzz_more.py::", "/test_detection.py::")


# What a browser looks at without changing it, and what it does: each with a product of its own.
BROWSERS = {"tests/browser/test_pages.py": "pages", "tests/browser/": "journeys"}


class FewBrowsers(LoadScopeScheduling):
    """Keep the tests of a file together, and those that share a product, which takes long to start."""

    def _split_scope(self, nodeid: str) -> str:
        for place, scope in BROWSERS.items():
            if nodeid.startswith(place):
                return scope
        return nodeid if any(name in nodeid for name in APART) else super()._split_scope(nodeid)

    def _assign_work_unit(self, node) -> None:
        # The longest of all and never parted: begun last, they would be waited for alone.
        for scope in BROWSERS.values():
            if scope in self.workqueue:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log):
    return FewBrowsers(config, log)


DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only the tests that touch the product's database")


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_sessionfinish() -> None:
    gc.unfreeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    kept, left = [], []
    for item in items:
        (kept if _touches_the_database(item) else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def _touches_the_database(item: pytest.Item) -> bool:
    return (item.get_closest_marker("django_db") is not None or bool(DATABASE_FIXTURES & set(item.fixturenames))
            or _starts_processes(item.path))


@cache
def _starts_processes(path: Path) -> bool:
    # Tests that start the product as a process need no fixture for its database; the house rules start none.
    return path.name != "test_house.py" and "subprocess" in path.read_text("utf-8")


@pytest.fixture
def home(tmp_path: Path):
    """An empty workspace folder."""
    from bihuan.engine.home import open_home

    return open_home(tmp_path / "home")


@pytest.fixture
def without_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports write the lake and derive nothing: for tests of the rows alone, deriving takes longer than the rest."""
    from bihuan.engine.facts import freshness

    monkeypatch.setattr(freshness, "refresh", lambda *_, **__: 0)


@pytest.fixture(scope="session", autouse=True)
def _files_that_leave_name_nobody():
    """Every file that any test takes out of the product is looked through for personal data."""
    from tests.leaving import patch_client

    back = patch_client()
    yield
    back()
