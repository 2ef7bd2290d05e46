"""The ledger of a stored case says what its facts say."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.engine.clock.policy import CAUSES, publish_policy
from bihuan.engine.facts.derive import case_ledger, is_outdated, load_clock, refresh
from bihuan.engine.facts.schema import PAUSE_CAUSES
from bihuan.engine.home import open_home

from .cases import append, case, derived, events, facts


@pytest.fixture
def home(tmp_path):
    home = open_home(tmp_path / "home")
    publish_policy(home, {"rule": [{"name": "all", "title": {"zh": "全部", "en": "All"}, "calendar": "cn_office",
                                    "first_response_from": "handover", "first_response_target_s": 3600,
                                    "resolution_pauses": ["customer", "test"], "replied_pauses_resolution": True}]})
    return home


def test_unknown_case_has_no_ledger(home):
    assert case_ledger(home, "nobody") is None


def test_ledger_of_a_closed_case_runs_to_the_final_close(home):
    fact = derived(home, case("c", closed_at=4000), "30 responded agent:ann", "60 pending cause=customer",
                   "180 replied customer:k1", "2000 resolved agent:ann")
    ledger = case_ledger(home, "c")
    assert ledger is not None
    assert ledger.resolution.elapsed_s == ledger.first_response.elapsed_s == 4000 * 60
    assert ledger.resolution.running_s == fact["resolution_business_s"]
    assert ledger.first_response.running_s == fact["first_response_business_s"] == 1800
    assert ledger.resolution.waits == {"customer": fact["pause_customer_s"]} == {"customer": 7200}
    assert (ledger.first_response.met, ledger.terms.rule_of("calendar")) == (True, "all")
    paused = next(segment for segment in ledger.resolution.segments if segment.state == "paused")
    assert (paused.activity, "全部" in paused.rule, "All" in paused.rule_en) == ("pending", True, True)


def test_ledger_of_an_open_case_runs_to_the_latest_moment_of_the_data(home):
    append(home, cases=[case("other", 600)])
    derived(home, case("c"), "30 responded agent:ann")
    ledger = case_ledger(home, "c")
    assert ledger is not None
    assert (ledger.resolution.ended, ledger.resolution.elapsed_s) == (False, 36_000)


def test_causes_of_policy_and_schema_are_the_same():
    assert CAUSES == PAUSE_CAUSES


LINES = st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(
    ["pending cause=customer", "pending cause=third_party", "pending cause=test", "replied agent:ann",
     "replied customer:k1", "resumed", "resolved agent:ann", "reopened", "responded bot:b", "queued"])), max_size=10)


@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.lists(LINES, min_size=4, max_size=4))
def test_ledger_totals_are_the_facts(tmp_path_factory, drawn):
    """R2: the segments' sum is the elapsed time to the second, whatever happened."""
    home = open_home(tmp_path_factory.mktemp("drawn"))
    publish_policy(home, {"rule": [{"name": "all", "calendar": "cn_office", "first_response_from": "handover",
                                    "first_response_pauses": ["test"], "resolution_pauses": ["customer", "test"],
                                    "replied_pauses_resolution": True}]})
    append(home, cases=[case(f"c{n}", channel="online") for n in range(len(drawn))], events=[
        row for n, lines in enumerate(drawn)
        for row in events(f"c{n}", *(f"{minute} {words}" for minute, words in sorted(lines)))])
    refresh(home)
    for fact in facts(home):
        check_ledger(fact, case_ledger(home, fact["case"]))


def check_ledger(fact, ledger) -> None:
    assert ledger.resolution.elapsed_s == ledger.first_response.elapsed_s
    for clock, name in ((ledger.first_response, "first_response"), (ledger.resolution, "resolution")):
        assert clock.ended == (fact[f"{name}_s"] is not None)
        if clock.ended:
            assert clock.running_s == fact[f"{name}_business_s"]
    if ledger.resolution.ended:
        waits = {cause: fact[f"pause_{cause}_s"] for cause in CAUSES if fact[f"pause_{cause}_s"]}
        assert ledger.resolution.waits == waits


def test_facts_of_an_older_version_are_known_as_such_and_their_cases_still_open(home):
    """The state file of a version that did not keep what sources can say has no such text."""
    derived(home, case("c"), "30 responded agent:ann")
    assert not is_outdated(home, load_clock(home))
    file = home.facts / "derived.json"
    state = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**state, "definitions": "older", "rows": {**state["rows"], "says": ""}}), "utf-8")
    ledger = case_ledger(home, "c")
    assert ledger is not None and ledger.first_response.elapsed_s == 1800
    assert is_outdated(home, load_clock(home))
    refresh(home)
    assert not is_outdated(home, load_clock(home))
