"""Filters of an address become conditions of the engine, and its scope only ever shrinks."""

from datetime import date

import pytest
from django.http import QueryDict

from bihuan.core.models import Unit
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.engine.indicators.grammar import parse

from ..contracts import BoardState
from ..forms.board import read_state, write_state
from ..queries.scoping import FilterError, quoted, where_of
from ..rights import narrowed


def test_filters_and_groups_are_one_condition():
    state = BoardState(filters=(("channel", ("online", "phone")), ("topic", ('退款 "急"',)), ("unit", ("T1",))))
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


def test_a_unit_stands_for_everything_below_it(tree):
    assert narrowed(EVERYTHING, ["C1"]).units == ("C1", "T1", "T2")
    assert narrowed(EVERYTHING, []).units is None


def test_asking_for_a_foreign_unit_leaves_nothing(tree):
    leader = Scope(units=("T1",))
    assert narrowed(leader, ["T2"]).units == ()
    assert narrowed(leader, ["C1"]).units == ("T1",)
