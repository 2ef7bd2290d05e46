"""Answers, invitations, agent states and exposures."""

import pytest

from bihuan.engine.facts.derive import refresh
from bihuan.engine.home import open_home

from .cases import append, at, case, events, facts


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


def answer(name: str, minute: float, **columns):
    return {"id": name, "metric": "csat", "value": 5.0, "at": at(minute), "survey": "s1", "question": "q"} | columns


def test_rating_is_credited_to_who_served_then_not_to_the_later_owner(home):
    append(home, cases=[case("c")], events=events("c", "0 assigned system:ann", "60 assigned system:bob"),
           answers=[answer("early", 30, case="c"), answer("late", 90, case="c"),
                    answer("named", 90, case="c", agent="z")])
    refresh(home)
    assert {row["answer"]: row["agent"] for row in facts(home, "answer")} == {
        "early": "ann", "late": "bob", "named": "z"}


def test_rating_is_credited_to_the_agent_of_its_invitation(home):
    invited = {"id": "i", "case": "c", "survey": "s1", "agent": "ann", "at": at(20), "status": "sent"}
    append(home, cases=[case("c")], events=events("c", "0 assigned system:ann", "25 assigned system:bob"),
           answers=[answer("a", 30, case="c")], invitations=[invited, invited | {"id": "j", "survey": "s2"}])
    refresh(home)
    assert facts(home, "answer")[0]["agent"] == "ann"
    assert {row["invitation"]: row["answered"] for row in facts(home, "invitation")} == {"i": True, "j": False}


def test_answer_brings_its_own_customer_and_channel_where_there_is_no_case(home):
    append(home, cases=[case("c", region="north")], answers=[
        answer("loose", 1, customer="k9", channel="wechat"), answer("orphan", 1, case="gone"),
        answer("a", 1, case="c")])
    refresh(home)
    found = {row["answer"]: (row["case"], row["customer"], row["channel"], row["region"])
             for row in facts(home, "answer")}
    assert found == {"loose": (None, "k9", "wechat", None), "orphan": ("gone", None, None, None),
                     "a": ("c", "k1", "ticket", "north")}


def test_csat_of_a_case_is_the_mean_of_its_valid_answers(home):
    append(home, cases=[case("c")], answers=[
        answer("a", 1, case="c"), answer("b", 2, case="c", value=2.0, status="valid"),
        answer("t", 3, case="c", value=1.0, status="test"), answer("n", 4, case="c", metric="nps", value=10.0)])
    refresh(home)
    assert facts(home)[0]["csat"] == 3.5


def test_agent_state_belongs_to_the_unit_of_its_day(home):
    def state(name, start, end):
        return {"id": name, "agent": "ann", "state": "talk", "start": at(start), "end": end and at(end)}

    append(home, agent_states=[state("a", 0, 10), state("b", 100, 130), state("c", 200, None)], memberships=[
        {"agent": "ann", "unit": "t1", "valid_from": at(-100), "valid_to": at(50)},
        {"agent": "ann", "unit": "t2", "valid_from": at(50)}])
    refresh(home)
    assert sorted((row["start"], row["unit"], row["seconds"]) for row in facts(home, "agent_state")) == [
        (at(0), "t1", 600), (at(100), "t2", 1800), (at(200), "t2", None)]


def test_exposures_pass_through(home):
    append(home, exposures=[{"id": "e", "start": at(0), "kind": "customer", "count": 300.0}])
    refresh(home)
    assert [(row["kind"], row["count"]) for row in facts(home, "exposure")] == [("customer", 300.0)]
