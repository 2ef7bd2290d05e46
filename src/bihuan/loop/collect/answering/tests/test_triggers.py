"""Asking after a contact: each closed case is decided once, with a reason, and nobody is asked twice too soon."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.engine.facts import importing
from bihuan.loop.collect.answering import services
from bihuan.loop.collect.answering.errors import Refused
from bihuan.loop.collect.answering.models import Decision, Invitation, Rule
from bihuan.loop.collect.answering.services.triggers import decide_all

NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def rule(cast, wave):
    made = services.save_rule(
        wave=wave.pk, rule=None, name="电话回访", channels=["phone"], topics=[], kinds=[], units=[], delay_minutes=60,
        latest_hours=72, throttle_days=30, share=1.0, actor=cast.manager)
    Rule.objects.update(since=NOW - timedelta(days=10))
    made.refresh_from_db()
    return made


def close_cases(home, *cases, unit="n1"):
    """Cases as (number, customer, channel, hours since the end)."""
    rows = [{"external_id": number, "customer": customer, "channel": channel, "agent": "a1", "status": "closed",
             "unit": unit,
             "opened": NOW - timedelta(hours=hours + 1), "closed_at": NOW - timedelta(hours=hours),
             "resolved_at": NOW - timedelta(hours=hours)} for number, customer, channel, hours in cases]
    importing.import_rows(home, "cases", rows, source="desk", actor="test")


def told():
    return {one.case: one.reason or "asked" for one in Decision.objects.all()}


def test_every_closed_case_has_its_result_and_reason(rule, workspace_home):
    """R9: sent or not sent, with a reason, for all closed cases."""
    close_cases(workspace_home, ("1", "K1", "phone", 2), ("2", "K2", "online", 2), ("3", None, "phone", 2),
                ("4", "K1", "phone", 3), ("5", "K5", "phone", 100), ("6", "K6", "phone", 0.2))
    assert decide_all(now=NOW) == {"asked": 1, "not_asked": 4}
    assert told() == {"desk:1": "throttled", "desk:2": "not_matching", "desk:3": "no_customer", "desk:4": "asked",
                      "desk:5": "expired"}
    assert decide_all(now=NOW + timedelta(hours=1)) == {"asked": 1, "not_asked": 0}
    assert told()["desk:6"] == "asked"


def test_a_rule_asks_no_further_than_its_maker_reaches(cast, wave, rule, workspace_home):
    """A case without a unit belongs to its agent's; who reaches one centre asks nobody of another."""
    importing.import_rows(workspace_home, "memberships", [{"agent": "a1", "unit": "n1"}], source="hr", actor="test")
    assert set(rule.units) == {"north", "n1", "n2"}
    close_cases(workspace_home, ("1", "K1", "phone", 2), unit=None)
    close_cases(workspace_home, ("2", "K2", "phone", 2), unit="s1")
    decide_all(now=NOW)
    assert told() == {"desk:1": "asked", "desk:2": "not_matching"}
    Rule.objects.update(units=[])       # as rules were kept before they had a reach
    close_cases(workspace_home, ("3", "K3", "phone", 2), unit="s1")
    decide_all(now=NOW)
    assert told()["desk:3"] == "not_matching"
    with pytest.raises(Refused, match="不在您的范围内"):
        services.save_rule(wave=wave.pk, rule=rule, name="电话回访", units=["s1"], actor=cast.manager)


def test_deciding_again_and_again_adds_nothing(rule, workspace_home):
    close_cases(workspace_home, *((str(n), f"K{n}", "phone", 2) for n in range(20)))
    for _ in range(4):
        decide_all(now=NOW)
    assert Decision.objects.count() == Invitation.objects.count() == 20
    found = Invitation.objects.first()
    assert found.case.startswith("desk:") and found.agent == "a1" and found.rule == rule and found.token_hash


def test_killed_in_the_middle_all_or_nothing_of_a_part_is_kept(rule, workspace_home, monkeypatch):
    class Killed(BaseException):
        pass

    close_cases(workspace_home, *((str(n), f"K{n}", "phone", 2) for n in range(5)))
    with monkeypatch.context() as patch:
        patch.setattr(Decision.objects, "bulk_create", lambda *_args, **_more: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            decide_all(now=NOW)
    assert Invitation.objects.count() == 0
    decide_all(now=NOW)
    assert Invitation.objects.count() == Decision.objects.count() == 5


def test_within_the_interval_nobody_is_asked_twice_by_whatever_rule(cast, rule, workspace_home, make_wave, invite):
    other = make_wave("other")
    invite(other, "K1", sent_at=NOW - timedelta(days=10), made_at=NOW - timedelta(days=10))
    invite(other, "K2", sent_at=NOW - timedelta(days=40), made_at=NOW - timedelta(days=40))
    close_cases(workspace_home, ("1", "K1", "phone", 2), ("2", "K2", "phone", 2))
    decide_all(now=NOW)
    assert told() == {"desk:1": "throttled", "desk:2": "asked"}


def test_a_share_is_drawn_the_same_each_time(rule, workspace_home):
    Rule.objects.update(share=0.3)
    close_cases(workspace_home, *((str(n), f"K{n}", "phone", 2) for n in range(200)))
    decide_all(now=NOW)
    first = {case for case, reason in told().items() if reason == "asked"}
    assert 30 <= len(first) <= 95
    Decision.objects.all().delete()
    Invitation.objects.all().delete()
    decide_all(now=NOW)
    assert {case for case, reason in told().items() if reason == "asked"} == first


def test_what_was_closed_while_the_rule_was_off_is_not_asked_about(cast, rule, workspace_home):
    services.switch_rule(rule=rule, active=False, actor=cast.manager)
    close_cases(workspace_home, ("1", "K1", "phone", 2))
    assert decide_all(now=NOW) == {"asked": 0, "not_asked": 0}
    rule.refresh_from_db()
    services.switch_rule(rule=rule, active=True, actor=cast.manager)
    assert decide_all(now=NOW) == {"asked": 0, "not_asked": 0}


def test_a_share_of_nothing_is_refused(cast, wave):
    with pytest.raises(Refused):
        services.save_rule(wave=wave.pk, rule=None, name="x", share=0.0, actor=cast.manager)
