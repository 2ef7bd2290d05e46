"""Repeat contacts: gaps are stored, absorbed cases are left out."""

import pytest

from bihuan.engine.facts.derive import refresh
from bihuan.engine.home import open_home

from .cases import DAY, Together, append, at, case, facts

GAPS = ("next_contact_s", "prev_contact_s", "next_complaint_s", "prev_complaint_s", "next_any_contact_s")


given = Together()


def of(customer, *cases) -> list[str]:
    """The cases of one customer and one source; a case may name another customer, or nobody."""
    first, *rest = (row | {"customer": customer} if row["customer"] == "k1" else row for row in cases)
    name = given(first)
    return [name, *(given(row, beside=name) for row in rest)]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return given.derive(open_home(tmp_path_factory.mktemp("told") / "home"))


def gaps_of(told, names) -> list[tuple]:
    return [tuple(told(one)[name] for name in GAPS) for one in names]


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


def gaps(home) -> dict[str, tuple]:
    return {row["case"]: tuple(row[name] for name in GAPS) for row in facts(home)}


RUNS = of("runs", case("a", 0, resolved_at=60), case("b", DAY), case("x", 600, topic="other"),
          case("y", 700, customer="another"), case("z", 800, customer=None))


def test_gap_runs_from_the_end_of_one_contact_to_the_opening_of_the_next(told):
    first, second, _, *others = gaps_of(told, RUNS)
    assert first == (DAY * 60 - 3600, None, None, None, 600 * 60 - 3600)
    assert second == (None, DAY * 60 - 3600, None, None, None)
    assert others == [(None,) * 5] * 2


INSIDE = of("inside", case("a", 0, resolved_at=500), case("b", 100, resolved_at=200))


def test_contact_while_the_first_case_still_runs_is_a_gap_of_nothing(told):
    first, second = gaps_of(told, INSIDE)
    assert (first[0], second[1]) == (0, 0)


COMPLAINTS = of("complains", case("a", 0, kind="complaint", resolved_at=0), case("b", 10),
                case("c", 20, kind="complaint"))


def test_complaints_have_neighbours_among_complaints(told):
    first, contact, second = gaps_of(told, COMPLAINTS)
    assert first == (600, None, 1200, None, 600)
    assert contact[2:4] == (None, None)
    assert second[3] == 1200


NO_TOPIC = of("no topic", case("a", 0, topic=None), case("b", 10, topic=None), case("c", 5))


def test_cases_without_topic_share_the_topic_none(told):
    first, _, other = gaps_of(told, NO_TOPIC)
    assert (first[0], other[0]) == (600, None)


def test_merged_case_is_no_repeat_until_the_merge_is_undone(home):
    link = {"id": "l", "case": "b", "other": "a", "kind": "merged", "at": at(30)}
    append(home, cases=[case("a", 0), case("b", 10), case("c", 20)], links=[link])
    refresh(home)
    assert gaps(home)["a"][0] == 1200 and gaps(home)["b"] == (None,) * 5
    assert [row["merged"] for row in facts(home)] == [False, True, False]
    append(home, links=[link | {"undone_at": at(40)}])
    refresh(home)
    assert gaps(home)["a"][0] == 600


CLOSED_LATE = of("closed late", case("a", 0, resolved_at=60, closed_at=30 * DAY), case("b", 10 * DAY))


def test_closing_a_month_later_does_not_hide_a_repeat(told):
    """The wait for a repeat begins with the resolution, not with the automatic close."""
    assert gaps_of(told, CLOSED_LATE)[0][0] == 10 * 86_400 - 3600
