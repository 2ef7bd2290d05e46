"""Tiers by rule and the customer file: previewed, versioned, in force from a moment on, put right with a reason."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry, Role
from bihuan.core.privacy.models import ImpactAssessment
from bihuan.core.rights import SystemActor
from bihuan.core.services.workspace import publish_workspace
from bihuan.engine.facts import importing, store
from bihuan.engine.indicators.contracts import EVERYTHING
from bihuan.serve.customers.errors import Refused
from bihuan.serve.customers.models import Correction, RuleVersion
from bihuan.serve.customers.queries.card import customer_card, timeline
from bihuan.serve.customers.queries.people import tiers
from bihuan.serve.customers.queries.tierwords import read_tiers
from bihuan.serve.customers.services import erase_notes

from .company import DAY, case

RULES = "高: cases >= 2\n关注: complaints(30) >= 1\n普通: *"
SAVE = reverse("customers:tiers_save")


@pytest.fixture(autouse=True)
def _company(company, cast):
    return company


@pytest.fixture
def assessed(cast):
    return ImpactAssessment.objects.create(
        title="客户分级", trigger="automated", covers="客户分级", risk="low", approved_at=timezone.now(),
        valid_until=timezone.localdate() + timedelta(days=30))


def test_rules_are_previewed_need_their_assessment_and_hold_from_then_on(client, cast, company, assessed):
    client.force_login(cast.director)
    shown = client.post(SAVE, {"text": RULES, "preview": "1"})
    assert shown.status_code == 200 and not RuleVersion.objects.exists()
    assert [(one.tier, one.customers) for one in shown.context["preview"]] == [("高", 1), ("关注", 1), ("普通", 3)]
    assessed.delete()
    refused = client.post(SAVE, {"text": RULES})
    assert refused.status_code == 422 and "评估对象填“客户分级”" in refused.content.decode()
    ImpactAssessment.objects.create(
        title="客户分级", trigger="automated", covers="客户分级", risk="low", approved_at=timezone.now(),
        valid_until=timezone.localdate() + timedelta(days=30))
    assert client.post(SAVE, {"text": RULES, "note": "首版"}).status_code == 302
    run_pending()
    importing.import_rows(company, "cases", [case(20, "K2", "n1", 12), case(21, "K1", "n1", 12, tier="自带")],
                          source="t", actor="test")
    with store.connect(company) as con:
        found = dict(con.sql("SELECT external_id, tier FROM fact_case").fetchall())
    assert (found["20"], found["1"], found["21"], found["0"]) == ("普通", None, "自带", "普通")
    assert customer_card("K1", EVERYTHING).line.tier == "高"
    assert "分级规则 v1" in [one.source for one in customer_card("K1", EVERYTHING).origins]
    assert AuditEntry.objects.get(action="serve.tiers_applied").leaves == 5
    # K2 has two cases by now: the next run moves one customer, and the old tier ends where the new one begins.
    client.post(SAVE, {"text": RULES})
    run_pending()
    assert AuditEntry.objects.filter(action="serve.tiers_applied").last().leaves >= 1
    assert customer_card("K2", EVERYTHING).line.tier == "高"
    assert "高" in tiers(EVERYTHING), "The list can be filtered by what a rule gave."


@pytest.mark.parametrize("text", ["高", "高: ", "高: cases ~ 3", "高: region > 3", "高: days(3) > 1", "高: csat >= x",
                                  "高: phone = 138"])
def test_a_line_that_says_nothing_is_refused_with_its_number(text):
    with pytest.raises(Refused) as refused:
        read_tiers("普通: *\n" + text)
    assert "第 2 行" in str(refused.value)


def test_the_count_beforehand_finds_nobody(client, cast, company):
    """Few customers of many are withheld, one's own telephone cannot be asked for, and a part of them is no reach."""
    publish_workspace(name="", zone="Asia/Shanghai", minimum_n=3, actor=SystemActor("test"))
    client.force_login(cast.director)
    shown = client.post(SAVE, {"text": RULES, "preview": "1"})
    assert [(one.customers, one.changed) for one in shown.context["preview"]] == [(None, None)] * 3
    assert AuditEntry.objects.filter(action="serve.tiers_previewed").count() == 1
    for field in ("attributes.手机号 = 1", "attributes.ID_card > 1", "attributes.备注 = 13800138000",
                  "attributes.a\\ = x", "attributes.* = x"):
        for act in ({"preview": "1"}, {}):
            assert client.post(SAVE, {"text": f"甲: {field}", **act}).status_code == 422
    client.force_login(cast.manager)
    Role.objects.filter(key="manager").update(permissions=["serve.change_customers"])
    refused = client.post(SAVE, {"text": RULES, "preview": "1"})
    assert refused.status_code == 422 and refused.context["preview"] is None


def test_the_file_says_where_its_values_come_from_and_is_put_right_with_a_reason(client, cast, company):
    client.force_login(cast.director)
    page = client.get(reverse("customers:customer", args=["K2"])).content.decode()
    assert "资料的来源与更新" in page and "crm" in page and "更正资料" in page
    correct = reverse("customers:customer_correct", args=["K2"])
    told = {"correct-attribute": "region", "correct-value": "西北", "correct-reason": "客户用13800138000来电告知"}
    assert client.post(correct, {**told, "correct-reason": "错"}).status_code == 422
    assert client.post(correct, told).status_code == 302
    origins = {one.name: one for one in customer_card("K2", EVERYTHING).origins}
    assert (origins["region"].source, origins["tier"].source) == ("人工更正", "crm")
    assert origins["region"].value == "西北" and "更正" in origins["region"].corrected
    importing.import_rows(company, "customers", [{"id": "K2", "name": "李四方", "region": "华北", "tier": "普通"}],
                          source="crm", actor="test")
    assert "来源又改为“华北”" in {one.name: one for one in customer_card("K2", EVERYTHING).origins}["region"].corrected
    assert "138" not in Correction.objects.get().reason and erase_notes("K2")["corrections"] == 1
    client.force_login(cast.manager)
    assert client.post(correct, told).status_code in (404, 422)
    client.force_login(cast.nobody)
    assert client.post(correct, told).status_code == 404 and client.post(SAVE, {"text": ""}).status_code == 404


def test_what_other_rooms_know_of_a_customer_stands_in_the_history(settings):
    settings.BIHUAN_TIMELINES = [f"{__name__}.told"]
    found = timeline("K1", EVERYTHING, only="callback")
    assert [(item.title, item.detail) for item in found] == [("CB-0001", "4")]


def told(numbers, scope):
    return [{"at": DAY, "what": "callback", "title": "CB-0001", "detail": "4"}] if "K1" in numbers else []
