import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.core.tokens import limits
from bihuan.core.tokens.services import create_token


@pytest.fixture(autouse=True)
def nothing_spent():
    limits.reset()
    yield
    limits.reset()


@pytest.fixture
def workspace_home(home, settings):
    """An empty workspace of one's own."""
    settings.BIHUAN_HOME = home.path
    return home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()


@pytest.fixture
def make(cast):
    """Return ``make(owner, *scopes)`` -> (token, key)."""

    def make(owner, *scopes, **more):
        return create_token(**{"name": "程序", "scopes": scopes, "days": 30, **more}, actor=owner)

    return make
