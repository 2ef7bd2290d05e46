import shutil
from datetime import UTC, date, datetime

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.core.tests.kept import kept
from bihuan.engine.facts.derive import refresh
from bihuan.engine.home import open_home
from bihuan.loop.plan.goals.tests.conftest import put, put_units

from .. import services
from ..contracts import Item, Terms
from ..models import Contract, ContractVersion, Sheet

TERMS = Terms((Item("csat_mean", 60, ((4.0, 100), (3.0, 80), (2.0, 50))), Item("csat", 40, ((0.8, 100), (0.5, 60)))),
              ((95, 1.05), (75, 1.0), (0, 0.9)))
# team -> (topic, scores of the month, each given so often)
SAID = {"v1": [("退款", (5, 4, 3, 2), 15), ("物流", (5, 5, 4, 4), 5)],
        "n1": [("退款", (4, 3, 2, 1), 10), ("物流", (5,), 40)]}


def rows_of(month, few=False):
    cases, answers = [], []
    for unit, parts in SAID.items():
        for topic, scores, times in parts:
            for number in range(times if not (few and unit == "v1") else 2):
                for place, value in enumerate(scores):
                    case = f"desk:{unit}-{month}-{topic}-{number}-{place}"
                    at = datetime(2026, month, 1 + number % 27, 2, place, tzinfo=UTC)
                    customer = f"K{case[5:]}"
                    cases.append({"id": case, "external_id": case[5:], "customer": customer, "channel": "ticket",
                                  "kind": "request", "topic": topic, "unit": unit, "opened": at})
                    answers.append({"id": f"{case}/csat", "case": case, "customer": customer, "survey": "after",
                                    "question": "满意度", "metric": "csat", "value": float(value), "at": at,
                                    "status": "valid"})
    return cases, answers


@pytest.fixture(scope="session")
def built_vendor(tmp_path_factory):
    """January with enough answers of the vendor's team, February with eight alone; March has begun."""
    home = open_home(tmp_path_factory.mktemp("vendors") / "home")
    put_units(home)
    for cases, answers in (rows_of(1), rows_of(2, few=True), rows_of(3, few=True)):
        put(home, "cases", cases)
        put(home, "answers", answers)
    refresh(home)
    return home


@pytest.fixture
def cast(db, built_vendor, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_vendor.path, settings.BIHUAN_HOME)
    return build_cast()


@pytest.fixture
def contract(cast):
    kept("contract", (Contract, ContractVersion), lambda: services.save_contract(
        unit_code="v", title="外包甲客服合同", starts_on=date(2026, 1, 1), ends_on=None, terms=TERMS,
        owner=cast.director, actor=cast.director))
    return Contract.objects.get()


@pytest.fixture
def sheet(contract, cast):
    kept("sheet", (Sheet,), lambda: services.make_sheet(
        contract=contract, month=date(2026, 1, 9), actor=cast.director))
    return Sheet.objects.get()
