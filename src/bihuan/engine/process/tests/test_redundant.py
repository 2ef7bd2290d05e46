"""Candidates for redundant steps and the replay of escalation rules, counted by hand on five cases."""

import pytest
from statsmodels.stats.proportion import proportion_confint

from bihuan.engine.process.escalation import Level, replay
from bihuan.engine.process.graph import wall_seconds
from bihuan.engine.process.log import build_index, read_events
from bihuan.engine.process.redundant import find_redundant
from bihuan.engine.process.tests.logs import MONDAY, database, event

# Hours of each event. 复核 twice in the third case; the second case goes the way of the first without 审批.
CASES = [
    [(0, "受理"), (4, "审批"), (10, "办结")], [(0, "受理"), (3, "办结")],
    [(0, "受理"), (5, "复核"), (9, "复核"), (30, "审批"), (50, "审批"), (60, "办结")], [(0, "受理"), (1, "催办")],
    [(0, "受理"), (2, "审批"), (6, "办结")]]


@pytest.fixture(scope="module")
def index():
    rows = [event(str(place), 60 * hour, name) for place, case in enumerate(CASES) for hour, name in case]
    return build_index(read_events(database(rows)))


def test_candidates_are_ranked_by_the_time_spent_on_them(index):
    found = {one.activity: one for one in find_redundant(index, wall_seconds)}
    assert list(found) == ["审批", "复核"]
    one = found["审批"]
    assert (one.hours, one.repeats, one.repeat_hours) == pytest.approx((4 + 21 + 20 + 2, 1, 20))
    assert (one.spared, one.without, one.is_check) == (2, 1, True)
    assert (found["复核"].hours, found["复核"].repeats, found["复核"].spared) == (9, 1, 0)


def test_a_stray_path_without_an_activity_is_no_sign():
    """49 of 50 cases are closed: that one is not says nothing; three of 50 without it are 6 %, another way to work."""
    def found(left_out):
        rows = [event(str(case), 60 * hour, name) for case in range(50)
                for hour, name in enumerate(("受理", "办结", "关闭")) if name != "关闭" or case >= left_out]
        return {one.activity: (one.spared, one.without)
                for one in find_redundant(build_index(read_events(database(rows))), wall_seconds)}

    assert "关闭" not in found(1) and found(3)["关闭"] == (47, 3)


def test_few_cases_are_not_told(index):
    assert [one.activity for one in find_redundant(index, wall_seconds, minimum=2)] == ["审批"]


def test_levels_are_reached_by_the_time_a_case_ran(index):
    """Cases ran 10, 3, 60 and 6 hours; the fourth is open: 1 hour and 47 more until the data end."""
    until = int((MONDAY.timestamp() + 48 * 3600) * 1_000_000)
    found = replay(index, [Level("组长", 5 * 3600), Level("经理", 24 * 3600)], wall_seconds, done=["办结"],
                   approvals=["审批", "复核"], most=1, until=until)
    first, second = found.levels
    assert (found.cases, found.open) == (5, 1)
    assert [index.cases[int(one)].as_py() for one in first.numbers] == ["0", "2", "3", "4"]
    assert (first.reached.low, first.reached.high) == pytest.approx(proportion_confint(4, 5, method="wilson"))
    assert (first.left.n, first.left.value) == (3, 5 * 3600)           # 5, 55 and 1 hours after it
    assert [index.cases[int(one)].as_py() for one in second.numbers] == ["2", "3"]


def test_the_open_tail_is_measured_on_the_cases_own_clock(index):
    """A calendar that works a third of the time: the open case has run 48 / 3 = 16 hours, not 1/3 and 47."""
    until = int((MONDAY.timestamp() + 48 * 3600) * 1_000_000)
    found = replay(index, [Level("组长", 15 * 3600), Level("经理", 17 * 3600)],
                   lambda one, steps: wall_seconds(one, steps) / 3, done=["办结"], approvals=[], most=1, until=until)
    assert [[index.cases[int(one)].as_py() for one in level.numbers] for level in found.levels] == [["2", "3"], ["2"]]


def test_cases_too_young_to_reach_a_level_say_nothing_of_it():
    """50 cases a month old, 25 of which took ten days, and 50 of yesterday, half of them closed: 25 of 50, by hand."""
    day = 24 * 60
    rows = [row for case in range(100) for row in (
        (event(str(case), 0, "受理"), event(str(case), day * (10 if case < 25 else 2), "办结")) if case < 50 else
        (event(str(case), 29 * day, "受理"), *([event(str(case), 29 * day + 60, "办结")] if case % 2 else [])))]
    found = replay(build_index(read_events(database(rows))), [Level("经理", 7 * 86_400)], wall_seconds, done=["办结"],
                   approvals=[], most=1, until=int((MONDAY.timestamp() + 30 * 86_400) * 1_000_000))
    reached = found.levels[0].reached
    assert (reached.count, reached.n, found.levels[0].young, found.open) == (25, 50, 50, 25)
    assert (reached.low, reached.high) == pytest.approx(proportion_confint(25, 50, method="wilson"))


def test_approvals_beyond_the_limit_cost_the_wait_before_them(index):
    found = replay(index, [], wall_seconds, done=["办结"], approvals=["审批", "复核"], most=2, until=0)
    assert (found.excess.count, found.excess_approvals, found.excess_hours) == (1, 2, 41)


@pytest.mark.parametrize("times", [(5, 5), (5, 3), (-1,)])
def test_levels_must_grow(index, times):
    with pytest.raises(ValueError, match="longer"):
        replay(index, [Level("x", time) for time in times], wall_seconds, done=[], approvals=[], most=1, until=0)
