from datetime import timedelta

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.loop.improve.measures.models import Measure, Progress
from bihuan.loop.improve.measures.services.carrying import today

from .. import services
from ..services import Words

DAY = timedelta(days=1)


@pytest.fixture
def cast(db, home, settings):
    settings.BIHUAN_HOME = home.path
    return build_cast()


@pytest.fixture
def measure(cast):
    """Return ``measure(number, **changes)``: a running measure of team n1 that is 40 % done and due in ten days."""

    def make(number, *, share=40, **changes):
        made = Measure.objects.create(**{
            "number": number, "title": f"措施 {number}", "kind": "training", "unit_code": "n1", "state": "running",
            "accountable": cast.leader, "created_by": cast.manager, "starts_on": today() - 20 * DAY,
            "due_on": today() + 10 * DAY} | changes)
        if share is not None:
            Progress.objects.create(measure=made, week=today(), share=share, text="按计划", by=cast.leader)
        return made

    return make


@pytest.fixture
def plan(cast):
    return services.make_plan(title="缩短退款", goal="退款时长由 5 天降到 2 天，年底前", unit_code="n1",
                              owner=cast.manager, actor=cast.manager)


@pytest.fixture
def phase(cast, plan):
    """Return ``phase(measures, begin, due)``: a phase, days counted from today."""

    def make(measures=(), begin=-20, due=15, *, actor=None, phase=None, **changes):
        words = {"title": "试点", "deliverable": "试点报告", "owner": cast.leader, "starts_on": today() + begin * DAY,
                 "due_on": today() + due * DAY} | changes
        return services.save_phase(plan=plan, words=Words(**words), measures=measures, phase=phase,
                                   actor=actor or cast.manager)

    return make
