"""A closed verdict and its archive."""

import pytest

from bihuan.core.jobs import run_pending
from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home
from bihuan.loop.learn.archives import services
from bihuan.loop.learn.archives.models import Archive

from .world import closed_verdict

CASES = "工单编号,创建时间,客户编号,渠道,坐席工号,班组,解决时间,状态,是否解决"
ANSWERS = "评价编号,工单编号,客户编号,指标,题目,评分,意见,评价时间,问卷"


@pytest.fixture
def world(tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def cast(db, world):
    return build_cast()


@pytest.fixture
def closed(cast):
    """The verdict on a measure that worked, accepted."""
    return closed_verdict(cast)


@pytest.fixture
def filed(closed, cast):
    """Its archive, made by the job."""
    made = services.start_archive(verdict=closed, actor=cast.manager)
    run_pending()
    return Archive.objects.get(pk=made.pk)


@pytest.fixture
def answers(world, tmp_path):
    """Six answers of customers of team n1 within the window, one with a telephone number in it."""
    cases, lines = [CASES], [ANSWERS]
    for number in range(6):
        text = "还有可能是定期检修，请拨 13800138000" if number == 3 else ""
        cases.append(f"K{number},2025-06-02 10:00:00,C{number},电话,a1,n1,2025-06-02 11:00:00,已关闭,是")
        lines.append(f"P{number},K{number},C{number},满意度,整体满意度,{number % 5 + 1},{text},2025-06-02 12:00:00,"
                     "after_call")
    for name, rows in (("cases", cases), ("answers", lines)):
        (tmp_path / f"{name}.csv").write_text("\n".join(rows), encoding="utf-8")
        importing.import_file(world, tmp_path / f"{name}.csv", preset=name, actor="test")
