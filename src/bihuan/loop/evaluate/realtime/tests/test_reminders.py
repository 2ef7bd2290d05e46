"""Rules remind of each case once a stage, tell the right people, and can be tried on last week."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.core.notifications.models import Notice, Receipt
from bihuan.core.rights import NotAllowed
from bihuan.engine.indicators.contracts import EVERYTHING
from bihuan.loop.evaluate.realtime.models import Reminder, ReminderRule
from bihuan.loop.evaluate.realtime.queries.reminders import Wanted, preview, stages
from bihuan.loop.evaluate.realtime.services.reminders import remind, save_rule

from .desk import NOW

M, H = timedelta(minutes=1), timedelta(hours=1)
DUE = f"{(NOW + 40 * M).astimezone(ZoneInfo('Asia/Shanghai')):%m-%d %H:%M}"


def rule(actor, lead=60, unit="", since=NOW - 90 * H, **more):
    found = save_rule(
        rule=None, name="提前提醒", clock="promised", lead_minutes=lead, unit_code=unit, actor=actor, **more)
    ReminderRule.objects.filter(pk=found.pk).update(active_from=since)
    return found


def told():
    return set(Receipt.objects.values_list("user__username", "notice__object_id"))


def test_a_case_is_reminded_once_a_stage(cast):
    """T2 is due in 40 minutes: its stage an hour before lies 20 minutes ago. T1 and T5 were due before."""
    rule(cast.director, since=NOW - H)
    assert remind(now=NOW) == 1
    assert remind(now=NOW) == 0
    assert remind(now=NOW + 5 * M) == 0
    notice = Notice.objects.get()
    assert (notice.event, notice.title, notice.unit_code) == ("case_due", f"工单 T2：承诺办结 {DUE} 到时限", "n1")
    assert notice.url == "/evaluate/cases/desk:T2/"
    assert told() == {("agent", "desk:T2"), ("leader", "desk:T2")}


def test_overdue_cases_are_critical_and_what_is_done_is_not_told(cast):
    """T1 (an hour over) and T5 (five hours) are pending; T6 was done in time, T7 is done by now."""
    rule(cast.director, lead=0, to_agent=False)
    assert remind(now=NOW) == 2
    assert set(Notice.objects.values_list("object_id", "is_critical")) == {("desk:T1", True), ("desk:T5", True)}
    assert told() == {("leader", "desk:T1"), ("outsider", "desk:T5")}


def test_a_new_rule_does_not_pour_out_the_past(cast):
    rule(cast.director, lead=0, since=NOW)
    assert remind(now=NOW) == 0


def test_a_worker_that_was_down_makes_up_for_a_day_at_most(cast):
    rule(cast.director, lead=0)
    assert remind(now=NOW + 21 * H) == 3, "T1 22 h, T2 20 h, T3 1 h over; T5's 26 h are too long ago"


def test_a_rule_sees_what_its_maker_may_see(cast):
    rule(cast.manager, lead=0, unit="north")
    assert remind(now=NOW) == 1
    assert Reminder.objects.get().case == "desk:T1"


def test_a_rule_of_somebody_who_left_reminds_of_nothing(cast):
    rule(cast.manager, lead=0, unit="north")
    cast.manager.is_active = False
    cast.manager.save()
    assert remind(now=NOW) == 0


def test_named_people_and_lists_narrow_and_widen(cast):
    rule(cast.director, lead=0, priorities=["high"], channels=["ticket"], people=[cast.manager], to_agent=False,
         to_leader=False)
    assert remind(now=NOW) == 1
    assert told() == {("manager", "desk:T1")}


def test_another_due_moment_is_another_stage(cast, desk):
    rule(cast.director, lead=0)
    remind(now=NOW)
    Reminder.objects.filter(case="desk:T1").update(due=NOW - 9 * H)
    Notice.objects.all().delete()
    assert remind(now=NOW) == 1


class TestTrial:
    def test_last_week_is_counted_by_what_was_pending_then(self, cast):
        """Promises that ran out on pending cases: T1, T5, and T7, which was resolved 20 hours late. Not T6."""
        found = preview(Wanted("promised", 0), cast.director)
        assert (found.count, [one.external_id for one in found.examples]) == (3, ["T7", "T5", "T1"])

    def test_a_long_lead_begins_with_the_case(self, cast):
        found = stages(Wanted("promised", 2880), EVERYTHING,
                       NOW - 4 * H, NOW)
        assert [(one.external_id, one.stage) for one in found] == [("T4", NOW - 3 * H), ("T3", NOW - 2 * H)]

    def test_it_stays_within_ones_reach(self, cast):
        assert preview(Wanted("promised", 0), cast.outsider).count == 1

    def test_the_page_says_the_number_and_saves_nothing(self, client, cast):
        client.force_login(cast.director)
        answer = client.post("/evaluate/reminders/new/", {
            "name": "x", "clock": "promised", "minutes": "0", "side": "before", "preview": "1"})
        assert "会提醒 3 个工单" in answer.content.decode()
        assert not ReminderRule.objects.exists()


class TestRights:
    def test_a_manager_rules_over_the_own_centre(self, cast):
        with pytest.raises(NotAllowed):
            rule(cast.manager, unit="s1")
        with pytest.raises(NotAllowed):
            rule(cast.manager, unit="")
        assert rule(cast.manager, unit="n1").pk

    def test_rules_of_others_are_not_there(self, client, cast):
        pk = rule(cast.director, unit="s1").pk
        client.force_login(cast.manager)
        assert client.get(f"/evaluate/reminders/{pk}/").status_code == 404
        assert client.post(f"/evaluate/reminders/{pk}/drop/").status_code == 404
        assert "提前提醒" not in client.get("/evaluate/reminders/").content.decode()
        for person in (cast.leader, cast.agent, cast.outsider):
            client.force_login(person)
            assert client.get("/evaluate/reminders/").status_code == 404

    def test_the_log_shows_ones_own_reach(self, client, cast):
        rule(cast.director, lead=0)
        remind(now=NOW)
        client.force_login(cast.manager)
        page = client.get("/evaluate/reminders/log/").content.decode()
        assert "desk:T1" in page and "desk:T5" not in page

    def test_a_rule_is_made_changed_and_dropped_on_its_page(self, client, cast):
        client.force_login(cast.manager)
        told = {"name": "首响前 30 分", "clock": "first_response", "minutes": "30", "side": "before",
                "unit_code": "north", "to_agent": "on", "is_active": "on"}
        assert client.post("/evaluate/reminders/new/", told).status_code == 302
        found = ReminderRule.objects.get()
        assert (found.lead_minutes, found.to_leader) == (30, False)
        client.post(f"/evaluate/reminders/{found.pk}/", {**told, "side": "after"})
        found.refresh_from_db()
        assert found.lead_minutes == -30
        client.post(f"/evaluate/reminders/{found.pk}/drop/")
        assert not ReminderRule.objects.exists()
