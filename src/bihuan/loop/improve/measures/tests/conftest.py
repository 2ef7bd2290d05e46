import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts import journal
from bihuan.engine.home import open_home
from bihuan.loop.improve.measures import services
from bihuan.loop.improve.measures.services import Proposal, Words, yardsticks

from .world import CHANGE, build_world

# The rooms above take these fixtures over, each as its own: all of a process share what was built.
BUILT = []
# What a process has worked out beforehand, by the question and the rows and definitions it was asked of.
FORETOLD = {}


@pytest.fixture(scope="session")
def built_world(tmp_path_factory):
    if not BUILT:
        place = tmp_path_factory.mktemp("measures")
        home = open_home(place / "home")
        build_world(home, place)
        BUILT.append(home)
    return BUILT[0]


@pytest.fixture
def world(built_world, tmp_path, settings):
    """A workspace with a change whose effect is known; tests get copies."""
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_world.path, settings.BIHUAN_HOME)
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def cast(db, world):
    return build_cast()


@pytest.fixture
def words(cast):
    """Return ``words(**changes)``: a measure of team n1 that lacks nothing but its yardstick."""

    def make(**changes):
        return Words(**{
            "title": "首次响应由 2 小时降到 30 分钟", "kind": "training", "unit_code": "n1", "accountable": cast.leader,
            "plan": "晚班增加一次知识卡片演练", "aim": "标记解决由 60% 提高到 75%", "reason": "晚间重复来电占三成",
            "starts_on": date(2025, 6, 1), "due_on": date(2025, 7, 31),
            "details": {"content": "知识卡片", "frequency": "每周一次，共 4 次", "audience": "北一组 12 人"}} | changes)

    return make


@pytest.fixture
def proposal():
    return Proposal(indicator="fcr_flag", where="unit = n1", against="unit = n2", change=CHANGE, worthwhile=0.15,
                    weeks_before=26, weeks_after=12)


@contextmanager
def foretold_once(home) -> Iterator[None]:
    """Let what can be known beforehand be worked out once a process for each question to the same rows."""
    real = yardsticks.look_ahead

    def look_ahead(*, proposal, actor):
        key = (repr(proposal), repr(yardsticks.reach_of(actor)), journal.head(home),
               (home.facts / "derived.json").read_bytes(),
               *(one.read_bytes() for one in sorted(home.path.glob("definitions/*.json"))))
        if key not in FORETOLD:
            FORETOLD[key] = real(proposal=proposal, actor=actor)
        return FORETOLD[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yardsticks, "look_ahead", look_ahead)
        yield


@pytest.fixture
def draft(words, proposal, cast, world):
    """A draft with its yardstick."""
    made = services.draft_measure(words=words(), actor=cast.director)
    with foretold_once(world):
        return services.propose_yardstick(measure=made, proposal=proposal, actor=cast.director)


@pytest.fixture
def running(draft, cast, world):
    """A measure that is carried out since June, approved before its change."""
    services.propose_measure(measure=draft, actor=cast.manager)
    with foretold_once(world):
        services.approve_measure(measure=draft, actor=cast.manager, on=date(2025, 6, 1))
    return services.start_measure(measure=draft, actor=cast.leader, on=date(2025, 6, 2))


@pytest.fixture
def done(running, cast):
    services.add_evidence(measure=running, kind="sign_in", name="签到表.txt", parts=[b"one", b"two"], actor=cast.leader)
    return services.complete_measure(measure=running, change_on=CHANGE, on=date(2025, 7, 20), actor=cast.leader)


