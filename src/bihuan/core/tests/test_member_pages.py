"""Settings › members: who belongs where, as those who keep the tree use the pages; the numbers follow."""

from datetime import UTC, date, datetime

import pytest

from bihuan.core import audit, members
from bihuan.core.models import AuditEntry, Job
from bihuan.core.rights import SystemActor
from bihuan.core.services.units import sync_units
from bihuan.engine.facts import freshness
from bihuan.engine.facts.importing import import_rows
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import evaluate

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)


@pytest.fixture
def office(client, cast, workspace_home):
    """A centre with two teams and an agent who has been in the first since spring."""
    units = [{"id": "north", "name": "北方中心", "kind": "centre"},
             {"id": "n1", "name": "北一组", "kind": "team", "parent": "north"},
             {"id": "n2", "name": "北二组", "kind": "team", "parent": "north"}]
    import_rows(workspace_home, "units", units, source="t", actor="test")
    import_rows(workspace_home, "agents", [{"id": "a1", "name": "王敏"}, {"id": "a2", "name": "李静"}], source="t",
                actor="test")
    import_rows(workspace_home, "memberships", [
        {"agent": "a1", "unit": "n1", "role": "坐席", "valid_from": datetime(2026, 3, 1)}], source="t", actor="test")
    sync_units(actor=SystemActor("test"))
    client.force_login(cast.admin)
    return client


def stays(agent="a1"):
    return [(stay.unit, stay.first, stay.last) for stay in members.stays_of(agent) if not stay.is_void]


def sent(unit, first, **more):
    return {"unit": unit, "first": first, "role": "坐席", **more}


def stay_of(unit, agent="a1"):
    found = next(stay for stay in members.stays_of(agent) if stay.unit == unit)
    return {"unit": unit, "stay": found.key}


def test_a_move_ends_what_was_and_old_records_stay_where_they_were(office, workspace_home):
    import_rows(workspace_home, "cases", [
        {"id": f"c{month}", "source": "t", "agent": "a1", "opened": datetime(2026, month, 10), "resolved": True}
        for month in (4, 6)],
        source="t", actor="test")
    assert office.post("/settings/members/of/a1/", sent("n2", "2026-06-01")).status_code == 302
    assert stays() == [("n2", date(2026, 6, 1), None), ("n1", date(2026, 3, 1), date(2026, 5, 31))]
    told = evaluate(workspace_home, Query(indicators=("fcr_flag",), by=("team",), period="month"))
    assert {(row.group["team"], row.n) for row in told} == {("n1", 1), ("n2", 1)}
    assert AuditEntry.objects.filter(action="core.member_moved").exists() and audit.verify().ok


def test_somebody_may_belong_to_two_units(office):
    office.post("/settings/members/of/a1/", sent("n2", "2026-06-01", keeps_others="on"))
    (one,) = members.chosen(members.members(now=NOW), words="王")
    assert one.units == ("n2", "n1") and one.since == date(2026, 6, 1)
    assert members.member_counts(now=NOW) == {"n1": 1, "n2": 1}


def test_a_stay_ends_with_a_day_and_not_before_it_began(office):
    ended = office.post("/settings/members/end/a1/", {**stay_of("n1"), "last": "2026-06-30"})
    assert ended.status_code == 302 and stays() == [("n1", date(2026, 3, 1), date(2026, 6, 30))]
    assert [one.agent for one in members.homeless(members.members(now=NOW))] == ["a1", "a2"]
    refused = office.post("/settings/members/end/a1/", {**stay_of("n1"), "last": "2026-02-01"})
    assert refused.status_code == 422 and "2026-03-01" in refused.content.decode()
    assert stays() == [("n1", date(2026, 3, 1), date(2026, 6, 30))]


def test_what_was_entered_by_mistake_holds_at_no_moment(office):
    office.post("/settings/members/of/a2/", sent("n2", "2026-06-01"))
    office.post("/settings/members/take-back/a2/", stay_of("n2", "a2"))
    assert stays("a2") == [] and members.find_member("a2", now=NOW).units == ()
    assert "已撤回" in office.get("/settings/members/of/a2/").content.decode()
    office.post("/settings/members/of/a2/", sent("n1", "2026-06-01"))
    assert members.find_member("a2", now=NOW).units == ("n1",)


def test_a_move_that_cannot_be_is_refused_and_keeps_what_was_typed(office):
    for unit, first, words in (("n1", "2026-06-01", "已经属于"), ("n2", "2026-01-01", "2026-03-01 开始的归属"),
                               ("gone", "2026-06-01", "选择"), ("n2", "6月", "日期")):
        page = office.post("/settings/members/of/a1/", sent(unit, first))
        assert page.status_code == 422 and words in page.content.decode() and first in page.content.decode()
    assert stays() == [("n1", date(2026, 3, 1), None)]


def test_a_new_agent_begins_in_a_unit(office):
    new = {"agent": "a9", "name": "赵新", **sent("n2", "2026-06-15")}
    assert office.post("/settings/members/new/", new)["Location"] == "/settings/members/of/a9/"
    known = members.find_member("a9", now=NOW)
    assert (known.name, known.units) == ("赵新", ("n2",))
    again = office.post("/settings/members/new/", new)
    assert again.status_code == 422 and "已有这个坐席编号" in again.content.decode()


def test_an_account_with_an_agents_code_is_placed_before_the_first_record(office, cast):
    cast.leader.agent_id = "a7"
    cast.leader.save(update_fields=["agent_id"])
    assert office.post("/settings/members/of/a7/", sent("n2", "2026-06-01")).status_code == 302
    assert members.find_member("a7", now=NOW).units == ("n2",)


def test_the_list_finds_people_and_says_who_belongs_nowhere(office):
    page = office.get("/settings/members/")
    assert [one.agent for one in page.context["page"]] == ["a1", "a2"] and page.context["homeless"] == 1
    assert [one.agent for one in office.get("/settings/members/?unit=n1").context["page"]] == ["a1"]
    assert [one.agent for one in office.get("/settings/members/?state=none").context["page"]] == ["a2"]
    assert "没有符合条件" in office.get("/settings/members/?words=zzz").content.decode()


def test_what_does_not_exist_and_who_may_not_keep_units_get_404(client, cast, office):
    nothing = {"unit": "n9", "stay": "", "last": "2026-06-01"}
    assert office.get("/settings/members/of/nobody/").status_code == 404
    for path in ("/settings/members/end/a1/", "/settings/members/take-back/a1/"):
        assert office.post(path, nothing).status_code == 404
    client.force_login(cast.leader)
    for path in ("/settings/members/", "/settings/members/new/", "/settings/members/of/a1/"):
        assert client.get(path).status_code == 404
    assert client.post("/settings/members/take-back/a1/", stay_of("n1")).status_code == 404
    assert stays() == [("n1", date(2026, 3, 1), None)]


def test_a_name_in_records_is_given_to_an_agent_and_taken_back(client, cast, office, workspace_home):
    import_rows(workspace_home, "cases", [
        {"id": f"c{n}", "source": "t", "agent": name, "opened": datetime(2026, 4, 10), "resolved": True}
        for n, name in enumerate(("王敏", "王 敏", "赵六"))], source="t", actor="test")

    def teams():
        freshness.refresh(workspace_home)   # what the job does
        told = evaluate(workspace_home, Query(indicators=("fcr_flag",), by=("team",)))
        return {row.group["team"]: row.n for row in told}

    assert teams() == {"n1": 2, None: 1}
    page = office.get("/settings/members/?state=name")
    assert [one.agent for one in page.context["page"]] == ["赵六"] and "名册里没有" in page.content.decode()
    assert "名册里没有" not in office.get("/settings/members/?unit=n1").content.decode()
    page = office.get("/settings/members/of/赵六/").content.decode()
    assert "这是谁的姓名" in page and "李静 (a2)" in page
    assert office.post("/settings/members/called/赵六/", {"agent": "nobody"}).status_code == 422
    assert office.post("/settings/members/called/赵六/", {"agent": "a1"})["Location"] == "/settings/members/of/a1/"
    assert teams() == {"n1": 3} and Job.objects.filter(kind="core.follow_names").exists()
    page = office.get("/settings/members/of/a1/").content.decode()
    assert "由人认定" in page and "当时名册里只有这一位叫这个名字" in page
    office.post("/settings/members/called/赵六/", {"agent": "a2"})
    given = AuditEntry.objects.filter(action="core.name_given").latest("seq")
    assert (given.object_id, given.data["before"]) == ("a2", "a1")
    assert office.post("/settings/members/call-back/赵六/")["Location"] == "/settings/members/of/a2/"
    assert office.post("/settings/members/call-back/赵六/").status_code == 404, "nobody says so any more"
    assert teams() == {"n1": 2, None: 1} and audit.verify().ok
    assert office.post("/settings/members/called/没人/", {"agent": "a1"}).status_code == 404
    client.force_login(cast.leader)
    assert client.post("/settings/members/called/赵六/", {"agent": "a1"}).status_code == 404
    assert client.post("/settings/members/call-back/赵六/").status_code == 404


def test_a_name_is_made_no_agent_in_passing(office, workspace_home, monkeypatch):
    """Its page offers no unit; who is a forgotten number is added with a name, and what was entered can be undone."""
    import_rows(workspace_home, "cases", [
        {"id": f"c{n}", "source": "t", "agent": name, "opened": datetime(2026, 4, 10), "resolved": True}
        for n, name in enumerate(("赵六", "王 敏", "a8"))], source="t", actor="test")
    for name in ("赵六", "王 敏"):     # one that nobody bears, one that means a1 by itself
        page = office.get(f"/settings/members/of/{name}/").content.decode()
        assert "这是谁的姓名" in page and "调入单位" not in page and "没有归属" not in page
        assert office.post(f"/settings/members/of/{name}/", sent("n2", "2026-06-01")).status_code == 404
    members.unknown_names()
    monkeypatch.setattr(members, "_unknown_since", None)    # the page of one person or name looks for that one alone
    assert "?agent=a8" in office.get("/settings/members/of/a8/").content.decode()
    assert 'value="a8"' in office.get("/settings/members/new/?agent=a8").content.decode()
    new = {"agent": "a8", "name": "赵新", **sent("n2", "2026-06-15")}
    assert office.post("/settings/members/new/", new).status_code == 302
    assert "调入单位" in office.get("/settings/members/of/a8/").content.decode()
    monkeypatch.undo()
    import_rows(workspace_home, "memberships", [{"agent": "赵六", "unit": "n1", "valid_from": datetime(2026, 3, 1)}],
                source="t", actor="test")
    assert members.unknown_names() == [] and members.find_name("赵六") is None
    office.post("/settings/members/take-back/赵六/", stay_of("n1", "赵六"))
    assert [one.name for one in members.unknown_names()] == ["赵六"], "a stay that was taken back makes nobody an agent"
    assert office.post("/settings/members/called/赵六/", {"agent": "a1"}).status_code == 302
