"""Registers, and the acts that are refused without them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.models import AuditEntry, Role, Unit
from bihuan.core.privacy import services
from bihuan.core.privacy.errors import Refused
from bihuan.core.privacy.models import Agreement, ComplianceAudit, DataSet, ImpactAssessment, Incident
from bihuan.core.rights import NotAllowed
from bihuan.core.services import create_user, deactivate_user, reactivate_user, set_assignments
from bihuan.core.services.people import Post

TODAY = date.today()
ASSESSMENT = {"title": "通话录音质检评估", "trigger": "sensitive", "covers": "recordings", "lawfulness": "必要",
              "impact": "低", "measures": "加密", "risk": "low", "valid_until": TODAY + timedelta(days=365)}
DATASET = {"code": "recordings", "name": "通话录音", "holds": "声音", "is_sensitive": True, "purposes": ["improvement"],
           "keeper": "质检主管"}
AGREEMENT = {"party": "甲调研公司", "kind": "entrust", "purpose": "电话回访", "holds": "电话", "protection": "加密传输",
             "starts_on": TODAY - timedelta(days=30), "expires_on": TODAY + timedelta(days=30)}


def assessed(cast, second_admin, **more):
    found = services.record_entry(entry=ImpactAssessment(), values={**ASSESSMENT, **more}, actor=cast.admin)
    return services.approve_assessment(assessment=found, actor=second_admin)


class TestAssessments:
    def test_sensitive_data_cannot_be_registered_without_an_approved_assessment(self, cast, second_admin):
        """art. 55 PIPL."""
        with pytest.raises(Refused) as refused:
            services.record_entry(entry=DataSet(), values=dict(DATASET), actor=cast.admin)
        assert refused.value.code == "assessment_needed" and not DataSet.objects.exists()
        draft = services.record_entry(entry=ImpactAssessment(), values=dict(ASSESSMENT), actor=cast.admin)
        with pytest.raises(Refused):
            services.record_entry(entry=DataSet(), values=dict(DATASET), actor=cast.admin)
        services.approve_assessment(assessment=draft, actor=second_admin)
        assert services.record_entry(entry=DataSet(), values=dict(DATASET), actor=cast.admin).pk

    def test_entrusting_needs_one_for_the_very_party(self, cast, second_admin):
        assessed(cast, second_admin, trigger="entrust", covers="乙公司")
        with pytest.raises(Refused):
            services.record_entry(entry=Agreement(), values=dict(AGREEMENT), actor=cast.admin)
        assessed(cast, second_admin, trigger="entrust", covers="甲调研公司")
        assert services.record_entry(entry=Agreement(), values=dict(AGREEMENT), actor=cast.admin).pk

    def test_automated_decisions_ask_for_theirs(self, cast, second_admin):
        with pytest.raises(Refused):
            services.require_assessment("automated", "auto-inspection")
        assessed(cast, second_admin, trigger="automated", covers="auto-inspection")
        assert services.require_assessment("automated", "auto-inspection").risk == "low"

    def test_one_that_ran_out_no_longer_counts(self, cast, second_admin):
        assessed(cast, second_admin, valid_until=TODAY - timedelta(days=1))
        with pytest.raises(Refused):
            services.require_assessment("sensitive", "recordings")

    def test_nobody_approves_their_own(self, cast, second_admin):
        found = services.record_entry(entry=ImpactAssessment(), values=dict(ASSESSMENT), actor=cast.admin)
        with pytest.raises(Refused) as refused:
            services.approve_assessment(assessment=found, actor=cast.admin)
        assert refused.value.code == "assessment_own"

    def test_an_approved_one_is_kept_for_three_years_and_unchanged(self, cast, second_admin):
        """art. 56: reports and records are kept for at least three years."""
        found = assessed(cast, second_admin)
        assert found.kept_until >= TODAY + timedelta(days=3 * 365)
        for act in (lambda: services.discard_assessment(assessment=found, actor=cast.admin),
                    lambda: services.record_entry(entry=found, values={"title": "x"}, actor=cast.admin)):
            with pytest.raises(Refused):
                act()
        ImpactAssessment.objects.filter(pk=found.pk).update(kept_until=TODAY)
        found.refresh_from_db()
        services.discard_assessment(assessment=found, actor=cast.admin)
        assert not ImpactAssessment.objects.exists()

    def test_a_leap_day_keeps_its_three_years(self, cast, second_admin):
        found = assessed(cast, second_admin, valid_until=date(2028, 2, 29))
        assert found.kept_until == date(2031, 3, 1)


class TestPurposes:
    def test_a_use_outside_the_purposes_is_refused_and_stays_in_the_log(self, cast):
        services.record_entry(entry=DataSet(), values={**DATASET, "is_sensitive": False}, actor=cast.admin)
        assert services.use_data(code="recordings", purpose="improvement", actor=cast.leader).name == "通话录音"
        with pytest.raises(Refused) as refused:
            services.use_data(code="recordings", purpose="marketing", actor=cast.leader)
        assert refused.value.code == "purpose_not_agreed" and "营销" in str(refused.value)
        entry = AuditEntry.objects.get(action="privacy.use_blocked")
        assert (entry.data["purpose"], entry.actor) == ("marketing", f"user:{cast.leader.pk}")

    def test_what_is_done_with_a_body_of_data_is_held_to_its_data_sets(self, cast, second_admin):
        services.use_body(body="recordings", purpose="marketing", actor=cast.leader)     # nothing registered yet
        assessed(cast, second_admin)
        held = services.record_entry(entry=DataSet(), values={**DATASET, "bodies": ["recordings"]}, actor=cast.admin)
        services.use_body(body="recordings", purpose="improvement", actor=cast.leader)
        assert "内部服务改进" not in services.bar_of_use(body="recordings", purpose="improvement")
        with pytest.raises(Refused):
            services.use_body(body="recordings", purpose="training", actor=cast.leader)
        assert AuditEntry.objects.filter(action="privacy.use_blocked").count() == 1
        ImpactAssessment.objects.update(valid_until=TODAY - timedelta(days=1))
        with pytest.raises(Refused) as refused:
            services.use_body(body="recordings", purpose="improvement", actor=cast.leader)
        assert refused.value.code == "assessment_needed" and "影响评估”中新建" in str(refused.value)
        DataSet.objects.filter(pk=held.pk).update(is_active=False)
        services.use_body(body="recordings", purpose="training", actor=cast.leader)

    def test_an_export_says_its_use_and_one_that_goes_abroad_has_its_assessment(self, cast, second_admin):
        services.record_entry(entry=DataSet(), actor=cast.admin, values={
            **DATASET, "is_sensitive": False, "bodies": ["customers"], "purposes": ["survey"]})
        told = {"kind": "privacy.contacts", "title": "名单", "args": {}, "purpose": "电话回访", "rows": 1,
                "is_personal": True, "actor": cast.manager}
        with pytest.raises(Refused) as refused:
            services.ask_export(**told, use="marketing")
        assert refused.value.code == "purpose_not_agreed"
        with pytest.raises(Refused) as refused:
            services.ask_export(**told, use="survey", abroad="Acme Ltd")
        assert refused.value.code == "assessment_needed" and "Acme Ltd" in str(refused.value)
        assessed(cast, second_admin, trigger="abroad", covers="Acme Ltd")
        assert services.ask_export(**told, use="survey", abroad="Acme Ltd").abroad == "Acme Ltd"

    def test_an_unknown_data_set_is_used_for_nothing(self, cast):
        with pytest.raises(Refused):
            services.use_data(code="nothing", purpose="service", actor=cast.leader)


class TestAgreements:
    @pytest.fixture
    def tied(self, cast, second_admin, officer):
        assessed(cast, second_admin, trigger="entrust", covers="甲调研公司")
        return services.record_entry(entry=Agreement(), values={**AGREEMENT, "accounts": [officer]}, actor=cast.admin)

    def test_accounts_work_while_their_agreement_is_in_force(self, tied, officer):
        services.require_agreement(officer)
        Agreement.objects.update(expires_on=TODAY - timedelta(days=1))
        with pytest.raises(Refused) as refused:
            services.require_agreement(officer)
        assert refused.value.code == "agreement_ended" and "甲调研公司" in str(refused.value)

    def test_returned_data_end_the_agreement(self, tied, officer):
        Agreement.objects.update(returned_on=TODAY)
        with pytest.raises(Refused) as refused:
            services.require_agreement(officer)
        assert TODAY.isoformat() in str(refused.value)

    def test_an_ended_agreement_closes_reveals_and_exports(self, tied, officer):
        Agreement.objects.update(expires_on=TODAY - timedelta(days=1))
        with pytest.raises(Refused):
            services.record_reveal(obj=("case", "s:1"), reason="核实地址信息", actor=officer)
        with pytest.raises(Refused):
            services.may_export_now(rows=1, is_personal=False, actor=officer)

    def test_an_agreement_with_somebody_abroad_needs_both_assessments(self, cast, second_admin):
        assessed(cast, second_admin, trigger="entrust", covers="甲调研公司")
        with pytest.raises(Refused) as refused:
            services.record_entry(entry=Agreement(), values={**AGREEMENT, "is_abroad": True}, actor=cast.admin)
        assert "向境外提供" in str(refused.value)
        assessed(cast, second_admin, trigger="abroad", covers="甲调研公司")
        assert services.record_entry(entry=Agreement(), values={**AGREEMENT, "is_abroad": True}, actor=cast.admin).pk

    def test_a_vendors_account_needs_the_vendors_agreement(self, cast, second_admin):
        unit = Unit.objects.create(code="v9", name="丙外包", kind="vendor")
        Unit.objects.create(code="v9t", name="丙一组", kind="team", parent_code=unit.code)
        post = Post(Role.objects.get(key="team_leader"), "v9t")
        with pytest.raises(Refused) as refused:
            create_user(username="outside", posts=[post], actor=cast.admin)
        assert refused.value.code == "agreement_needed" and "保密与委托协议" in str(refused.value)
        assessed(cast, second_admin, trigger="entrust", covers="丙外包")
        services.record_entry(entry=Agreement(), values={**AGREEMENT, "party": "丙外包"}, actor=cast.admin)
        made = create_user(username="outside", posts=[post], actor=cast.admin)
        Agreement.objects.update(expires_on=TODAY - timedelta(days=1))
        assert set_assignments(user=made, posts=[post], actor=cast.admin)       # what is held already is kept
        deactivate_user(user=made, actor=cast.admin)
        with pytest.raises(Refused):
            reactivate_user(user=made, actor=cast.admin)

    def test_people_without_agreements_are_not_touched(self, cast):
        services.require_agreement(cast.director)

    def test_dates_in_the_wrong_order_are_refused(self, cast):
        with pytest.raises(Refused) as refused:
            services.record_entry(entry=Agreement(), actor=cast.admin, values={
                **AGREEMENT, "kind": "secrecy", "expires_on": TODAY - timedelta(days=60)})
        assert refused.value.code == "dates_reversed"


def test_every_write_leaves_a_line_without_its_texts(cast):
    services.record_entry(entry=ComplianceAudit(), actor=cast.admin, values={
        "title": "年度审计", "first_day": TODAY, "last_day": TODAY, "scope": "全部", "auditor": "内审部"})
    services.record_entry(entry=Incident(), actor=cast.admin, values={
        "title": "误发邮件", "found_at": timezone.now(), "holds": "邮箱", "cause": "手误", "harm": "骚扰",
        "remedies": "撤回",
        "advice": "警惕", "contact": "400"})
    lines = AuditEntry.objects.filter(action__startswith="privacy.")
    assert {line.action for line in lines} == {"privacy.complianceaudit_recorded", "privacy.incident_recorded"}
    assert "手误" not in str([line.data for line in lines]) and audit.verify().ok


def test_those_who_only_read_cannot_write(cast):
    with pytest.raises(NotAllowed):
        services.record_entry(entry=Incident(), values={}, actor=cast.director)
