"""The list and one customer: who sees whom, how they are typed, and what they were at the time of service."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.models import Role
from bihuan.core.privacy.services import may_reveal, may_reveal_some
from bihuan.core.rights import SystemActor
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.engine.facts import importing
from bihuan.engine.facts.lazily import LazyViews
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.serve.customers import services
from bihuan.serve.customers.contracts import Types
from bihuan.serve.customers.models import Note
from bihuan.serve.customers.queries.card import customer_card, timeline
from bihuan.serve.customers.queries.people import Wanted, customer_page
from bihuan.serve.customers.queries.session import LATEST, held, held_for_lists
from bihuan.serve.customers.rights import reach

SYSTEM = SystemActor("test")
LIST = reverse("customers:customer_list")


def page(scope=EVERYTHING, **wanted):
    found = customer_page(Wanted(**wanted), scope, size=50, offset=0)
    return {row.number: row for row in found.rows}


@pytest.fixture(autouse=True)
def _company(company, cast):
    return company


def test_types_follow_the_rule_and_its_next_version():
    assert {number: row.type for number, row in page().items()} == {
        "K1": "vip", "K2": "old", "K3": "new", "OLD-3": "new", "X-404": "new"}
    saved = services.save_types(types=Types(new_days=300, vip_tiers=()), note="放宽", actor=SYSTEM)
    assert saved.number == 1
    assert {number: row.type for number, row in page().items()} == dict.fromkeys(page(), "new")
    services.save_types(types=Types(vip_tiers=("普通",)), note="", actor=SYSTEM)
    assert [row.number for row in page(type="vip").values()] == ["K3", "K2"]


def test_a_customer_who_spent_enough_is_vip(company):
    from bihuan.engine.facts import importing

    importing.import_rows(company, "customers", [
        {"id": "K2", "name": "李四方", "tier": "普通", "attributes": '{"spend": "5000"}'}], source="crm", actor="test")
    services.save_types(types=Types(vip_tiers=(), vip_field="spend", vip_amount=5000), note="", actor=SYSTEM)
    assert list(page(type="vip")) == ["K2"]


def test_only_customers_of_the_own_units_are_listed_and_counted():
    north = Scope(units=("n1",), masked=("name", "phone", "email"))
    assert {number: row.cases for number, row in page(north).items()} == {"K1": 1, "K2": 1, "X-404": 1}
    assert page(north)["K1"].name == "王**"
    assert page(north, text="小明") == {}
    assert list(page(text="小明")) == ["K1"]
    assert {number: row.complaints for number, row in page().items() if row.complaints} == {"OLD-3": 1}


def test_the_timeline_shows_what_a_customer_was_at_that_time():
    items = [item for item in timeline("K1", EVERYTHING) if item.case and item.what == "call"]
    assert [dict(item.attributes)["客户等级"] for item in items] == ["VIP", "普通"]
    assert [item.messages for item in items] == [0, 2]
    masked = timeline("K1", Scope(masked=("phone",)), only="answer")
    assert masked[0].detail == "4 · 找〔手机号〕"
    assert timeline("K1", EVERYTHING, only="answer")[0].detail == "4 · 找13800138000"
    assert timeline("K1", Scope(masked=("text",)), only="answer")[0].detail == "4"


def test_identifiers_are_masked_until_revealed():
    card = customer_card("K1", Scope(masked=("name", "phone", "email")))
    assert (card.line.name, card.phone, card.email) == ("王**", "138****8000", "a***@b.example")


def test_the_page_of_a_customer_beyond_reach_is_not_there(client, cast):
    client.force_login(cast.manager)
    assert client.get(reverse("customers:customer", args=["K1"])).status_code == 200
    assert client.get(reverse("customers:customer", args=["K3"])).status_code == 404
    client.force_login(cast.outsider)
    assert client.get(reverse("customers:customer", args=["K1"])).status_code == 404
    assert client.get(reverse("customers:customer", args=["K3"])).status_code == 200
    client.force_login(cast.nobody)
    for name in ("customer_list", "unmatched_list", "change_list", "rules"):
        assert client.get(reverse(f"customers:{name}")).status_code == 404


def test_a_list_takes_as_many_statements_however_long_it_is(client, cast):
    client.force_login(cast.manager)
    with CaptureQueriesContext(connection) as statements:
        assert "K1" in client.get(LIST).content.decode()
    assert len(statements) <= 7
    assert "王小明" not in client.get(LIST).content.decode()


def test_notes_are_masked_internal_and_removed_by_their_writer(client, cast):
    client.force_login(cast.leader)
    answer = client.post(reverse("customers:note_add", args=["K1"]), {
        "kind": "preference", "text": "晚上打 13800138000"})
    assert answer.status_code == 302
    note = Note.objects.get()
    assert note.text == "晚上打 〔手机号〕"
    assert [item.internal for item in timeline("K1", EVERYTHING, only="note")] == [True]
    client.force_login(cast.outsider)
    assert client.post(reverse("customers:note_remove", args=[note.pk])).status_code == 404
    client.force_login(cast.leader)
    assert client.post(reverse("customers:note_remove", args=[note.pk])).status_code == 302
    assert Note.objects.get().text == ""


def test_acts_of_others_are_listed_only_for_those_who_see_all_customers(client, cast):
    """An act names customers and cases of units that somebody with one centre may not see."""
    services.merge_customers(number="K2", into="K3", reason="同一手机号", actor=SYSTEM)
    listed = {}
    for name in ("director", "manager"):
        client.force_login(getattr(cast, name))
        shown = client.get(reverse("customers:change_list"))
        assert shown.status_code == 200
        listed[name] = (len(shown.context["page"].object_list), bool(shown.context["rates"]))
    assert listed["director"][0] == 1
    assert listed["manager"] == (0, False)


@pytest.mark.parametrize("address", [LIST, reverse("customers:customer", args=["K1"]), "/api/v1/customers",
                                     "/api/v1/customers/K1"])
def test_who_may_reveal_sees_nothing_without_a_reason(client, cast, address):
    """The right alone shows no identifier: it takes a reason, which leaves a line (R21)."""
    officer = create_user(username="officer", display_name="孙专员", actor=SYSTEM,
                          posts=[Post(Role.objects.get(key="complaint_officer"))])
    client.force_login(officer)
    answer = client.get(address)
    assert answer.status_code == 200 and "K1" in answer.content.decode()
    for value in ("王小明", "13800138000", "a@b.example"):
        assert value not in answer.content.decode()
    shown = client.post(reverse("customers:customer", args=["K1"]), {"reveal-reason": "回访核实地址"})
    assert "13800138000" in shown.content.decode()


def test_what_a_role_keeps_closed_stays_so_beside_the_identifiers(cast):
    Role.objects.filter(key="manager").update(closed_fields=["text"])
    assert set(reach(cast.manager).masked) == {"name", "phone", "email", "text"}
    role = Role.objects.filter(key="manager")
    role.update(permissions=["core.reveal_personal"])
    manager = type(cast.manager).objects.get(pk=cast.manager.pk)
    assert may_reveal_some(manager) and not may_reveal(manager, "text"), "no button for what is refused"
    role.update(closed_fields=["phone"])
    manager = type(cast.manager).objects.get(pk=cast.manager.pk)
    assert may_reveal(manager, "name") and not may_reveal(manager, "answers"), "a telephone may stand among answers"


def test_the_api_tells_what_the_page_tells(client, cast):
    client.force_login(cast.manager)
    listed = client.get("/api/v1/customers").json()
    assert {one["number"] for one in listed["customers"]} == {"K1", "K2", "X-404"} and listed["next_offset"] is None
    told = client.get("/api/v1/customers/K1").json()
    assert (told["cases"], told["name"], told["phone"]) == (2, "王**", "138****8000")
    assert client.get("/api/v1/customers/K3").status_code == 404
    for name, status in (("nobody", 404), ("outsider", 404)):
        client.force_login(getattr(cast, name))
        assert client.get("/api/v1/customers/K1").status_code == status
    client.logout()
    assert client.get("/api/v1/customers").status_code == 401


def test_a_list_is_worked_out_once_and_again_when_the_data_change(company):
    """Pages of a million customers were counted, sorted and cut anew each time (R16)."""
    assert len(page()) == 5 and list(page(order="cases"))[0] == "K1"
    made = held_for_lists._made
    assert list(page(text="K2")) == ["K2"] and list(page(tier="VIP")) == ["K1"] and held_for_lists._made == made
    services.save_types(types=Types(new_days=300, vip_tiers=()), note="", actor=SYSTEM)
    assert {row.type for row in page().values()} == {"new"}
    importing.import_rows(company, "customers", [{"id": "K9", "name": "孙七八"}], source="crm", actor="t")
    assert "K9" in page()
    assert len(held_for_lists._kept) <= 2


def test_the_pages_of_one_customer_look_through_the_cases_once_and_wait_for_no_list(company, monkeypatch):
    held.close()
    told, execute = [], LazyViews.execute
    monkeypatch.setattr(LazyViews, "execute",
                        lambda con, query, *given: told.append(query) or execute(con, query, *given))
    with held_for_lists.on(company):
        assert customer_card("K1", EVERYTHING).line.cases == 2
        assert [item.case for item in timeline("K1", EVERYTHING) if item.case]
    looked = [query for query in told if "fact_case" in query and not query.startswith("CREATE TEMP VIEW")]
    assert len(looked) == 2 and "'K1'" in looked[0] and looked[1].endswith(LATEST)


def test_a_vendor_is_not_told_who_of_the_company_served_the_customer():
    for outside, who in ((False, "a1"), (True, "其他单位的坐席")):
        items = timeline("K1", Scope(units=("n1",), outside=outside), only="call")
        assert [item.who for item in items] == [who], "a1 never belonged to the vendor"
