"""Merge, split, match, and take back: every number is what it was."""

import pytest
from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry
from bihuan.core.rights import NotAllowed, SystemActor
from bihuan.engine.facts import store
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.indicators.contracts import EVERYTHING, Query, Scope
from bihuan.engine.indicators.evaluate import evaluate
from bihuan.serve.customers import services
from bihuan.serve.customers.errors import Refused
from bihuan.serve.customers.models import Change
from bihuan.serve.customers.queries.changes import rates
from bihuan.serve.customers.queries.people import Wanted, customer_page
from bihuan.serve.customers.queries.unmatched import likely_same, proposals, unmatched_page

SYSTEM = SystemActor("test")


@pytest.fixture(autouse=True)
def _company(company, cast):
    return company


@pytest.fixture(scope="session")
def before(built_company):
    """What every test finds: worked out once."""
    return everything(built_company)


def facts_of(home):
    with store.connect(home) as con:
        return {grain: sorted(map(str, con.sql(f"SELECT * FROM fact_{grain}").to_arrow_table().to_pylist()))
                for grain in GRAINS}


def everything(home):
    return facts_of(home), evaluate(home, Query()), evaluate(home, Query(by=("customer",), period="month"))


def customers():
    return {row.number: row.cases for row in customer_page(Wanted(), EVERYTHING, size=50, offset=0).rows}


def test_after_merge_and_undo_all_metrics_equal_the_start(company, before):
    change = services.merge_customers(number="K2", into="K1", reason="同一手机号", actor=SYSTEM)
    run_pending()
    assert customers()["K1"] == 3 and "K2" not in customers()
    assert facts_of(company) != before[0]
    services.undo_change(change=change, reason="认错了人", actor=SYSTEM)
    run_pending()
    assert everything(company) == before
    actions = list(AuditEntry.objects.filter(action__startswith="serve.").values_list("action", flat=True))
    assert sorted(actions) == ["serve.change_undone", "serve.customers_merged"]
    with pytest.raises(Refused, match="已经撤销"):
        services.undo_change(change=change, reason="再撤一次", actor=SYSTEM)


def test_after_split_and_undo_all_metrics_equal_the_start(company, before):
    change = services.split_customer(customer="K1", cases=["t:2"], to="K9", reason="家人的工单", actor=SYSTEM)
    run_pending()
    assert (customers()["K1"], customers()["K9"]) == (1, 1)
    services.undo_change(
        change=change, reason="弄错了工单", actor=SYSTEM)
    run_pending()
    assert everything(company) == before


def test_merged_cases_count_once_and_notes_stay_internal(company, before):
    change = services.merge_cases(customer="K1", cases=["t:2", "t:0"], reason="同一件事两次来电", actor=SYSTEM)
    run_pending()
    assert customers()["K1"] == 1
    with store.connect(company) as con:
        assert con.sql("SELECT public, \"case\" FROM messages WHERE seq = 2").fetchall() == [(False, "t:0")]
        assert con.sql("SELECT \"case\" FROM fact_case WHERE merged").fetchall() == [("t:2",)]
    services.undo_change(change=change, reason="是两件事", actor=SYSTEM)
    run_pending()
    assert everything(company) == before


def test_rules_find_the_customer_of_unmatched_cases(company, before):
    rows = {row.number or row.case: row for row in unmatched_page(EVERYTHING, size=50, offset=0).rows}
    assert {key: (row.reason, row.candidates, row.rule) for key, row in rows.items()} == {
        "t:5": ("missing", ("K2",), "attributes.phone = phone (digits)"),
        "OLD-3": ("unknown", ("K3",), "customer = attributes.external_id"),
        "X-404": ("unknown", (), "")}
    change = services.match_by_rules(reason="按规则归入", actor=SYSTEM)
    run_pending()
    assert (change.cases, customers()["K2"], customers()["K3"]) == (2, 2, 2)
    assert [row.number for row in unmatched_page(EVERYTHING, size=50, offset=0).rows] == ["X-404"]
    services.undo_change(change=change, reason="规则有误", actor=SYSTEM)
    run_pending()
    assert everything(company) == before


def test_two_customers_with_one_number_are_not_matched_but_listed(company):
    from bihuan.engine.facts import importing

    importing.import_rows(company, "customers", [{"id": "K4", "name": "李四", "phone": "139 0013 9000"}],
                          source="crm", actor="test")
    assert proposals(EVERYTHING) == [("t:4", "K3")]
    assert likely_same(EVERYTHING) == [("phone", ("K2", "K4"))]
    assert likely_same(Scope(units=("n1",))) == []


@pytest.mark.parametrize(("told", "code"), [
    ({"number": "K1"}, "same_customer"), ({"number": "K77"}, "unknown_customer"),
    ({"number": "K2", "reason": "嗯"}, "reason_needed")])
def test_merges_that_cannot_be_meant_are_refused(told, code):
    with pytest.raises(Refused) as refusal:
        services.merge_customers(into="K1", actor=SYSTEM, **{"reason": "同一个人", **told})
    assert refusal.value.code == code
    assert not Change.objects.exists()


def test_a_number_that_was_merged_leads_to_its_customer(client, cast):
    services.merge_customers(number="K2", into="K1", reason="同一手机号", actor=SYSTEM)
    with pytest.raises(Refused, match="K1"):
        services.merge_customers(number="K2", into="K3", reason="再并一次", actor=SYSTEM)
    run_pending()
    client.force_login(cast.director)
    answer = client.get(reverse("customers:customer", args=["K2"]))
    assert answer["Location"] == reverse("customers:customer", args=["K1"])


def test_only_those_who_see_everything_may_merge(client, cast):
    with pytest.raises(Refused, match="数据范围"):
        services.merge_customers(number="K2", into="K1", reason="同一手机号", actor=cast.manager)
    with pytest.raises(NotAllowed):
        services.merge_customers(number="K2", into="K1", reason="同一手机号", actor=cast.leader)
    client.force_login(cast.outsider)
    for name in ("customer_merge", "customer_split", "case_merge"):
        assert client.post(reverse(f"customers:{name}", args=["K3"]), {}).status_code == 404


def test_a_merge_by_page_is_refused_without_a_reason_and_done_with_one(client, cast):
    client.force_login(cast.director)
    address = reverse("customers:customer_merge", args=["K1"])
    assert client.post(address, {"number": "K2", "reason": ""}).status_code == 422
    assert client.post(address, {"number": "K2", "reason": "同一手机号"}).status_code == 302
    run_pending()
    made = Change.objects.get()
    split = reverse("customers:customer_split", args=["K1"])
    refused = client.post(split, {"number": "K5", "reason": "家人的工单"})
    assert refused.status_code == 422 and "先勾选工单" in refused.content.decode()
    assert client.post(split, {"number": "K5", "reason": "家人的工单", "case": ["t:0"]}).status_code == 302
    assert client.get(reverse("customers:change_list")).status_code == 200
    assert client.post(reverse("customers:change_undo", args=[made.pk]), {"reason": "认错了人"}).status_code == 302


def test_who_merges_more_than_the_limit_is_marked(cast):
    services.save_matching(lines="customer = id", watch=1, note="", actor=SYSTEM)
    for number in ("K2", "K3"):
        services.merge_customers(number=number, into="K1", reason="批量整理", actor=cast.director)
    assert [(one.person, one.made, one.busiest, one.watch) for one in rates()] == [(cast.director, 2, 2, True)]


@pytest.mark.parametrize(("line", "code"), [("phone", "rules_unread"), ("phone = id", "field_unknown")])
def test_rules_that_say_nothing_are_refused_with_their_line(line, code):
    with pytest.raises(Refused, match="第 2 行") as refusal:
        services.save_matching(lines=f"customer = id\n{line}", watch=5, note="", actor=SYSTEM)
    assert refusal.value.code == code
