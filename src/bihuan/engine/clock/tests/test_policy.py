"""The policy: which promise and which pauses a case gets."""

import pytest

from bihuan.engine.clock.errors import ClockError
from bihuan.engine.clock.policy import (
    Terms,
    load_policy,
    parse_policy,
    publish_policy,
    raw_shipped_policy,
    shipped_policy,
)
from bihuan.engine.home import open_home


def terms(**case) -> Terms:
    return shipped_policy().terms(case)


@pytest.mark.parametrize(("case", "seconds"), [
    ({"channel": "phone", "kind": "complaint"}, 86_400),     # SPEC 84: complaint, 24 h
    ({"channel": "ticket", "kind": "incident"}, 900),        # SPEC 98: technical support, 15 min
    ({"channel": "phone", "kind": "contact"}, 60),
    ({"channel": "online", "kind": "contact"}, 60),
    ({"channel": "email", "kind": "request"}, None),         # no promise is no promise, not 0
])
def test_shipped_first_response_promises(case, seconds):
    assert terms(**case).first_response_target_s == seconds


def test_priority_rule_adds_the_resolution_promise_to_the_channel_rule():
    support = terms(channel="ticket", kind="incident", priority="1 - Critical")
    assert (support.first_response_target_s, support.resolution_target_s) == (900, 14_400)
    assert support.rule_of("first_response_target_s") == "technical_support"
    assert support.rule_of("resolution_target_s") == "priority_critical"
    assert support.rule_of("resolution_pauses") == "everything"


def test_shipped_clock_runs_round_the_clock_and_replies_stop_only_the_response_clock():
    """R3: replied stops only the response clock."""
    ordinary = terms(channel="ticket")
    assert (ordinary.calendar, ordinary.replied_pauses_resolution) == ("always", False)
    assert (ordinary.first_response_pauses, ordinary.resolution_pauses) == ((), ("customer", "third_party", "test"))


def test_first_matching_rule_wins_and_a_missing_value_matches_nothing():
    policy = parse_policy({"rule": [
        {"name": "gold", "when": {"tier": ["Gold"]}, "resolution_target_s": 60},
        {"name": "team", "when": {"unit": ["t1"], "channel": ["phone"]}, "resolution_target_s": 120},
    ]})
    assert policy.terms({"tier": " gold ", "unit": "t1", "channel": "phone"}).resolution_target_s == 60
    assert policy.terms({"tier": None, "unit": "T1", "channel": "phone"}).resolution_target_s == 120
    assert policy.terms({"unit": "t1"}).resolution_target_s is None


def test_assignment_gives_each_case_the_index_of_its_terms():
    distinct, index = shipped_policy().assign([{"channel": "phone"}, {"channel": "email"}, {"channel": "phone"}])
    assert index == [0, 1, 0] and distinct[1] == terms(channel="email")


def test_published_policy_replaces_the_shipped_one(tmp_path):
    home = open_home(tmp_path)
    assert load_policy(home) == shipped_policy()
    publish_policy(home, {"rule": [{"name": "all", "calendar": "cn_office", "resolution_pauses": ["test"]}]})
    assert load_policy(home).terms({}).calendar == "cn_office"
    publish_policy(home, raw_shipped_policy())
    assert load_policy(home) == shipped_policy()


@pytest.mark.parametrize("rule", [
    {"calendar": "moon"}, {"first_response_pauses": ["lunch"]}, {"resolution_target_s": 0},
    {"resolution_target_s": "1h"}, {"when": {"colour": ["red"]}}, {"target": 5}, {"replied_pauses_resolution": 1},
    {"first_response_from": "later"},
])
def test_unusable_rule_is_named_and_not_published(tmp_path, rule):
    home = open_home(tmp_path)
    with pytest.raises(ClockError, match="计时规则“mine”") as caught:
        publish_policy(home, {"rule": [{"name": "mine", **rule}]})
    assert caught.value.code == "policy_unreadable" and "mine" in caught.value.text("en")
    assert load_policy(home) == shipped_policy()


def test_policy_without_rules_is_refused():
    with pytest.raises(ClockError):
        parse_policy({"rule": []})


def test_rule_titles_are_shown_in_both_languages():
    assert shipped_policy().title("phone").startswith("电话")
    assert shipped_policy().title("phone", "en").startswith("Phone")
    assert shipped_policy().title("gone") == "gone"
