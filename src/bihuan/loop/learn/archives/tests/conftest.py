"""A closed verdict and its archive."""

import shutil

import pytest

from bihuan.core.jobs import run_pending
from bihuan.core.tests.cast import build_cast
from bihuan.core.tests.kept import kept
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home
from bihuan.loop.diagnose.causes.models import Cause, FindingCause
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.improve.measures.models import Evidence, Measure, Progress
from bihuan.loop.learn.archives import services
from bihuan.loop.learn.archives.models import Archive
from bihuan.loop.learn.archives.services.making import folder
from bihuan.loop.verify.verdicts.models import Review, Verdict

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
    kept("closed", (Cause, Finding, FindingCause, Measure, Progress, Evidence, Review, Verdict),
         lambda: closed_verdict(cast))
    return Verdict.objects.get()


@pytest.fixture
def filed(closed, cast):
    """Its archive, made by the job."""
    def make():
        services.start_archive(verdict=closed, actor=cast.manager)
        run_pending()

    kept("filed", (Archive,), make, folder=folder())
    return Archive.objects.get()


@pytest.fixture(scope="session")
def built_answers(tmp_path_factory):
    """Six answers of customers of team n1 within the window, one with a telephone number in it."""
    place = tmp_path_factory.mktemp("answers")
    home = open_home(place / "home")
    cases, lines = [CASES], [ANSWERS]
    for number in range(6):
        text = "还有可能是定期检修，请拨 13800138000" if number == 3 else ""
        cases.append(f"K{number},2025-06-02 10:00:00,C{number},电话,a1,n1,2025-06-02 11:00:00,已关闭,是")
        lines.append(f"P{number},K{number},C{number},满意度,整体满意度,{number % 5 + 1},{text},2025-06-02 12:00:00,"
                     "after_call")
    for name, rows in (("cases", cases), ("answers", lines)):
        (place / f"{name}.csv").write_text("\n".join(rows), encoding="utf-8")
        importing.import_file(home, place / f"{name}.csv", preset=name, actor="test")
    return home


@pytest.fixture
def answers(world, built_answers):
    shutil.copytree(built_answers.path, world.path, dirs_exist_ok=True)
