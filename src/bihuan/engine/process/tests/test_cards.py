"""Cards of a small log whose hours are added up by hand."""

import numpy as np
import pytest

from bihuan.engine.process.cards import find_cards
from bihuan.engine.process.graph import wall_seconds
from bihuan.engine.process.log import build_index, read_events
from bihuan.engine.process.tests.logs import database, event

# Hours from 受理 to 审批, and from 审批 to 办结; the third case goes back for a second approval after 5 hours.
CASES = [[(0, "受理"), (2, "审批"), (3, "办结")], [(0, "受理"), (4, "审批"), (5, "办结")],
         [(0, "受理"), (12, "审批"), (13, "办结"), (18, "审批"), (19, "办结")]]
COMPLAINT = np.array([0.0, 0.0, 1.0])


@pytest.fixture(scope="module")
def cards():
    rows = [event(str(place), 60 * hour, name) for place, case in enumerate(CASES) for hour, name in case]
    found = find_cards(build_index(read_events(database(rows))), wall_seconds, COMPLAINT)
    return {(card.kind, card.source, card.target): card for card in found}


def test_a_wait_loses_what_lies_beyond_its_own_median(cards):
    card = cards["wait", "受理", "审批"]
    assert (card.count, card.cases.count, card.cases.n, card.median_s) == (3, 3, 3, 4 * 3600)
    assert (card.hours, card.lost_hours) == pytest.approx((18, 8))
    assert card.numbers[0] == 2
    assert ("wait", "审批", "办结") not in cards      # four passages of one hour each lose nothing


def test_rework_loses_the_gaps_that_led_to_it(cards):
    assert cards["rework", "", "审批"].lost_hours == pytest.approx(5)
    assert cards["rework", "", "办结"].lost_hours == pytest.approx(1)
    assert cards["rework", "", "审批"].cases.count == 1


def test_complaints_stand_against_the_other_cases(cards):
    linked = cards["rework", "", "审批"].complaints
    assert (linked.share.count, linked.share.n, linked.others.count, linked.others.n) == (1, 1, 0, 2)
    assert linked.value == 1
