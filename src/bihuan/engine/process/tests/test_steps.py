"""The four numbers of a step, counted by hand from six small cases and checked by SciPy and statsmodels."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from bihuan.engine.process.conformance import ModelStep, Share
from bihuan.engine.process.graph import wall_seconds
from bihuan.engine.process.log import build_index, read_events
from bihuan.engine.process.steps import Amount, Difference, StepNumbers, hot_spots, measure_steps
from bihuan.engine.process.tests.logs import database, event

# (minutes, activity) of each case: a check that takes 10, 20, 30 minutes of work after waiting; one case checks twice.
CASES = [
    [(0, "受理"), (5, "开始核实"), (15, "核实"), (20, "办结")],
    [(0, "受理"), (8, "开始核实"), (28, "核实"), (40, "开始核实"), (70, "核实"), (80, "办结")],
    [(0, "受理"), (3, "办结")], [(0, "受理"), (4, "办结")], [(0, "核实"), (6, "办结")], [(0, "受理")],
]
CSAT = np.array([5, 3, np.nan, 4, 2, 5])
COMPLAINT = np.array([0, 1, 0, 0, 1, np.nan])


@pytest.fixture(scope="module")
def numbers():
    rows = [event(str(place), minute, name) for place, case in enumerate(CASES) for minute, name in case]
    steps = (ModelStep("受理", ("受理",)), ModelStep("核实", ("核实",)), ModelStep("办结", ("办结",)))
    found = measure_steps(build_index(read_events(database(rows))), steps, ((), ("开始核实",), ()), wall_seconds,
                          CSAT, COMPLAINT)
    return {one.name: one for one in found}


def test_waits_run_from_the_event_before_to_the_first_time(numbers):
    assert (numbers["核实"].wait.n, numbers["核实"].wait.value) == (2, 60 * np.median([10, 20]))
    assert (numbers["办结"].wait.n, numbers["办结"].wait.value) == (5, 60 * np.median([5, 10, 3, 4, 6]))
    assert numbers["受理"].wait.n == 0 and numbers["受理"].wait.value is None


def test_handling_needs_a_recorded_beginning(numbers):
    assert (numbers["核实"].handling.n, numbers["核实"].handling.value) == (3, 60 * np.median([10, 20, 30]))
    assert numbers["办结"].handling.value is None


def test_repetitions_are_a_share_with_wilsons_interval(numbers):
    one = numbers["核实"]
    assert (one.cases, one.repeated.count, one.repeats) == (3, 1, 1)
    assert (one.repeated.low, one.repeated.high) == pytest.approx(proportion_confint(1, 3, method="wilson"))


def test_satisfaction_and_complaints_stand_against_the_other_cases(numbers):
    one = numbers["核实"]
    low, high = stats.t.interval(0.95, 2, np.mean([5, 3, 2]), stats.sem([5, 3, 2]))
    assert (one.csat.value, one.csat.low, one.csat.high) == pytest.approx((10 / 3, low, high))
    assert (one.csat_others.value, one.csat_others.n) == (4.5, 2)
    difference = confint_proportions_2indep(2, 3, 0, 2, method="newcomb", compare="diff")
    assert (one.complaints.low, one.complaints.high) == pytest.approx(difference)
    assert (one.complaints.share.count, one.complaints.share.n, one.complaints.others.n) == (2, 3, 2)


def test_complaints_gather_where_they_do_among_all_steps():
    """Of twelve steps one has p 0.01 and the others none: SciPy's correction makes it 0.12, and of one alone 0.01."""
    assert stats.false_discovery_control([0.01] + [0.9] * 11)[0] == pytest.approx(0.12)
    steps = [step("核实", 0.01), *(step(str(place), 0.9) for place in range(11))]
    assert hot_spots(steps) == () and hot_spots(steps[:1]) == ("核实",)
    assert hot_spots([step("办结", 0.001, low=-0.2)]) == ()         # fewer complaints than the others


def step(name, p, low=0.01):
    share, nothing = Share(5, 50, 0.0, 0.2), Amount(None, None, None, 0)
    return StepNumbers(name, 50, nothing, nothing, share, 0, nothing, nothing,
                       Difference(share, share, low + 0.02, low, low + 0.05, p), np.zeros(0, int))
