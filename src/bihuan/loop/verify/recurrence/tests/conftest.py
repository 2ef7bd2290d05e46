"""A year of team n1: 40 cases a week; two complaints of 退款 a week until the prevention, then one in four weeks."""

import shutil
from datetime import date, timedelta

import pytest

from bihuan.core.tests.cast import SYSTEM, build_cast
from bihuan.engine.facts import importing
from bihuan.engine.facts.derive import refresh
from bihuan.engine.home import open_home
from bihuan.loop.diagnose.causes.models import Cause
from bihuan.loop.diagnose.causes.services import load_causes
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.plan.goals.tests.conftest import put_units
from bihuan.loop.verify.recurrence import services
from bihuan.loop.verify.recurrence.services import Told

FIRST = date(2025, 1, 6)
SINCE = FIRST + timedelta(weeks=26)
WEEKS = 46
HEAD = "工单编号,创建时间,客户编号,渠道,坐席工号,班组,工单类型,问题类型,产品,状态"


def complaints_in(week):
    """Return how many there are: 2 a week before, 1 every fourth week after, and 4 a week in the last four."""
    if week < 26:
        return 2
    if week < WEEKS - 4:
        return int(week % 4 == 0)
    return 4


@pytest.fixture(scope="session")
def built_year(tmp_path_factory):
    place = tmp_path_factory.mktemp("recurrence")
    home = open_home(place / "home")
    put_units(home)
    lines = [HEAD]
    for week in range(WEEKS):
        for number in range(40):
            kind, topic = ("投诉", "退款") if number < complaints_in(week) else ("咨询", "物流")
            day = FIRST + timedelta(7 * week + number % 7)
            lines.append(f"{week}-{number},{day} 10:00:00,C{week}-{number},电话,A1,n1,{kind},{topic},卡,已关闭")
    (place / "cases.csv").write_text("\n".join(lines), encoding="utf-8")
    importing.import_file(home, place / "cases.csv", preset="cases", actor="test")
    refresh(home)
    return home


@pytest.fixture
def cast(db, built_year, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_year.path, settings.BIHUAN_HOME)
    people = build_cast()
    load_causes(actor=SYSTEM)
    return people


@pytest.fixture
def measure(cast):
    return Measure.objects.create(number="M-0001", title="退款单当天复核", kind="process", unit_code="n1", state="done",
                                  accountable=cast.leader, change_on=SINCE, created_by=cast.manager)


@pytest.fixture
def started(cast, measure):
    """Return ``started(**changes)``: the manager watches 退款 of team n1, the leader is told."""

    def make(*, actor=None, owner=None, **changes):
        told = {"topic": "退款", "product": "", "unit_code": "n1", "base": "cases", "before_days": 182} | changes
        return services.start_watch(told=Told(**told), cause=Cause.objects.get(code="staff_short").pk, measure=measure,
                                    owner=owner or cast.leader, actor=actor or cast.manager)

    return make
