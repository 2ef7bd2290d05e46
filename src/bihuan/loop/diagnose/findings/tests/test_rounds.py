"""What the rooms above do to a finding."""

import pytest

from bihuan.core.models import AuditEntry
from bihuan.core.rights import NotAllowed
from bihuan.loop.diagnose.causes.queries import causes_of
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.diagnose.findings.queries import finding_info, findings_for
from bihuan.loop.diagnose.findings.queries.trail import acts_of
from bihuan.loop.diagnose.findings.services import act_on, reopen, settle


def test_a_measure_acts_a_verdict_settles_and_a_failed_one_opens_the_next_round(cast, finding):
    act_on(finding_id=finding.pk, by=cast.leader)
    assert finding_info(finding.pk).state == "acting"
    settle(finding_id=finding.pk, verdict="effective", by=cast.leader)
    finding.refresh_from_db()
    assert finding.state == "settled" and finding.settled_at
    reopen(finding_id=finding.pk, reason="复发", by=cast.manager)
    info = finding_info(finding.pk)
    assert (info.state, info.round, info.number) == ("accepted", 2, f"F-{finding.pk:04d}")
    assert [act.act for act in finding.acts.all()] == ["acted_on", "settled", "reopened"]
    assert "有效" in [line.note for line in acts_of(finding)]
    assert AuditEntry.objects.filter(action="diagnose.finding_reopened").count() == 1
    assert causes_of(finding.pk) == []


def test_nobody_moves_a_finding_they_do_not_see(cast, finding):
    for person in (cast.outsider, cast.agent, cast.nobody, cast.vendor):
        with pytest.raises(NotAllowed):
            act_on(finding_id=finding.pk, by=person)


def test_a_list_holds_ones_own_units_and_what_concerns_all_only_for_those_who_see_all(cast, finding):
    Finding.objects.create(key="k2", kind="spike", title="全公司", first_seen=finding.first_seen,
                           last_seen=finding.last_seen)
    assert [one.pk for one in findings_for(cast.leader)] == [finding.pk]
    assert findings_for(cast.director).count() == 2
    assert not findings_for(cast.outsider).exists() and not findings_for(cast.agent).exists()
