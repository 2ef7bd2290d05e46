"""Golden values of other programs: pyworkforce and R's ErlangC for Erlang C, a birth-death solution for Erlang A."""

import math

import numpy as np
import pytest

from bihuan.engine.staffing.erlang import erlang_a, erlang_c, needed
from bihuan.engine.staffing.errors import StaffingError

LOAD = {"interval_s": 1800, "handle_s": 180, "target_s": 20}


def steady(contacts, **how):
    """The queue by Erlang C where there is one."""
    found = erlang_c(contacts, **how)
    assert found is not None
    return found


def test_erlang_c_equals_pyworkforce_and_r():
    found = steady(100, agents=14, **LOAD)
    assert found.load == pytest.approx(10.0)
    assert found.p_wait == pytest.approx(0.17413193359504991, rel=1e-12)
    assert found.service_level == pytest.approx(0.8883500191794669, rel=1e-12)
    assert found.wait_s == pytest.approx(7.835937011777246, rel=1e-12)
    assert found.occupancy == pytest.approx(0.7142857142857143, rel=1e-12)
    assert needed(100, service_level=0.8, occupancy=0.85, shrinkage=0.3, **LOAD) == (14, 20)


@pytest.mark.parametrize(("agents", "p_wait", "abandon", "wait", "occupancy"), [
    (9, .613307, .192156, 23.058725, .897604), (10, .496853, .137464, 16.495659, .862536),
    (11, .382816, .094155, 11.298604, .823495), (12, .279807, .061597, 7.391685, .782002),
    (14, .126976, .022839, 2.740714, .697972)])
def test_erlang_a_equals_a_birth_death_solution(agents, p_wait, abandon, wait, occupancy):
    found = erlang_a(100, agents=agents, patience_s=120, **LOAD)
    assert (found.p_wait, found.abandon, found.wait_s, found.occupancy) == pytest.approx(
        (p_wait, abandon, wait, occupancy), abs=1e-6)


def test_who_never_gives_up_is_erlang_c():
    patient, endless = erlang_a(100, agents=14, patience_s=1e9, **LOAD), steady(100, agents=14, **LOAD)
    assert patient.service_level == pytest.approx(endless.service_level, abs=1e-5)
    assert patient.p_wait == pytest.approx(endless.p_wait, abs=1e-5)


def test_the_share_in_time_equals_a_simulation_of_single_contacts():
    """An independent way to the same number: 60,000 contacts one by one, patience and handling exponential."""
    dice = np.random.default_rng(5)
    arrived = np.cumsum(dice.exponential(18, 60_000))
    service, patience = dice.exponential(180, 60_000), dice.exponential(120, 60_000)
    free, in_time = np.zeros(10), 0
    for came, takes, stays in zip(arrived, service, patience):
        who = free.argmin()
        begins = max(free[who], came)
        if begins - came <= stays:
            free[who] = begins + takes
            in_time += begins - came <= 20
    assert in_time / 60_000 == pytest.approx(erlang_a(100, agents=10, patience_s=120, **LOAD).service_level, abs=0.015)


def test_too_few_people_have_no_end_without_giving_up_and_one_with():
    assert erlang_c(100, agents=10, **LOAD) is None
    assert erlang_a(100, agents=1, patience_s=120, **LOAD).abandon == pytest.approx(0.9, abs=0.01)


def test_nobody_calls():
    assert steady(0, agents=1, **LOAD).service_level == 1.0
    assert erlang_a(0, agents=1, patience_s=60, **LOAD).abandon == 0.0


@pytest.mark.parametrize("wrong", [{"agents": 0}, {"handle_s": 0}, {"interval_s": -1}])
def test_what_is_no_queue_is_refused_with_words(wrong):
    with pytest.raises(StaffingError) as refused:
        erlang_c(100, **{"agents": 14, **LOAD, **wrong})
    assert refused.value.code == "queue" and "人数" in refused.value.text("zh")


def test_shares_outside_zero_and_one_are_refused():
    with pytest.raises(StaffingError):
        needed(100, service_level=80, **LOAD)


def test_large_centres_keep_their_digits():
    found = steady(20_000, interval_s=3600, handle_s=300, agents=1700, target_s=20)
    assert 0 < found.p_wait < 1 and math.isfinite(found.wait_s)
