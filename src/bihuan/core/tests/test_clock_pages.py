"""Settings › calendars and workspace: what is published, what is refused, what is computed anew."""

import pytest

from bihuan.core import workspace
from bihuan.core.models import AuditEntry, Job
from bihuan.core.rights import scope_of
from bihuan.engine.clock.calendars import load_calendars
from bihuan.engine.clock.policy import load_policy
from bihuan.engine.home import read_definition

WEEK = {f"day_{day}": "09:00-12:00，13:30-18:00" for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def office(client, cast):
    client.force_login(cast.admin)
    return client


def calendar(**changes):
    return {"name": "evening", "title_zh": "晚班", "title_en": "", "zone": "", "holidays": "none", "makeup_like": "mon",
            "days": "", **WEEK, **changes}


def recomputes(answer):
    job = Job.objects.get()
    return answer.status_code == 302 and answer["Location"] == f"/jobs/{job.pk}/" and job.kind == "core.refresh_facts"


class TestCalendars:
    def test_a_calendar_is_published_and_the_facts_are_computed_anew(self, office, workspace_home):
        sent = calendar(day_sat="20:00-24:00", days="2026-05-04 09:00-12:00 半天\n2026-05-05 休")
        assert recomputes(office.post("/settings/calendars/new/", sent))
        made = load_calendars(workspace_home)["evening"]
        assert made.weekly[5] == ((72000, 86400),) and made.weekly[6] == ()
        assert [(str(day), len(periods), name) for day, periods, name in made.days] == [
            ("2026-05-04", 1, "半天"), ("2026-05-05", 0, "")]
        assert AuditEntry.objects.get(action="core.calendar_published").object_id == "evening"

    def test_the_form_shows_what_was_published(self, office, workspace_home):
        office.post("/settings/calendars/new/", calendar(days="2026-05-04 09:00-12:00,14:00-15:00 半天"))
        form = office.get("/settings/calendars/of/evening/").context["form"]
        again = {name: "" if value is None else value for name, value in form.initial.items()}
        assert again["days"] == "2026-05-04 09:00-12:00,14:00-15:00 半天"
        assert again["day_mon"] == "09:00-12:00, 13:30-18:00"
        before = read_definition(workspace_home, "calendars")[0]
        office.post("/settings/calendars/of/evening/", again)
        after = read_definition(workspace_home, "calendars")[0]
        assert {**after, "zone": None} == {**before, "zone": None}

    @pytest.mark.parametrize("changes, words", [
        ({"day_mon": "22:00-06:00"}, "跨夜"), ({"day_mon": "nine to five"}, "09:00-12:00"),
        ({"days": "tomorrow"}, "2026-05-04"), ({"zone": "Mars/Base"}, "时区"),
    ])
    def test_what_cannot_be_read_comes_back_with_what_to_write(self, office, workspace_home, changes, words):
        page = office.post("/settings/calendars/new/", calendar(**changes))
        assert page.status_code == 422 and words in page.content.decode()
        assert read_definition(workspace_home, "calendars") is None

    def test_a_shipped_calendar_comes_back_when_ones_own_is_withdrawn(self, office, workspace_home):
        shipped = load_calendars(workspace_home)["cn_office"].weekly
        office.post("/settings/calendars/of/cn_office/", calendar(day_sun="10:00-11:00"))
        assert load_calendars(workspace_home)["cn_office"].weekly != shipped
        office.post("/settings/calendars/of/cn_office/drop/")
        assert load_calendars(workspace_home)["cn_office"].weekly == shipped

    def test_a_year_is_laid_open(self, office):
        """2026-02-14 is a make-up Saturday before the spring festival (State Council notice for 2026)."""
        page = office.get("/settings/calendars/of/cn_office/year/?year=2026")
        special = {str(day.day): day.kind for day in page.context["special"]}
        assert special["2026-02-14"] == "makeup" and special["2026-10-01"] == "holiday"
        assert dict(page.context["counts"])["override"] == 0

    def test_a_year_without_holidays_is_warned_of(self, office):
        page = office.get("/settings/calendars/of/cn_office/year/?year=2031")
        said = page.content.decode()
        assert "没有节假日与补班数据" in said and "日历“cn_office”" not in said

    def test_unknown_calendars_are_not_there(self, office):
        for path in ("of/none/", "of/none/year/", "rules/99/"):
            assert office.get(f"/settings/calendars/{path}").status_code == 404

    def test_added_holidays_are_published(self, office, workspace_home):
        sent = {"days": "2031-02-06 休 春节\n2031-02-08 班", "years": "2031，2032"}
        assert recomputes(office.post("/settings/calendars/holidays/", sent))
        assert read_definition(workspace_home, "holidays") == {"years": [2031, 2032], "days": [
            {"date": "2031-02-06", "kind": "holiday", "name": "春节"},
            {"date": "2031-02-08", "kind": "makeup", "name": ""}]}
        page = office.get("/settings/calendars/of/cn_office/year/?year=2031").content.decode()
        assert "没有节假日与补班数据" not in page and "春节" in page
        form = office.get("/settings/calendars/holidays/").context["form"]
        assert form.initial == {"days": "2031-02-06 休 春节\n2031-02-08 班", "years": "2031, 2032"}

    @pytest.mark.parametrize("sent", [
        {"days": "2031-02-06 春节", "years": ""}, {"days": "2031-02-06", "years": ""}, {"days": "", "years": "next"},
    ])
    def test_holidays_that_cannot_be_read_are_refused(self, office, workspace_home, sent):
        assert office.post("/settings/calendars/holidays/", sent).status_code == 422
        assert read_definition(workspace_home, "holidays") is None


class TestRules:
    def rule(self, **changes):
        return {"name": "vip", "title_zh": "贵宾", "title_en": "", "calendar": "cn_service", "first_response_from": "",
                "first_response_target_s": "30 秒", "resolution_target_s": "24h", "when_tier": "VIP，金卡", **changes}

    def test_a_new_rule_goes_before_all_others(self, office, workspace_home):
        assert recomputes(office.post("/settings/calendars/rules/new/", self.rule()))
        terms = load_policy(workspace_home).terms({"channel": "phone", "tier": "vip"})
        assert (terms.first_response_target_s, terms.resolution_target_s, terms.calendar) == (30, 86400, "cn_service")
        assert load_policy(workspace_home).terms({"channel": "phone"}).first_response_target_s == 60

    def test_a_rule_for_a_complaint_type_says_what_does_not_count(self, office, workspace_home):
        sent = self.rule(when_tier="", when_kind="投诉", when_topic="退款", when_product="", first_pauses_stated="on",
                         first_response_pauses=["customer"], replied_pauses_resolution="yes")
        assert recomputes(office.post("/settings/calendars/rules/new/", sent))
        policy = load_policy(workspace_home)
        terms = policy.terms({"kind": "complaint", "topic": "退款"})
        assert (terms.first_response_pauses, terms.replied_pauses_resolution) == (("customer",), True)
        assert policy.terms({"kind": "complaint", "topic": "物流"}).first_response_target_s == 86400
        assert policy.dimensions[-1] == "topic", "nobody asks for the product"
        form = office.get("/settings/calendars/rules/0/").context["form"]
        again = {name: value for name, value in form.initial.items() if value not in (None, "", False)}
        office.post("/settings/calendars/rules/0/", again)
        assert load_policy(workspace_home).terms({"kind": "complaint", "topic": "退款"}) == terms
        office.post("/settings/calendars/rules/0/", {**again, "replied_pauses_resolution": "no"})
        assert not load_policy(workspace_home).terms({"kind": "complaint", "topic": "退款"}).replied_pauses_resolution

    def test_a_rule_keeps_what_its_form_does_not_show(self, office, workspace_home):
        rules = office.get("/settings/calendars/").context["rules"]
        last = len(rules) - 1
        form = office.get(f"/settings/calendars/rules/{last}/").context["form"]
        sent = {name: value for name, value in form.initial.items() if value not in (None, "", False)}
        before = load_policy(workspace_home).terms({})
        assert office.post(f"/settings/calendars/rules/{last}/", sent).status_code == 302
        assert load_policy(workspace_home).terms({}) == before

    @pytest.mark.parametrize("changes, words", [
        ({"first_response_target_s": "soon"}, "24 小时"), ({"resolution_target_s": "0 天"}, "24 小时"),
        ({"calendar": "none"}, "calendar"),
    ])
    def test_a_rule_that_cannot_be_read_is_refused(self, office, workspace_home, changes, words):
        page = office.post("/settings/calendars/rules/new/", self.rule(**changes))
        assert page.status_code == 422 and words in page.content.decode()
        assert read_definition(workspace_home, "clock_policy") is None

    def test_rules_are_moved_and_taken_away(self, office, workspace_home):
        office.post("/settings/calendars/rules/new/", self.rule())
        office.post("/settings/calendars/rules/1/move/", {"to": "up"})
        names = [rule["name"] for rule in read_definition(workspace_home, "clock_policy")["rule"]]
        assert names[:2] == ["complaint", "vip"]
        office.post("/settings/calendars/rules/1/move/", {"to": "away"})
        names = [rule["name"] for rule in read_definition(workspace_home, "clock_policy")["rule"]]
        assert "vip" not in names


class TestWorkspace:
    def test_a_new_zone_is_published_and_computed(self, office, workspace_home):
        sent = {"name": "示例公司", "zone": "Asia/Urumqi", "minimum_n": "5"}
        assert recomputes(office.post("/settings/workspace/", sent))
        assert workspace.zone().key == "Asia/Urumqi"

    def test_the_smallest_group_reaches_every_scope(self, office, cast):
        sent = {"name": "", "zone": workspace.zone().key, "minimum_n": "7"}
        assert office.post("/settings/workspace/", sent)["Location"] == "/settings/workspace/"
        assert not Job.objects.exists(), "nothing is computed anew for it"
        assert scope_of(cast.leader, "evaluate.view_board").minimum_n == 7

    def test_an_unknown_zone_is_refused(self, office):
        page = office.post("/settings/workspace/", {"name": "", "zone": "Mars/Base", "minimum_n": "0"})
        assert page.status_code == 422 and "Asia/Shanghai" in page.content.decode()
