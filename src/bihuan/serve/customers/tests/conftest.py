import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.serve.customers.tests.company import bring_company


@pytest.fixture
def workspace_home(home, settings):
    settings.BIHUAN_HOME = home.path
    return home


@pytest.fixture
def company(workspace_home):
    bring_company(workspace_home)
    return workspace_home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()
