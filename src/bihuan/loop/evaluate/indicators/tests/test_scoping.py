"""Filters of an address become conditions of the engine."""

from datetime import date

import pytest
from django.http import QueryDict

from bihuan.core.models import Unit
from bihuan.engine.indicators.grammar import parse

from ..contracts import BoardState
from ..forms.board import read_state
from ..queries.address import only, without, write_state
from ..queries.scoping import FilterError, quoted, single_values, where_of


def test_filters_and_groups_are_one_condition():
    state = BoardState(filters=(("channel", ("online", "phone")), ("topic", ('退款 "急"',))))
    text = where_of(state, [("agent", "A1"), ("region", None)])
    assert text == (
        "channel in (\"online\", \"phone\") and topic in ('退款 \"急\"') and agent = \"A1\" and region is null")
    parse(text)


def test_a_value_with_both_quotes_is_refused_and_not_guessed():
    with pytest.raises(FilterError):
        quoted("""a"b'c""")


def test_an_address_says_the_whole_state_and_nothing_more():
    address = "period=custom&from=2026-01-01&to=2026-02-28&grain=week&by=team&channel=phone&channel=online&page=2"
    state, problems = read_state(QueryDict(address))
    assert not problems
    assert (state.start, state.end) == (date(2026, 1, 1), date(2026, 2, 28))
    assert state.chosen("channel") == ("online", "phone")
    assert read_state(QueryDict(write_state(state))) == (state, [])
    assert write_state(BoardState()) == ""


@pytest.mark.parametrize("address", [
    "period=fortnight", "period=custom", "period=custom&from=2026-13-40", "period=custom&from=2026-02-01&to=2026-01-01",
    "by=colour", "grain=hour", "compare=unit",
])
def test_an_address_that_cannot_be_meant_is_refused_with_words(address):
    _, problems = read_state(QueryDict(address))
    assert len(problems) == 1 and problems[0]


def test_a_page_that_is_no_number_is_the_first():
    assert [read_state(QueryDict(f"page={text}"))[0].page for text in ("0", "-3", "x", "７", "2")] == [1, 1, 1, 1, 2]


@pytest.fixture
def tree(db):
    for code, parent, kind in [("C1", "", "centre"), ("T1", "C1", "team"), ("T2", "C1", "team"), ("V1", "", "vendor")]:
        Unit.objects.create(code=code, name=code, parent_code=parent, kind=kind)


def test_units_are_looked_for_by_their_kind(tree):
    assert where_of(BoardState(filters=(("unit", ("T1", "T2")),))) == 'team in ("T1", "T2")'
    assert where_of(BoardState(filters=(("unit", ("C1", "T2")),))) == '(centre in ("C1") or team in ("T2"))'
    assert where_of(BoardState(filters=(("unit", ("nobody",)),))) == 'unit in ("nobody")'


def test_a_single_value_is_also_a_group_so_that_its_target_judges(tree):
    state = BoardState(filters=(("channel", ("phone",)), ("topic", ("a", "b")), ("unit", ("C1",))))
    assert single_values(state) == ("channel", "centre")


def test_a_chip_takes_one_value_away_and_a_group_leads_to_itself():
    state = BoardState(by="team", sort="fcr", page=3, filters=(("channel", ("online", "phone")),))
    assert without(state, "channel", "phone").filters == (("channel", ("online",)),)
    assert without(BoardState(filters=(("topic", ("a",)),)), "topic", "a").filters == ()
    led = only(state, "team", "T1")
    assert (led.by, led.sort, led.page, led.chosen("unit")) == ("", "", 1, ("T1",))
