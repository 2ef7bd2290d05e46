"""Who met a problem again and who was not heard of again: windows, groups and what they come to."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from bihuan.engine.effects.affected import FailingRule, failing_rows, failing_rule
from bihuan.engine.effects.courses import Course, compare_courses, courses_of, gone, recurred
from bihuan.engine.effects.errors import EffectError
from bihuan.engine.indicators.contracts import Passport

CHANGE = datetime(2025, 6, 1, tzinfo=UTC)
UNTIL, DAYS = CHANGE + timedelta(days=60), 28


def day(number):
    return CHANGE + timedelta(days=number)


@pytest.mark.parametrize(("failed", "told"), [
    ((day(-50), day(-30), day(10)), Course(True, True)),
    ((day(-50), day(-10), day(29)), Course(False, False)),      # 40 days later; 29 days after the change
    ((day(-20), day(-5)), Course(None, False)),                 # the window would run past the change
])
def test_a_problem_met_again_within_the_window_counts(failed, told):
    assert recurred(failed, change=CHANGE, until=UNTIL, days=DAYS) == told


def test_a_window_that_the_data_do_not_reach_counts_for_nothing():
    assert recurred((day(-50),), change=CHANGE, until=day(20), days=28) == Course(False, None)


def test_who_is_not_heard_of_again_is_gone():
    assert gone((day(-50),), (day(-50), day(-40)), change=CHANGE, until=UNTIL, days=DAYS) == Course(False, True)
    assert gone((day(-50),), (day(-50), day(3)), change=CHANGE, until=UNTIL, days=DAYS) == Course(True, False)


def test_the_shares_are_those_counted_by_hand():
    """Touched: 10 of 12 before, 4 after; others: 9 of 12 before, 8 after: -0.5 against -0.083."""
    touched = [Course(True, True)] * 3 + [Course(True, False)] * 7 + [Course(False, True)] + [Course(False, False)]
    others = [Course(True, True)] * 7 + [Course(True, False)] * 2 + [Course(False, True)] + [Course(False, False)] * 2
    told = compare_courses([*touched, Course(None, True)], others)
    assert (told.touched.n, told.touched.before, told.touched.after, told.touched.left_out) == (12, 10, 4, 1)
    assert told.touched.change == pytest.approx(-0.5) and told.difference == pytest.approx(-0.5 + 1 / 12)
    assert told.low is not None and told.high is not None and not told.small
    assert told.low < -0.5 + 1 / 12 < told.high


def test_without_others_there_is_no_difference():
    told = compare_courses([Course(True, False)] * 20, [])
    assert told.difference is None and told.others.share_before is None and told.small


def test_customers_come_back_in_their_order():
    again, away = courses_of({"a": (day(-50), day(-45))}, {"a": (day(-45),), "b": ()}, ["a", "b"], change=CHANGE,
                             until=UNTIL, days=DAYS)
    assert again == [Course(True, False), Course(None, False)] and away[0] == Course(False, True)


def passport(**changes):
    return Passport("x", {}, {}, "case", "opened", **{"aggregation": "rate"} | changes)


@pytest.mark.parametrize(("made", "told"), [
    (passport(), FailingRule("missed")), (passport(direction="down"), FailingRule("hit")),
    (passport(aggregation="mean", unit="score"), FailingRule("at_most", 2.0)),
    (passport(aggregation="nps", unit="points"), FailingRule("at_most", 6.0)),
    (passport(aggregation="median", unit="s", direction="down", target=30.0), FailingRule("above", 30.0)),
    (passport(aggregation="count", unit="count"), FailingRule("every")),
])
def test_which_rows_are_bad_follows_from_the_definition(made, told):
    assert failing_rule(made) == told


def test_where_no_row_is_bad_by_itself_it_says_so():
    for made in (passport(aggregation="ratio"), passport(aggregation="mean", unit="s", direction="down")):
        with pytest.raises(EffectError):
            failing_rule(made)
    assert failing_rule(passport(aggregation="mean", unit="s", direction="down"), 60.0).limit == 60.0


def test_only_counted_rows_are_taken():
    table = pa.table({"in_denominator": [True, True, False, True], "in_numerator": [True, False, False, None],
                      "value": [1.0, 3.0, 1.0, None], "customer": ["a", "b", "c", "d"]})
    assert failing_rows(table, FailingRule("missed"))["customer"].to_pylist() == ["b", "d"]
    assert failing_rows(table, FailingRule("at_most", 2.0))["customer"].to_pylist() == ["a"]
