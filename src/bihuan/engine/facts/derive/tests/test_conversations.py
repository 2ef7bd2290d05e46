"""Golden conversations (R4): who is credited with which seconds. All expected numbers are counted by hand."""

import pytest

from bihuan.engine.clock.policy import publish_policy
from bihuan.engine.home import open_home

from .cases import DAY, Together, at, case, derived

given = Together()


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is derived of a given case: ``told(NAME)`` its fact, ``told(NAME, "segment")`` its segments."""
    return given.derive(open_home(tmp_path_factory.mktemp("told") / "home"))


BOT_THEN_HUMAN = given(case("c", channel="online"), "0 opened customer:k1", "0.1 responded bot:b", "5 queued",
                       "5.6666666667 answered agent:ann", "6 responded agent:ann", "9 ended")


def test_bot_then_human_counts_from_the_hand_over_and_credits_the_person(told):
    """The bot serves 5 minutes; the customer asks for a person at 5:00 and is answered at 5:40."""
    fact = told(BOT_THEN_HUMAN)
    assert (fact["first_response_s"], fact["responder"], fact["wait_s"]) == (40, "ann", 40)
    assert (fact["asked_human"], fact["reached_human"], fact["offered"], fact["answered"]) == (True, True, True, True)


COMPLAINT_AFTER_BOT = given(case("c", channel="online", kind="complaint"), "0.1 responded bot:b", "5 queued",
                            "6 answered agent:ann")


def test_complaint_counts_from_receipt_even_after_a_bot(told):
    fact = told(COMPLAINT_AFTER_BOT)
    assert (fact["first_response_s"], fact["wait_s"]) == (360, 60)


BOT_ALONE = given(case("c", channel="online"), "0.1 answered bot:b", "1 responded bot:b", "2 ended")


def test_bot_alone_answers_nobody_and_no_person_was_asked_for(told):
    fact = told(BOT_ALONE)
    assert (fact["first_response_s"], fact["offered"], fact["asked_human"]) == (None, False, False)
    assert (fact["reached_human"], fact["talk_s"]) == (None, None)


ASKED_IN_VAIN = given(case("c", channel="online"), "0.1 responded bot:b", "1 queued", "4 abandoned customer:k1")


def test_asked_for_a_person_and_got_none(told):
    fact = told(ASKED_IN_VAIN)
    assert (fact["asked_human"], fact["reached_human"], fact["abandoned"], fact["wait_s"]) == (True, False, True, 180)


NO_RESPONSES = given(case("c"), "1 responded system:robot", "2 note agent:ann", "3 responded agent:bob internal",
                     "4 replied customer:k1", "7 responded agent:cleo")


def test_system_and_internal_messages_are_no_response(told):
    fact = told(NO_RESPONSES)
    assert (fact["first_response_s"], fact["responder"]) == (420, "cleo")


REPLY_BEFORE = given(case("c"), "3 responded agent:ann", "10 assigned system:bob", "60 resolved agent:bob")


def test_reply_before_assignment_counts_and_is_credited_to_the_sender(told):
    fact = told(REPLY_BEFORE)
    assert (fact["first_response_s"], fact["responder"], fact["agent"]) == (180, "ann", "bob")


TRANSFERRED = given(case("c"), "0 assigned system:ann unit=t1", "30 transferred system:bob unit=t2",
                    "90 resolved agent:bob")


def test_transfer_starts_a_segment_and_moves_the_ownership(told):
    fact = told(TRANSFERRED)
    assert (fact["transfers"], fact["agent"], fact["segments"], fact["unit"]) == (1, "bob", 2, "t2")
    shape = [(s["agent"], s["unit"], s["seconds"], s["begun_by"]) for s in told(TRANSFERRED, "segment")]
    assert sorted(shape) == [("ann", "t1", 1800, "assigned"), ("bob", "t2", 3600, "transferred")]


REOPENED_LATE = given(case("c"), "0 assigned system:ann", "60 resolved agent:ann",
                      f"{60 + 5 * DAY} reopened customer:k1", f"{120 + 5 * DAY} resolved agent:ann")


def test_reopening_after_five_days_starts_a_segment_and_lengthens_the_resolution(told):
    fact = told(REOPENED_LATE)
    assert (fact["reopens"], fact["resolution_s"], fact["segments"]) == (1, 5 * 86_400 + 7_200, 2)
    shape = sorted((s["segment"], s["seconds"], s["begun_by"]) for s in told(REOPENED_LATE, "segment"))
    assert shape == [(1, 3_600, "assigned"), (2, 3_600, "reopened")]


STILL_REOPENED = given(case("c", resolved_at=60), "60 resolved agent:ann", "90 reopened customer:k1")


def test_reopened_and_not_resolved_again_is_open_and_has_no_resolution(told):
    fact = told(STILL_REOPENED)
    assert (fact["is_open"], fact["resolved"], fact["closed"]) == (True, False, None)
    assert (fact["resolution_s"], fact["resolution_business_s"], fact["resolved_at"]) == (None, None, None)


CLOSED_LATER = given(case("c", resolved_at=120, closed_at=300), "60 resolved", "90 reopened")


def test_later_stamp_closes_what_was_reopened(told):
    fact = told(CLOSED_LATER)
    assert (fact["is_open"], fact["resolution_s"], fact["closed_at"]) == (False, 7200, at(300))


RESOLVED_AGAIN = given(case("a"), "10 resolved agent:ann", "20 responded agent:ann", "30 resolved agent:ann")
COURTESY = given(case("b"), "10 resolved agent:ann", "20 responded agent:ann", "30 closed system:x",
                 beside=RESOLVED_AGAIN)


def test_work_resolved_again_is_a_reopening_but_a_courtesy_message_is_none(told):
    again, courtesy = told(RESOLVED_AGAIN), told(COURTESY)
    assert (again["reopens"], again["resolution_s"]) == (1, 1800)
    assert (courtesy["reopens"], courtesy["resolution_s"], courtesy["is_open"]) == (0, 600, False)


COUNTS_MORE = given(case("a", reopen_count=3, reassign_count=2), "10 resolved", "20 reopened", "30 resolved")
COUNTS_FEWER = given(case("b", reopen_count=0, reassign_count=0), "5 transferred", "10 resolved", "20 reopened",
                     beside=COUNTS_MORE)


def test_counter_of_the_source_and_events_take_the_larger(told):
    more, fewer = told(COUNTS_MORE), told(COUNTS_FEWER)
    assert (more["reopens"], more["transfers"], fewer["reopens"], fewer["transfers"]) == (3, 2, 1, 1)


NO_LOG = given(case("c", resolved_at=30), "0 opened stamp", "30 resolved stamp")


def test_case_without_log_does_not_claim_to_know_reopenings_transfers_or_pauses(told):
    fact = told(NO_LOG)
    unknown = ("reopens", "transfers", "escalated", "pause_customer_s")
    assert [fact[name] for name in unknown] == [None] * 4
    assert fact["resolution_s"] == 1800


STAMPED_RESPONSE = given(case("c", first_response_at=20, agent="ann"), "5 opened customer:k1")


def test_stamp_of_the_case_row_stands_in_for_missing_response_events(told):
    fact = told(STAMPED_RESPONSE)
    assert (fact["first_response_s"], fact["responder"]) == (1200, "ann")


STAMPS = given(case("stamped", resolved_at=60))
LEFT_OUT = given(case("c", closed_at=90), "30 resolved agent:ann", beside=STAMPS)


def test_source_that_stamps_resolutions_is_believed_when_it_left_one_out(told):
    """A case closed without a stamp was closed unresolved or entered as done: its duration is unknown, not short."""
    fact = told(LEFT_OUT)
    assert (fact["is_open"], fact["closed"], fact["resolved_at"], fact["resolution_s"]) == (False, True, None, None)
    assert fact["resolution_business_s"] is None and fact["ended_at"] == at(30)


BEFORE_OPENING = given(case("c", first_response_at=-5, resolved_at=-1))


def test_times_before_the_opening_give_no_duration(told):
    fact = told(BEFORE_OPENING)
    assert (fact["first_response_s"], fact["resolution_s"], fact["resolution_business_s"]) == (None, None, None)


CALL = given(case("c", channel="phone"), "0.1666666667 queued", "0.6666666667 answered agent:ann", "2 hold",
             "2.5 unhold", "5 ended", "6 wrapped")
SHORT_CALL = given(case("d", channel="phone"), "0 answered agent:ann", "1 ended", beside=CALL)


def test_phone_call_is_measured_from_queue_to_wrap_up(told):
    """Queued 0:10, answered 0:40, hold 2:00-2:30, ended 5:00, wrapped 6:00."""
    fact = told(CALL)
    assert (fact["wait_s"], fact["talk_s"], fact["hold_s"], fact["wrap_s"], fact["handle_s"]) == (30, 230, 30, 60, 320)
    assert (fact["is_open"], fact["resolved"], fact["closed"], fact["ended_at"]) == (False, None, None, at(5))
    assert fact["first_response_s"] == 40
    short = told(SHORT_CALL)
    assert [short[name] for name in ("talk_s", "hold_s", "wrap_s", "handle_s")] == [60, 0, 0, 60], "parts of a whole"


COLD = given(case("a", channel="phone"), "0 answered agent:ann", "2 transferred system:bob", "5 answered agent:bob",
             "6 ended")
WARM = given(case("b", channel="phone"), "0 answered agent:ann", "2 transferred system:bob", "6 ended", beside=COLD)


def test_queue_between_two_agents_is_no_talk_and_a_warm_transfer_is(told):
    cold, warm = told(COLD), told(WARM)
    assert (cold["talk_s"], warm["talk_s"], cold["agent"], cold["answerer"]) == (180, 360, "bob", "ann")


UNFINISHED = given(case("c", channel="phone"), "0 answered agent:ann", "2 hold")


def test_unfinished_call_has_no_talk_time(told):
    fact = told(UNFINISHED)
    assert (fact["talk_s"], fact["handle_s"]) == (None, None)


LOGGED = given(case("a", channel="phone"), "0 queued", "2 abandoned customer:k1")
STAMPED = given(case("b", channel="phone"), "0 abandoned stamp", beside=LOGGED)


def test_abandoned_call_waited_unless_the_moment_is_only_a_stamp_of_the_opening(told):
    logged, stamped = told(LOGGED), told(STAMPED)
    assert (logged["abandoned"], logged["wait_s"], logged["answered"]) == (True, 120, False)
    assert (stamped["abandoned"], stamped["wait_s"]) == (True, None)


TICKET = given(case("c"), "1 responded agent:ann")


def test_ticket_has_no_queue_figures(told):
    fact = told(TICKET)
    assert [fact[name] for name in ("offered", "answered", "abandoned", "asked_human", "wait_s")] == [None] * 5


MESSAGE = {"id": "m1", "at": at(4), "sender": "ann", "sender_kind": "agent", "text": "您好"}
MESSAGES = given(case("c", channel="email"), messages=[
    MESSAGE, MESSAGE | {"id": "m0", "at": at(1), "sender": "b", "sender_kind": "bot"}])


def test_messages_count_as_events_of_their_sender(told):
    fact = told(MESSAGES)
    assert (fact["first_response_s"], fact["responder"]) == (240, "ann")


PAUSES = given(case("c"), "10 pending cause=customer", "70 replied customer:k1", "80 pending cause=third_party",
               "90 replied customer:k1", "110 resumed", "200 pending cause=test", "220 resumed", "250 pending",
               "260 responded agent:ann", "300 resolved agent:ann")


def test_pauses_are_itemised_and_taken_off_the_resolution_only(told):
    """60 min for the customer (who writes back), 30 for a third party, 20 for a test, of 300 min."""
    fact = told(PAUSES)
    assert [fact[f"pause_{cause}_s"] for cause in ("customer", "third_party", "test")] == [3600, 1800, 1200]
    assert (fact["resolution_s"], fact["resolution_business_s"]) == (18_000, 18_000 - 6_600)
    assert (fact["first_response_s"], fact["first_response_business_s"]) == (15_600, 15_600)


TAKEN_UP = given(case("c"), "10 pending cause=customer", "20 pending cause=customer", "40 assigned agent:ann",
                 "60 resolved agent:ann")


def test_wait_ends_when_somebody_takes_the_case_up_again(told):
    """Logs of states have no "resumed": Awaiting User Info is followed by Active."""
    fact = told(TAKEN_UP)
    assert (fact["pause_customer_s"], fact["resolution_business_s"]) == (1800, 1800)


def test_replied_pauses_the_resolution_only_where_the_policy_says_so(home):
    lines = ("10 replied agent:ann", "40 replied customer:k1", "50 replied agent:ann", "60 resolved agent:ann")
    assert derived(home, case("a"), *lines)["resolution_business_s"] == 3600
    publish_policy(home, {"rule": [{"name": "all", "replied_pauses_resolution": True,
                                    "resolution_pauses": ["customer"]}]})
    fact = derived(home, case("b"), *lines)
    assert (fact["resolution_business_s"], fact["pause_customer_s"]) == (3600 - 2400, 2400)
    assert fact["first_response_business_s"] == 600


def test_reply_inside_a_stated_wait_adds_nothing_to_it(home):
    publish_policy(home, {"rule": [{"name": "all", "replied_pauses_resolution": True,
                                    "resolution_pauses": ["customer", "third_party"]}]})
    fact = derived(home, case("c"), "10 pending cause=third_party", "20 replied agent:ann", "40 resumed", "60 resolved")
    assert (fact["pause_third_party_s"], fact["pause_customer_s"], fact["resolution_business_s"]) == (1800, 0, 1800)


def test_office_hours_and_targets_come_from_the_policy(home):
    """Monday 10:00 to Tuesday 10:00 is 6.5 h + 1 h of office time."""
    publish_policy(home, {"rule": [{"name": "all", "calendar": "cn_office", "resolution_target_s": 28_800}]})
    fact = derived(home, case("c"), f"{DAY} resolved agent:ann")
    assert (fact["resolution_s"], fact["resolution_business_s"]) == (86_400, 27_000)
    assert (fact["resolution_target_s"], fact["first_response_target_s"]) == (28_800, None)
