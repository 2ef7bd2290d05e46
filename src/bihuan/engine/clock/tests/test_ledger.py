"""The ledger: every second of a case has one state, and the states add up."""

from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.engine.clock.calendars import parse_calendar, shipped_calendars
from bihuan.engine.clock.elapsed import business_seconds
from bihuan.engine.clock.ledger import Pause, Span, Stops, build_ledger

PRESETS = {raw["name"]: parse_calendar(raw, zone="UTC") for raw in shipped_calendars()}
ALWAYS, OFFICE = PRESETS["always"], PRESETS["cn_office"]
ALL = Stops(("customer", "third_party", "test"), "全部", "all")
NONE = Stops((), "无", "none")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


OPENED, ENDED = at("2024-03-04 10:00"), at("2024-03-05 11:00")
WAIT = Pause(at("2024-03-04 11:00"), at("2024-03-04 14:30"), "customer", "Awaiting User Info", "Active")


def test_office_case_with_a_wait_is_split_into_running_paused_and_closed_hours():
    """Monday 10:00 to Tuesday 11:00, waiting 11:00-14:30: 1 h + 3.5 h + 2 h run, 15 h are closed."""
    ledger = build_ledger("resolution", Span(OPENED, OPENED, ENDED, at("2024-03-06 00:00"), "New", "Resolved"),
                          pauses=[WAIT], calendar=OFFICE, stops=ALL, target_s=6 * 3600)
    shape = [(segment.state, segment.seconds, segment.activity) for segment in ledger.segments]
    assert shape == [("running", 3600, "New"), ("paused", 12600, "Awaiting User Info"), ("running", 12600, "Active"),
                     ("closed_hours", 54000, ""), ("running", 7200, ""), ("done", 46800, "Resolved")]
    assert (ledger.running_s, ledger.waits, ledger.met) == (6 * 3600 + 1800, {"customer": 12600}, False)
    assert ledger.elapsed_s == at("2024-03-06 00:00") - OPENED
    assert "等待客户期间不计入解决" in ledger.segments[1].rule and "Rule" in ledger.segments[1].rule_en


def test_wait_the_policy_does_not_take_off_runs_and_is_still_named():
    ledger = build_ledger("first_response", Span(OPENED, OPENED, ENDED, ENDED), pauses=[WAIT], calendar=ALWAYS,
                          stops=NONE)
    assert ledger.totals == {"running": ENDED - OPENED}
    assert ledger.waits == {"customer": 12600}
    assert "照常计时" in ledger.segments[1].rule


def test_changing_the_promise_keeps_the_pauses():
    """R2: changing the SLA keeps earlier pauses."""
    span = Span(OPENED, OPENED, ENDED, ENDED)
    short, long = (build_ledger("resolution", span, pauses=[WAIT], calendar=OFFICE, stops=ALL, target_s=seconds)
                   for seconds in (3600, 360_000))
    assert short.segments == long.segments
    assert (short.met, long.met) == (False, True)


def test_open_case_runs_until_now_and_its_due_time_stands_still_while_it_waits():
    now = at("2024-03-04 12:00")
    lasting = Pause(WAIT.start, None, "customer")
    paused = build_ledger("resolution", Span(OPENED, OPENED, None, now), pauses=[lasting], calendar=ALWAYS, stops=ALL,
                          target_s=7200)
    assert (paused.ended, paused.met, paused.due) == (False, None, None)
    assert paused.totals == {"running": 3600, "paused": 3600}
    running = build_ledger("resolution", Span(OPENED, OPENED, None, now), pauses=[], calendar=OFFICE, stops=ALL,
                           target_s=3 * 3600)
    assert running.due == datetime(2024, 3, 4, 14, 30, tzinfo=UTC)


def test_due_time_of_an_ended_case_lies_where_the_promise_ran_out():
    ledger = build_ledger("resolution", Span(OPENED, OPENED, ENDED, ENDED), pauses=[WAIT], calendar=OFFICE, stops=ALL,
                          target_s=2 * 3600)
    assert ledger.due == datetime(2024, 3, 4, 15, 30, tzinfo=UTC)


def test_time_with_the_bot_is_shown_but_not_counted():
    begun = OPENED + 120
    ledger = build_ledger("first_response", Span(OPENED, begun, begun + 40, begun + 100), pauses=[], calendar=ALWAYS,
                          stops=NONE)
    assert [(s.state, s.cause, s.seconds) for s in ledger.segments] == [
        ("paused", "bot", 120), ("running", None, 40), ("done", None, 60)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 600_000), min_size=3, max_size=3, unique=True).map(sorted),
       st.lists(st.tuples(st.integers(0, 600_000), st.integers(1, 90_000),
                          st.sampled_from(["customer", "third_party", "test"])), max_size=4),
       st.sampled_from([ALWAYS, OFFICE]), st.sampled_from([ALL, NONE, Stops(("test",))]))
def test_segments_add_up_to_the_second(moments, drawn, calendar, stops):
    opened, ended, until = (OPENED + m for m in moments)
    pauses, reached = [], OPENED
    for start, length, cause in sorted(drawn):
        if OPENED + start >= reached:
            reached = OPENED + start + length
            pauses.append(Pause(OPENED + start, reached, cause))
    span = Span(opened, opened, ended, until)
    ledger = build_ledger("resolution", span, pauses=pauses, calendar=calendar, stops=stops)
    assert ledger.elapsed_s == until - opened
    assert all(left.end == right.start for left, right in zip(ledger.segments, ledger.segments[1:]))

    def worked(start: int, end: int) -> int:
        start = max(start, opened)
        pair = [np.array([moment], "datetime64[s]") for moment in (start, max(start, min(end, ended)))]
        return int(business_seconds(calendar, *pair)[0])

    off = sum(worked(p.start, p.end or ended) for p in pauses if p.cause in stops.causes and p.start < ended)
    assert ledger.running_s == worked(opened, ended) - off
