"""What comes to its day is told to whom it concerns, once a step."""

from datetime import date, timedelta

from bihuan.core.notifications.models import Notice, Receipt
from bihuan.core.privacy import services
from bihuan.core.privacy.models import Agreement, ComplianceAudit, DataSet, ImpactAssessment
from bihuan.core.privacy.services.watching import watch
from bihuan.core.rights import SystemActor

from .test_registers import AGREEMENT, ASSESSMENT, DATASET, TODAY, assessed

SYSTEM = SystemActor("test")


def test_terms_are_told_before_on_and_after_their_day_once_each(cast, second_admin, officer):
    request = services.open_request(customer="K1", kind="access", actor=officer)
    on = request.due_on
    assert [watch(today=on - timedelta(days=days)) for days in (9, 5, 4, 2, 0, 0, -1, -30)] == [0, 1, 0, 1, 1, 0, 1, 0]
    assert {one.user for one in Receipt.objects.all()} >= {officer} and cast.leader not in {
        one.user for one in Receipt.objects.all()}
    assert "答复期限已过" in Notice.objects.latest("pk").text
    assert "K1" not in Notice.objects.latest("pk").title


def test_agreements_assessments_and_audits_are_told_to_who_keeps_the_registers(cast, second_admin):
    end = TODAY + timedelta(days=100)
    assessed(cast, second_admin, covers="甲调研公司", trigger="entrust", valid_until=end + timedelta(days=200))
    services.record_entry(entry=Agreement(), values={**AGREEMENT, "expires_on": end}, actor=cast.admin)
    assessed(cast, second_admin, valid_until=end + timedelta(days=1))
    services.record_entry(entry=DataSet(), values=dict(DATASET), actor=cast.admin)
    audited = {"title": "年度审计", "first_day": date(2025, 1, 1), "last_day": date(2025, 12, 31), "scope": "全部",
               "auditor": "内审部"}
    services.record_entry(entry=ComplianceAudit(), values={**audited, "next_due": end}, actor=cast.admin)
    assert watch(today=end - timedelta(days=40)) == 0
    assert watch(today=end - timedelta(days=29)) == 3
    assert {one.user for one in Receipt.objects.all()} == {cast.admin, second_admin}
    # A newer assessment of the same, and a later audit, take the place of the old ones.
    assessed(cast, second_admin, **{**ASSESSMENT, "valid_until": end + timedelta(days=400)})
    services.record_entry(entry=ComplianceAudit(), actor=cast.admin, values={
        **audited, "first_day": date(2026, 1, 1), "last_day": date(2026, 6, 30)})
    assert watch(today=end + timedelta(days=2)) == 1
    assert Notice.objects.latest("pk").title == "协议到期：甲调研公司"
    assert ImpactAssessment.objects.count() == 3
