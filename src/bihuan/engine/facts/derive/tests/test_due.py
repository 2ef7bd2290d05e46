"""When promises run out: counted by hand on the calendar, and equal to what the ledger of the case says."""

from datetime import UTC, datetime

import pytest

from bihuan.engine.clock.policy import publish_policy
from bihuan.engine.facts.derive import case_ledger, refresh
from bihuan.engine.home import open_home, publish

from .cases import Together, append, at, case, derived, facts

given = Together()


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return given.derive(open_home(tmp_path_factory.mktemp("told") / "home"))


COMPLAINT = given(case("c", kind="complaint"))


def test_promise_runs_out_after_its_seconds_around_the_clock(told):
    fact = told(COMPLAINT)
    assert (fact["first_response_due"], fact["resolution_due"]) == (at(24 * 60), at(7 * 24 * 60))


def test_promise_runs_out_in_working_time(home):
    """Monday 10:00, office 9:00-12:00 and 13:30-18:00: 8 working hours end Tuesday at 10:30 (2 h + 4.5 h + 1.5 h)."""
    publish_policy(home, {"rule": [{"name": "all", "calendar": "cn_office", "resolution_target_s": 28_800}]})
    fact = derived(home, case("c"))
    assert (fact["resolution_due"], fact["first_response_due"]) == (datetime(2024, 3, 5, 2, 30, tzinfo=UTC), None)


def test_a_type_of_complaint_may_have_a_promise_of_its_own(home):
    publish_policy(home, {"rule": [
        {"name": "refund", "when": {"kind": ["complaint"], "topic": ["Refund"]}, "resolution_target_s": 3600},
        {"name": "all", "resolution_target_s": 7200}]})
    topics = {"a": "refund", "b": "bill", "c": None}
    append(home, cases=[case(name, kind="complaint", topic=topic) for name, topic in topics.items()])
    refresh(home)
    assert [fact["resolution_due"] for fact in facts(home)] == [at(60), at(120), at(120)]


def test_waits_that_stop_the_clock_put_the_promise_off(home):
    """A promise of 60 min; 30 min with the customer and 20 with a third party, the second inside the put-off time."""
    publish_policy(home, {"rule": [{"name": "all", "resolution_target_s": 3600, "first_response_target_s": 3600,
                                    "resolution_pauses": ["customer", "third_party"]}]})
    fact = derived(home, case("c"), "10 pending cause=customer", "40 resumed", "80 pending cause=third_party",
                   "100 resumed", "200 pending cause=customer", "300 resolved")
    assert (fact["resolution_due"], fact["first_response_due"]) == (at(110), at(60))


WAITING = given(case("c"), "10 pending cause=customer")
LATE = given(case("d"), f"{4 * 24 * 60} pending cause=customer", beside=WAITING)


def test_promise_does_not_run_out_while_a_wait_lasts(told):
    assert told(WAITING)["resolution_due"] is None
    assert told(LATE)["resolution_due"] == at(3 * 24 * 60)


AFTER_THE_END = given(case("c"), "10 resolved", "20 pending cause=customer")


def test_wait_that_begins_after_the_end_changes_nothing(told):
    assert told(AFTER_THE_END)["resolution_due"] == at(3 * 24 * 60)


AFTER_A_BOT = given(case("c", channel="online"), "0.1 responded bot:b", "5 queued", "7 answered agent:ann")


def test_promise_after_a_bot_counts_from_the_hand_over(told):
    fact = told(AFTER_A_BOT)
    assert (fact["first_response_due"], fact["first_response_s"]) == (at(6), 120)


def test_calendar_that_never_opens_has_no_due_moment_and_stops_no_import(home):
    publish(home, calendars=[{"name": "never", "zone": "Asia/Shanghai", "weekly": {}}])
    publish_policy(home, {"rule": [{"name": "all", "calendar": "never", "resolution_target_s": 60}]})
    assert derived(home, case("c"))["resolution_due"] is None


@pytest.mark.parametrize("calendar", ["always", "cn_office", "cn_service"])
def test_ledger_of_an_open_case_names_the_same_moment(home, calendar):
    publish_policy(home, {"rule": [{"name": "all", "calendar": calendar, "resolution_target_s": 100_000,
                                    "resolution_pauses": ["customer"]}]})
    fact = derived(home, case("c"), "100 pending cause=customer", "900 resumed", "1500 pending cause=customer",
                   "1600 replied customer:k1", "1700 responded agent:ann")
    ledger = case_ledger(home, "c")
    assert ledger is not None and fact["resolution_due"] == ledger.resolution.due
