import shutil
from datetime import UTC, date, datetime

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts.derive import refresh
from bihuan.engine.home import open_home
from bihuan.loop.plan.goals.tests.conftest import put, put_units

from ..contracts import Opening
from ..services import open_cycle

# The rooms above take these fixtures over, each as its own: all of a process share what was built.
BUILT = []
Q1, Q2 = (date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30))


def rows_of(month, unit, values):
    """A case a value, one a day from the first of the month, each answered."""
    cases, answers = [], []
    for number, value in enumerate(values):
        case, at = f"desk:{unit}-{month}-{number}", datetime(2026, month, 1 + number % 27, 2, number % 60, tzinfo=UTC)
        cases.append({"id": case, "external_id": case[5:], "customer": f"K{unit}{month}{number}", "channel": "ticket",
                      "kind": "complaint" if number % 5 == 0 else "request", "topic": "退款", "unit": unit,
                      "opened": at})
        answers.append({"id": f"{case}/csat", "case": case, "customer": f"K{unit}{month}{number}", "survey": "after",
                        "question": "整体满意度", "metric": "csat", "value": float(value), "at": at, "status": "valid"})
    return cases, answers


def add(home, *parts):
    put(home, "cases", [row for cases, _answers in parts for row in cases])
    put(home, "answers", [row for _cases, answers in parts for row in answers])
    refresh(home)


@pytest.fixture(scope="session")
def built_quarters(tmp_path_factory):
    """A first quarter with a mean of 3 and a second one with 4 in team n1; s1 has one of 5 throughout."""
    if not BUILT:
        home = open_home(tmp_path_factory.mktemp("cycles") / "home")
        put_units(home)
        add(home, rows_of(2, "n1", [3] * 40), rows_of(5, "n1", [4] * 40), rows_of(2, "s1", [5] * 40))
        BUILT.append(home)
    return BUILT[0]


@pytest.fixture
def quarters(built_quarters, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_quarters.path, settings.BIHUAN_HOME)
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def cast(db, quarters):
    return build_cast()


@pytest.fixture
def opened(cast):
    """Return ``opened(**changes)``: a review of the north's first quarter, led by its manager."""

    def make(*, actor=None, owner=None, previous=None, **changes):
        told = {"kind": "project", "title": "北方一季度", "start": Q1[0], "end": Q1[1],
                "filters": (("unit", ("north",)),),
                "indicators": ("csat_mean", "contact_volume")} | changes
        return open_cycle(opening=Opening(**told), owner=owner or cast.manager, actor=actor or cast.manager,
                          previous=previous)

    return make
