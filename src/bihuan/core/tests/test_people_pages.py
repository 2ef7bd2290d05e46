"""Settings › people, roles and units, as those who keep them use the pages."""

import re

import pytest

from bihuan.core import audit
from bihuan.core.models import AuditEntry, Role, RoleAssignment, Unit, User
from bihuan.core.rights import can, scope_of

VIEW = "evaluate.view_board"


@pytest.fixture
def office(client, cast):
    client.force_login(cast.admin)
    return client


def posts(*rows, held=0):
    """The management form and rows of the roles a person is to hold."""
    data = {"posts-TOTAL_FORMS": str(max(len(rows), held)), "posts-INITIAL_FORMS": str(held)}
    for number, (role, unit) in enumerate(rows):
        data |= {f"posts-{number}-role": str(role.pk) if role else "", f"posts-{number}-unit_code": unit}
    return data


def role(key):
    return Role.objects.get(key=key)


class TestPeople:
    def test_a_new_person_sets_their_own_password_by_the_link(self, office, client):
        sent = {"username": "li", "display_name": "李工", "email": "li@example.test", "agent_id": "", "language": "",
                **posts((role("team_leader"), "n2"), (None, ""))}
        page = office.post("/settings/people/new/", sent)
        assert page.status_code == 200 and page["Cache-Control"] == "no-store"
        path = re.search(r"http://testserver(/account/first-password/[^\"]+/)", page.content.decode())[1]
        person = User.objects.get(username="li")
        assert not person.has_usable_password()
        assert scope_of(person, VIEW).units == ("n2",)

        office.logout()
        assert client.get(path).status_code == 200
        refused = client.post(path, {"password": "short", "again": "short"})
        assert refused.status_code == 422
        unequal = client.post(path, {"password": "long-enough-words", "again": "other-long-words"})
        assert unequal.status_code == 422
        done = client.post(path, {"password": "long-enough-words", "again": "long-enough-words"})
        assert done["Location"] == "/account/login/"
        assert client.get(path).status_code == 410, "the link works once"
        assert client.login(username="li", password="long-enough-words")
        assert audit.verify().ok

    def test_the_link_stands_in_no_log(self, office, cast):
        page = office.post(f"/settings/people/{cast.nobody.pk}/link/").content.decode()
        token = re.search(r"first-password/[^/]+/([^/]+)/", page)[1]
        assert token not in str(list(AuditEntry.objects.values_list("data", flat=True)))

    @pytest.mark.parametrize("path", ["/account/first-password/!!/x/", "/account/first-password/MQ/x/",
                                      "/account/first-password/OTk5/x-y/"])
    def test_a_made_up_link_opens_nothing(self, client, db, path):
        assert client.get(path).status_code == 410

    def test_details_are_changed(self, office, cast):
        sent = {"display_name": "周组长", "email": "zhou@example.test", "agent_id": "a7", "language": "en"}
        assert office.post(f"/settings/people/{cast.leader.pk}/", sent).status_code == 302
        cast.leader.refresh_from_db()
        assert (cast.leader.display_name, cast.leader.agent_id, cast.leader.language) == ("周组长", "a7", "en")
        entry = AuditEntry.objects.filter(action="core.person_changed").get()
        assert "zhou" not in str(entry.data)

    def test_two_people_cannot_share_a_mail_address(self, office, cast):
        User.objects.filter(pk=cast.agent.pk).update(email="one@example.test")
        sent = {"display_name": "x", "email": "ONE@example.test", "agent_id": "", "language": ""}
        page = office.post(f"/settings/people/{cast.leader.pk}/", sent)
        assert page.status_code == 422 and "已使用这个邮箱" in page.content.decode()

    def test_a_login_name_is_taken_once(self, office):
        sent = {"username": "AGENT", "display_name": "x", "email": "", "agent_id": "", "language": "", **posts()}
        page = office.post("/settings/people/new/", sent)
        assert page.status_code == 422 and "已有人使用" in page.content.decode()

    def test_roles_are_replaced_by_what_the_page_says(self, office, cast):
        sent = posts((None, ""), (role("hr"), "n1"), (role("manager"), "south"), held=1)
        assert office.post(f"/settings/people/{cast.leader.pk}/roles/", sent).status_code == 302
        held = set(RoleAssignment.objects.filter(user=cast.leader).values_list("role__key", "unit_code"))
        assert held == {("hr", ""), ("manager", "south")}, "a role for everything is held for no unit"

    @pytest.mark.parametrize("key, unit, words", [
        ("team_leader", "", "请为它选择一个单位"), ("team_leader", "north", "不能分配给"),
        ("vendor_manager", "north", "不能分配给"), ("agent", "", "请先填写这位人员的坐席编号"),
    ])
    def test_a_role_without_its_reach_is_refused(self, office, cast, key, unit, words):
        page = office.post(f"/settings/people/{cast.nobody.pk}/roles/", posts((role(key), unit)))
        assert page.status_code == 422 and words in page.content.decode()
        assert not cast.nobody.assignments.exists()

    def test_a_closed_account_cannot_log_in_and_keeps_its_roles(self, office, cast, client):
        office.post(f"/settings/people/{cast.leader.pk}/switch/")
        cast.leader.refresh_from_db()
        assert not cast.leader.is_active and cast.leader.assignments.exists()
        client.force_login(cast.leader)
        assert client.get("/account/").status_code == 302
        client.force_login(cast.admin)
        client.post(f"/settings/people/{cast.leader.pk}/switch/")
        cast.leader.refresh_from_db()
        assert cast.leader.is_active

    def test_the_last_who_manages_people_stays(self, office, cast):
        page = office.post(f"/settings/people/{cast.admin.pk}/switch/", follow=True)
        assert "没有人能管理人员" in page.content.decode()
        page = office.post(f"/settings/people/{cast.admin.pk}/roles/", posts((role("hr"), ""), held=1))
        assert page.status_code == 422
        cast.admin.refresh_from_db()
        assert cast.admin.is_active and can(User.objects.get(pk=cast.admin.pk), "core.manage_people")

    @pytest.mark.parametrize("query, names", [
        ("words=lead", {"leader"}), ("role=director", {"director"}), ("active=no", set()),
        ("active=weird&words=vendor", {"vendor"}), ("role=unknown&words=nobody", {"nobody"}),
    ])
    def test_people_are_found(self, office, query, names):
        page = office.get(f"/settings/people/?{query}")
        assert {person.username for person in page.context["page"]} == names


class TestRoles:
    def test_a_role_is_edited_for_everyone_who_holds_it(self, office, cast):
        sent = {"name": "班组长", "description": "", "scope": "team", "permissions": ["evaluate.view_board"]}
        assert office.post("/settings/roles/team_leader/", sent).status_code == 302
        leader = User.objects.get(pk=cast.leader.pk)
        assert can(leader, VIEW) and not can(leader, "evaluate.view_rows")
        entry = AuditEntry.objects.get(action="core.role_changed")
        assert {"evaluate.export", "evaluate.view_rows"} <= set(entry.data["removed"])
        assert "evaluate.view_board" not in entry.data["removed"]
        assert audit.verify().ok

    def test_a_role_cannot_lose_the_last_right_to_manage_people(self, office):
        sent = {"name": "系统管理员", "description": "", "scope": "none", "permissions": []}
        page = office.post("/settings/roles/administrator/", sent)
        assert page.status_code == 422 and "没有人能管理人员" in page.content.decode()
        assert role("administrator").permissions

    def test_an_unknown_permission_is_refused(self, office):
        sent = {"name": "x", "description": "", "scope": "none", "permissions": ["core.everything"]}
        assert office.post("/settings/roles/hr/", sent).status_code == 422

    def test_an_own_role_is_copied_narrowed_held_and_retired(self, office, cast):
        """From 班组长: it sees one centre, keeps texts closed, is held by somebody, and cannot end while it is."""
        first = office.get("/settings/roles/new/?from=team_leader").context["form"].initial
        assert first["name"] == "班组长（副本）" and "evaluate.export" in first["permissions"]
        sent = {"name": "驻场督导", "description": "看中心的指标与工单", "scope": "centre", "closed_fields": ["text"],
                "permissions": ["evaluate.view_board", "evaluate.view_rows", "collect.view_conversations"]}
        told = office.post("/settings/roles/new/", sent)
        assert told.status_code == 422 and "查看会话" in told.content.decode(), "conversations are texts"
        for key in ("collect.manage_voices", "privacy.read_registers"):
            shows_numbers = sent | {"permissions": [key], "closed_fields": ["customer"]}
            assert office.post("/settings/roles/new/", shows_numbers).status_code == 422
        for field in ("region", "tier", "csat"):
            told = sent | {"permissions": ["serve.view_customers"], "closed_fields": [field]}
            assert office.post("/settings/roles/new/", told).status_code == 422
        both = {"permissions": ["serve.view_customers", "collect.draw_samples"], "closed_fields": ["region", "tier"]}
        told = office.post("/settings/roles/new/", sent | both).content.decode()
        assert "；客户等级（" in told and "抽取调查样本" in told, "every conflict at once"
        sent["permissions"].pop()
        sent["closed_fields"] = ["text", "region", "tier", "csat"]
        assert office.post("/settings/roles/new/", sent | {"name": "班组长"}).status_code == 422
        assert office.post("/settings/roles/new/", sent).status_code == 302
        own = Role.objects.get(name="驻场督导")
        assert "不可见：" in office.get("/settings/roles/").content.decode()
        office.post(f"/settings/people/{cast.nobody.pk}/roles/", posts((own, "north")))
        scope = scope_of(User.objects.get(pk=cast.nobody.pk), "evaluate.view_rows")
        assert scope.units == ("n1", "n2", "north") and "text" in scope.masked and "customer" not in scope.masked
        switch = f"/settings/roles/{own.key}/switch/"
        assert "1 位人员持有" in office.post(switch, follow=True).content.decode()
        office.post(f"/settings/people/{cast.nobody.pk}/roles/", posts((None, ""), held=1))
        office.post(switch)
        page = office.post(f"/settings/people/{cast.nobody.pk}/roles/", posts((own, "north")))
        assert page.status_code == 422 and not cast.nobody.assignments.exists(), "a retired role is given to nobody"
        office.post(switch)
        assert not Role.objects.get(pk=own.pk).is_retired
        actions = ["core.role_created", "core.role_retired", "core.role_restored"]
        assert AuditEntry.objects.filter(action__in=actions).count() == 3 and audit.verify().ok


class TestUnits:
    def test_a_unit_is_added_through_the_import_and_seen_by_the_numbers(self, office, workspace_home):
        from bihuan.engine.facts import store

        for code, name, kind, parent in (("east", "东区", "centre", ""), ("e1", "东一组", "team", "east")):
            sent = {"code": code, "name": name, "kind": kind, "parent_code": parent, "is_current": "on"}
            assert office.post("/settings/units/new/", sent).status_code == 302
        with store.connect(workspace_home) as con:
            rows = con.sql("SELECT id, parent FROM units ORDER BY id").fetchall()
        assert rows == [("e1", "east"), ("east", None)]
        assert Unit.objects.get(pk="e1").parent_code == "east"
        assert not Unit.objects.get(pk="n1").is_current, "units that the records do not hold are out of use"

    def test_a_unit_is_changed_and_closed(self, office, workspace_home):
        first = {"code": "east", "name": "东区", "kind": "centre", "parent_code": "", "is_current": "on"}
        office.post("/settings/units/new/", first)
        sent = {"name": "华东", "kind": "centre", "parent_code": ""}
        assert office.post("/settings/units/of/east/", sent).status_code == 302
        unit = Unit.objects.get(pk="east")
        assert (unit.name, unit.is_current) == ("华东", False)

    def test_a_circle_is_refused(self, office):
        sent = {"name": "北方中心", "kind": "centre", "parent_code": "n1", "is_current": "on"}
        page = office.post("/settings/units/of/north/", sent)
        assert page.status_code == 422 and "下级" in page.content.decode()

    def test_a_code_is_used_once(self, office):
        sent = {"code": "n1", "name": "x", "kind": "team", "parent_code": "", "is_current": "on"}
        assert office.post("/settings/units/new/", sent).status_code == 422

    def test_the_tree_is_shown_with_what_hangs_loose(self, office):
        Unit.objects.create(code="x", name="孤", parent_code="gone", kind="team")
        Unit.objects.bulk_create([Unit(code="c1", name="圈一", parent_code="c2", kind="team"),
                                  Unit(code="c2", name="圈二", parent_code="c1", kind="team")])
        lines = office.get("/settings/units/").context["lines"]
        depth = {line["unit"].code: line["depth"] for line in lines}
        assert (depth["north"], depth["n1"], depth["x"]) == (0, 1, 0)
        assert {"c1", "c2"} <= depth.keys() and len(lines) == Unit.objects.count()
