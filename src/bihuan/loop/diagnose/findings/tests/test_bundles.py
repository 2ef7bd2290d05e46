"""Findings of one peak stand together in the inbox; each stays a finding, and none is lost."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from bihuan.core.rights import NotAllowed, SystemActor
from bihuan.engine.findings.bundles import Peak, bundle
from bihuan.loop.diagnose.findings.contracts import Sign
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.diagnose.findings.queries.lists import chosen, leading
from bihuan.loop.diagnose.findings.services import FindingError, accept, dismiss, put_together, take_apart
from bihuan.loop.diagnose.findings.services.bundling import bundle_peaks
from bihuan.loop.diagnose.findings.services.record import record_signs

SYSTEM = SystemActor("test")
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
FLOOD = Peak(1, "spike", "volume", date(2026, 3, 9), date(2026, 3, 15), 90, 0.001, {"product": "a"}, "n1",
             frozenset({"n1", "north"}))
WAITS = Peak(2, "out_of_control", "speed", date(2026, 3, 1), date(2026, 3, 31), 900, 0.01, {}, "north",
             frozenset({"north"}))
SIGN = Sign(key="spike", kind="spike", title="骤升", period="2026-W11", start=date(2026, 3, 9), end=date(2026, 3, 15),
            value=90, n=90, low=72, high=110, unit="count", indicator="contact_volume", unit_code="n1", q=0.001,
            group={"team": "n1", "product": "a"})
LATE = replace(SIGN, key="waits", kind="out_of_control", title="接得慢", indicator="answer_rate", unit="%", value=0.7,
               n=900, low=0.67, high=0.73, unit_code="north", group={"centre": "north"}, q=0.01)


@pytest.mark.parametrize("other,together", [
    (WAITS, True),
    (replace(WAITS, unit="", above=frozenset()), True),                                # the whole workspace
    (replace(WAITS, unit="south", above=frozenset({"south"})), False),
    (replace(WAITS, unit="n2", above=frozenset({"n2", "north"})), False),              # the sister team
    (replace(WAITS, place={"product": "b"}), False),
    (replace(WAITS, place={"channel": "phone"}), True),
    (replace(WAITS, family="satisfaction"), False),
    (replace(WAITS, kind="worse_cell"), False),
    (replace(WAITS, start=date(2026, 4, 1), end=date(2026, 4, 30)), False),
    (replace(WAITS, led=True), True)])
def test_days_rows_and_indicators_all_have_to_fit(other, together):
    found = bundle([other, FLOOD])
    assert bool(found) is together
    if together:
        assert found == ({1: 2} if other.led else {2: 1})       # what is worked on leads, else the spike


def test_two_that_fit_the_leader_but_not_each_other_are_one_bundle_and_nobody_is_both(cast):
    third = replace(WAITS, id=3, family="complaint")
    found = bundle([WAITS, third, FLOOD])
    assert found == {2: 1, 3: 1} and not set(found) & set(found.values())


@pytest.fixture
def peak(cast):
    alone = replace(SIGN, key="else", title="别处", unit_code="s1", group={"team": "s1"})
    record_signs(signs=[SIGN, LATE, alone], today=NOW, actor=SYSTEM)
    assert bundle_peaks() == 1 and bundle_peaks() == 1
    return Finding.objects.get(key="spike"), Finding.objects.get(key="waits")


def test_the_inbox_shows_the_leader_with_its_members_and_counts_them_all(client, cast, peak):
    leader, member = peak
    assert member.bundle == leader and leader.bundle is None
    client.force_login(cast.director)
    answer = client.get(reverse("findings:finding_list"))
    page = answer.content.decode()
    assert [[one.line.finding.key, *(m.finding.key for m in one.members)] for one in answer.context["bundles"]] in (
        [["spike", "waits"], ["else"]], [["else"], ["spike", "waits"]])
    assert "同一高峰 +1" in page and "共 3 个问题" in page and "成 2 组" in page
    assert client.get(reverse("findings:finding_list") + "?kind=out_of_control").context["bundles"][
        0].line.finding == member
    assert leader.title in client.get(reverse("findings:finding", args=[member.pk])).content.decode()


def test_a_member_stands_alone_once_its_leader_is_no_longer_open(cast, peak):
    leader, member = peak
    dismiss(finding=leader, reason="促销期的正常波动", actor=cast.director)
    rows = chosen(cast.director, state="", kind="", unit="", mine=False, words="")
    assert member in leading(rows) and leader not in rows
    bundle_peaks()
    member.refresh_from_db()
    assert member.bundle is None


def test_what_somebody_decided_on_neither_joins_nor_leaves(cast, peak):
    leader, member = peak
    accept(finding=member, actor=cast.director)
    Finding.objects.filter(pk=member.pk).update(start=date(2026, 5, 1), end=date(2026, 5, 31))
    bundle_peaks()
    member.refresh_from_db()
    assert member.bundle == leader


def test_taken_apart_by_hand_it_stays_apart(client, cast, peak):
    leader, member = peak
    with pytest.raises(NotAllowed):
        take_apart(finding_id=member.pk, by=cast.inspector)
    client.force_login(cast.manager)
    assert client.post(reverse("findings:finding_apart", args=[leader.pk])).status_code == 302
    bundle_peaks()
    member.refresh_from_db()
    assert member.bundle is None and member.apart and member.acts.filter(act="apart").exists()


def test_put_together_by_hand_it_stays_together(client, cast, peak):
    leader, member = peak
    alone = Finding.objects.get(key="else")
    address = reverse("findings:finding_join", args=[alone.pk])
    client.force_login(cast.leader)
    assert client.post(address, {"leader": leader.pk}).status_code == 404          # of another centre
    client.force_login(cast.director)
    assert client.post(address, {"leader": member.pk}).status_code == 422          # stands below another one
    assert client.post(address, {"leader": leader.pk}).status_code == 302
    bundle_peaks()
    assert set(leader.members.all()) == {member, alone} and alone.acts.get(act="joined").note == leader.number
    with pytest.raises(FindingError, match="先拆开"):
        put_together(finding_id=leader.pk, leader_id=alone.pk, by=cast.director)
    take_apart(finding_id=alone.pk, by=cast.director)
    bundle_peaks()
    assert set(leader.members.all()) == {member}


def test_what_a_person_does_not_see_is_not_shown_in_a_bundle(client, cast, peak):
    client.force_login(cast.leader)                   # of n1: sees the spike, not the finding of the whole north
    bundles = client.get(reverse("findings:finding_list")).context["bundles"]
    assert [(one.line.finding.key, one.members) for one in bundles] == [("spike", ())]
