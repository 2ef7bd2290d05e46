"""What gaps do to the indicators is read off their definitions, so that no list of effects can go stale."""

import pytest

from bihuan.engine.facts.importing import import_rows
from bihuan.engine.home import open_home
from bihuan.engine.indicators.completeness import doctor_lines, effects, sources

CASES = [
    {"id": f"T{number}", "opened": f"2024-03-{number + 1:02d} 09:00:00", "channel": "online", "customer": f"C{number}",
     "agent": "A1", "topic": "退款", "first_response_at": None if number < 3 else f"2024-03-{number + 1:02d} 09:01:00",
     "resolved_at": f"2024-03-{number + 1:02d} 12:00:00"}
    for number in range(10)
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A workspace of two sources, which all tests here only read."""
    home = open_home(tmp_path_factory.mktemp("filled") / "home")
    result = import_rows(home, "cases", CASES, source="chat", actor="test")
    import_rows(home, "cases", [{"id": "X1", "opened": "2024-04-01 09:00:00", "channel": "phone"}], source="calls",
                actor="test")
    return home, result.batch


def told(found):
    return {one.indicator: one for one in found}


def test_an_indicator_loses_the_rows_that_lack_what_it_asks_for(filled):
    home, batch = filled
    lost = told(effects(home, batch=batch))["online_first_response"]
    assert (lost.rows, lost.lost, lost.impossible, lost.wants) == (10, 3, False, (("first_response_s", 3),))


def test_what_a_source_never_speaks_of_cannot_be_computed(filled):
    home, _ = filled
    found = told(effects(home, source="chat"))
    assert found["closure_rate"].impossible and found["closure_rate"].wants[0] == ("closed", 10)
    assert "resolution_cycle" not in found


def test_rows_that_do_not_concern_an_indicator_are_not_lost_to_it(filled):
    """A phone call has no online response time, and a chat no pick-up time: neither is a gap."""
    home, _ = filled
    assert "online_first_response" not in told(effects(home, source="calls"))
    assert "pickup" not in told(effects(home, source="chat"))


def test_no_earlier_contact_is_an_answer_and_no_gap(filled):
    home, _ = filled
    assert "repeat_contact" not in told(effects(home, source="chat"))


def test_every_source_has_its_line_and_those_with_gaps_advice(filled):
    home, _ = filled
    assert sources(home) == ["calls", "chat"]
    lines = {line.found.split(":")[0]: line for line in doctor_lines(home)}
    assert lines["chat"].state == "warn"
    assert "3" in lines["chat"].advice and "首次响应时长" in lines["chat"].advice
    assert "of 10 rows" in lines["chat"].advice_en
