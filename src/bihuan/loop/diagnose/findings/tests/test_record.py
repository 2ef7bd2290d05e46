"""What the search saw becomes findings: once each, with a history."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bihuan.core.models import AuditEntry
from bihuan.core.notifications.models import Notice
from bihuan.core.rights import SystemActor
from bihuan.loop.diagnose.findings.contracts import Sign
from bihuan.loop.diagnose.findings.models import Finding, JointIssue
from bihuan.loop.diagnose.findings.services import settle
from bihuan.loop.diagnose.findings.services.detect.indicators import evidence_of, key_of, where_of
from bihuan.loop.diagnose.findings.services.issues import watch_issues
from bihuan.loop.diagnose.findings.services.record import open_issue, open_issues_of_spikes, record_signs

SYSTEM = SystemActor("test")
TODAY = datetime(2026, 4, 30, 12, tzinfo=UTC)
SIGN = Sign(key="below_target:fcr:team=n1", kind="below_target", title="一次性解决率未达目标", period="2026-02",
            start=date(2026, 2, 1), end=date(2026, 2, 28), value=0.7, n=200, low=0.63, high=0.76, unit="%",
            indicator="fcr", unit_code="n1", target=0.9, q=0.001, selected_from=12)
MARCH = replace(SIGN, period="2026-03", start=date(2026, 3, 1), end=date(2026, 3, 31), value=0.6, n=210)


def test_the_same_problem_next_month_is_the_same_finding_with_two_sightings(cast):
    assert record_signs(signs=[SIGN], today=TODAY, actor=SYSTEM) == {"new": 1, "again": 0, "back": 0}
    assert record_signs(signs=[MARCH], today=TODAY, actor=SYSTEM) == {"new": 0, "again": 1, "back": 0}
    finding = Finding.objects.get()
    assert (finding.value, finding.period, finding.n) == (0.6, "2026-03", 210)
    assert [one.period for one in finding.sightings.all()] == ["2026-02", "2026-03"]
    assert finding.first_seen.date() == date(2026, 2, 28) and finding.last_seen.date() == date(2026, 3, 31)
    assert AuditEntry.objects.filter(action="diagnose.findings_sighted").count() == 2


def test_an_older_period_seen_late_is_history_and_the_same_period_again_no_second_sighting(cast):
    record_signs(signs=[MARCH, replace(SIGN, value=0.71)], today=TODAY, actor=SYSTEM)
    record_signs(signs=[SIGN, MARCH], today=TODAY, actor=SYSTEM)
    finding = Finding.objects.get()
    assert finding.value == 0.6 and finding.sightings.count() == 2
    assert finding.sightings.get(period="2026-02").value == 0.7


def test_a_settled_problem_that_comes_back_begins_its_next_round(cast):
    record_signs(signs=[SIGN], today=TODAY, actor=SYSTEM)
    settle(finding_id=Finding.objects.get().pk, verdict="effective", by=cast.director)
    Finding.objects.update(settled_at=datetime(2026, 3, 10, tzinfo=UTC))
    assert record_signs(signs=[SIGN], today=TODAY, actor=SYSTEM)["back"] == 0
    assert record_signs(signs=[MARCH], today=TODAY, actor=SYSTEM)["back"] == 1
    finding = Finding.objects.get()
    assert (finding.state, finding.round, finding.settled_at) == ("new", 2, None)


def test_a_fresh_spike_opens_a_matter_of_its_department_with_a_clock_and_an_old_one_does_not(cast):
    spike = replace(SIGN, key="spike:complaint_volume:product=a", kind="spike", suggested_unit="n2",
                    start=date(2026, 4, 20), end=date(2026, 4, 26))
    old = replace(spike, key="spike:complaint_volume:product=b", start=date(2026, 1, 5), end=date(2026, 1, 11))
    record_signs(signs=[spike, old], today=TODAY, actor=SYSTEM)
    assert open_issues_of_spikes(today=TODAY) == 1 and open_issues_of_spikes(today=TODAY) == 0
    issue = JointIssue.objects.get()
    assert issue.owner_unit == "n2" and issue.answer_by > issue.opened_at + timedelta(days=2)


@pytest.mark.parametrize(("place", "where", "query"), [
    ({"team": "T1", "channel": "phone"}, "team = \"T1\" and channel = \"phone\"",
     "period=custom&from=2026-03-01&to=2026-03-31&unit=T1&channel=phone"),
    ({"hour": "19"}, "hour = 19", "period=custom&from=2026-03-01&to=2026-03-31&group=hour%3D19"),
])
def test_a_place_is_one_condition_and_one_address(place, where, query):
    assert where_of(place) == where
    assert evidence_of("fcr", place, date(2026, 3, 1), date(2026, 3, 31)).partition("?")[2] == query
    assert key_of("spike", "fcr", dict(reversed(place.items()))) == key_of("spike", "fcr", place)


def test_a_department_is_told_of_its_matter_and_others_when_it_lies(cast):
    """Each step once: opened, near its time, past it, and further up when it still lies."""
    finding = Finding.objects.create(key="k", kind="spike", title="X3 投诉激增", unit_code="n1", first_seen=TODAY,
                                     last_seen=TODAY)
    issue = open_issue(finding, unit="s1", now=TODAY)
    told = []
    for moment in (TODAY, TODAY, issue.answer_by - timedelta(hours=2), issue.answer_by + timedelta(hours=2),
                   issue.answer_by + timedelta(days=4)):
        told.append(watch_issues(now=moment))
    assert told == [1, 0, 1, 1, 1]
    people = {notice.key.split(":")[-1]: set(notice.receipts.values_list("user__username", flat=True))
              for notice in Notice.objects.filter(event="joint_issue")}
    assert "outsider" in people["open"] and "leader" not in people["open"]
    assert "director" in people["above"] and people["late"] <= people["above"]
    JointIssue.objects.update(answered_at=TODAY)
    assert watch_issues(now=TODAY + timedelta(days=90)) == 0
