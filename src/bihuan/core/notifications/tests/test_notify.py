"""People are told once, in their hours, by the ways they chose, and a burst becomes a few messages."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.core.jobs import enqueue, run_pending
from bihuan.core.models import Job
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.hours import Hours, due
from bihuan.core.notifications.models import Channel, Delivery, Notice, Outgoing, Receipt
from bihuan.core.notifications.queries.people import leaders_of
from bihuan.core.notifications.services import deliver, notify, resend, save_choices, save_preference
from bihuan.core.notifications.services.choices import Chosen
from bihuan.core.notifications.services.deliver import give_up_lost
from bihuan.core.notifications.services.gather import tell_of_jobs
from bihuan.core.tests.cast import SYSTEM

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)       # a Monday
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)


class TestHours:
    """Working hours of 9:00 to 20:00 unless said otherwise."""

    @pytest.mark.parametrize("at,expected", [
        ((2026, 3, 2, 12, 0), (2026, 3, 2, 12, 0)), ((2026, 3, 2, 9, 0), (2026, 3, 2, 9, 0)),
        ((2026, 3, 2, 20, 0), (2026, 3, 3, 9, 0)), ((2026, 3, 2, 3, 0), (2026, 3, 2, 9, 0)),
    ])
    def test_what_comes_at_night_waits_for_the_morning(self, at, expected):
        found = due(datetime(*at, tzinfo=SHANGHAI), Hours(), SHANGHAI)
        assert found == datetime(*expected, tzinfo=SHANGHAI)

    def test_the_critical_passes_at_once(self):
        assert due(NIGHT, Hours(), SHANGHAI, critical=True) == NIGHT

    def test_a_weekend_waits_for_monday(self):
        saturday = datetime(2026, 3, 7, 12, 0, tzinfo=SHANGHAI)
        found = due(saturday, Hours(weekdays=(0, 1, 2, 3, 4)), SHANGHAI)
        assert found == datetime(2026, 3, 9, 9, 0, tzinfo=SHANGHAI)

    def test_a_night_shift_spans_midnight_and_belongs_to_its_first_day(self):
        night = Hours(time(22), time(6), weekdays=(0,))
        tuesday_early = datetime(2026, 3, 3, 2, 0, tzinfo=SHANGHAI)
        assert due(tuesday_early, night, SHANGHAI) == tuesday_early
        wednesday_early = datetime(2026, 3, 4, 2, 0, tzinfo=SHANGHAI)
        assert due(wednesday_early, night, SHANGHAI) == datetime(2026, 3, 9, 22, 0, tzinfo=SHANGHAI)

    def test_digests_come_on_the_hour_and_on_the_day(self):
        quarter_past = datetime(2026, 3, 2, 12, 15, tzinfo=SHANGHAI)
        assert due(quarter_past, Hours(), SHANGHAI, timing="hourly") == datetime(2026, 3, 2, 13, 0, tzinfo=SHANGHAI)
        daily = Hours(digest_at=time(8, 30))
        assert due(NOON, daily, SHANGHAI, timing="daily") == datetime(2026, 3, 3, 8, 30, tzinfo=SHANGHAI)
        # A digest that was chosen holds for the critical too.
        assert due(NIGHT, daily, SHANGHAI, timing="daily", critical=True) == datetime(
            2026, 3, 3, 8, 30, tzinfo=SHANGHAI)


def give_mail(person, address="a@example.com"):
    person.email = address
    person.save(update_fields=["email"])
    return person


def alert(number, person, at=NOON, event="case_due", **more):
    return notify(event, title=f"工单 {number}", to=[person], at=at, key=f"{event}:{number}",
                  about=About("case", str(number), f"/evaluate/cases/{number}/"), **more)


@pytest.mark.django_db
class TestTelling:
    def test_a_notice_lies_in_the_inbox_and_a_mail_goes_out(self, cast, mail, post):
        alert(1, give_mail(cast.leader))
        assert Receipt.objects.filter(user=cast.leader).count() == 1
        assert deliver(now=NOON) == {"made": 1, "sent": 1, "failed": 0}
        assert [recipient for recipient, _text in post.mails] == ["a@example.com"]

    def test_the_same_is_told_once(self, cast, mail, post):
        give_mail(cast.leader)
        assert alert(1, cast.leader) is not None
        assert alert(1, cast.leader) is None
        deliver(now=NOON)
        deliver(now=NOON)
        assert len(post.mails) == 1 and Receipt.objects.count() == 1

    def test_telephone_numbers_of_a_typed_reason_stay_in_the_product(self, cast, mail, post):
        alert(1, give_mail(cast.leader), text="王小明退回：请先回电 13800138000，单号 20260302001")
        deliver(now=NOON)
        kept = Notice.objects.get().text
        assert kept == "王小明退回：请先回电 〔手机号〕，单号 20260302001"
        assert "13800138000" not in post.mails[0][1]

    def test_forty_alerts_in_a_minute_are_at_most_five_messages(self, cast, mail, post):
        """R23. Delivery looks every ten seconds while they come, and for ten minutes afterwards."""
        person = give_mail(cast.leader)
        for number in range(40):
            moment = NOON + timedelta(seconds=1.5 * number)
            alert(number, person, at=moment)
            if number % 7 == 6:
                deliver(now=moment)
        for step in range(60):
            deliver(now=NOON + timedelta(seconds=60 + 10 * step))
        assert len(post.mails) <= 5
        assert sum(message.count for message in Delivery.objects.all()) == 40
        assert not Outgoing.objects.filter(message=None).exists()

    def test_forty_alerts_at_once_roll_up_and_none_is_lost(self, cast, robot, robots):
        group = robot("wecom")
        for number in range(40):
            alert(number, cast.leader, channels=[group])
        alert(99, cast.leader, channels=[group], event="case_overdue")
        deliver(now=NOON)
        assert len(robots.received) == 3
        assert sorted(Delivery.objects.values_list("count", flat=True)) == [1, 1, 39]
        assert "工单 99" in robots.bodies()[0]["text"]["content"], "a roll-up may not hide what is critical"
        assert "39 条通知：工单即将超时 39" in robots.bodies()[2]["text"]["content"]

    def test_at_night_only_the_critical_is_sent(self, cast, mail, post):
        person = give_mail(cast.leader)
        alert(1, person, at=NIGHT)
        alert(2, person, at=NIGHT, event="case_overdue")
        deliver(now=NIGHT)
        assert len(post.mails) == 1
        assert Delivery.objects.get().title == "工单 2"
        deliver(now=datetime(2026, 3, 3, 8, 59, tzinfo=SHANGHAI))
        assert len(post.mails) == 1
        deliver(now=datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI))
        assert len(post.mails) == 2

    def test_a_digest_is_one_message(self, cast, mail, post):
        person = give_mail(cast.leader)
        save_choices(user=person, chosen={"case_due": Chosen(by_mail=True, timing="daily")})
        for number in range(5):
            alert(number, person)
        deliver(now=NIGHT)
        assert post.mails == []
        deliver(now=datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI))
        assert len(post.mails) == 1 and Delivery.objects.get().count == 5

    def test_a_person_chooses(self, cast, mail, post):
        person = give_mail(cast.leader)
        save_choices(user=person, chosen={"case_due": Chosen(in_inbox=False, by_mail=False)})
        alert(1, person)
        deliver(now=NOON)
        assert post.mails == [] and not Receipt.objects.exists()

    def test_own_hours_hold(self, cast, mail, post):
        person = give_mail(cast.leader)
        save_preference(user=person, hours_from=time(22), hours_until=time(6))
        alert(1, person, at=NIGHT)
        deliver(now=NIGHT)
        assert len(post.mails) == 1

    def test_only_own_channels_can_be_chosen(self, cast, robot):
        group = robot("wecom")
        save_choices(user=cast.leader, chosen={"case_due": Chosen(channels=(group.pk,))})
        alert(1, cast.leader)
        assert not Outgoing.objects.exists()

    def test_a_right_reaches_those_of_the_unit(self, cast):
        notify("case_due", title="x", right="evaluate.view_rows", about=About("case", "1", unit="n1"))
        told = set(Receipt.objects.values_list("user__username", flat=True))
        assert {"director", "manager", "leader"} <= told
        assert not told & {"outsider", "vendor", "agent", "nobody", "admin"}

    def test_a_group_takes_its_events_of_its_unit(self, robot, robots, cast):
        robot("wecom", events=["case_due"], unit_code="n1")
        notify("case_due", title="在北一组", at=NOON, about=About("case", "1", unit="n1"))
        notify("case_due", title="在南一组", at=NOON, about=About("case", "2", unit="s1"))
        notify("job_failed", title="任务", at=NOON, about=About("job", "3", unit="n1"))
        deliver(now=NOON)
        assert [body["text"]["content"] for body in robots.bodies()] == ["在北一组"]

    def test_a_group_is_told_once_however_many_it_concerns(self, robot, robots, cast):
        group = robot("wecom", events=["case_due"])
        notify("case_due", title="x", at=NOON, to=[cast.leader, cast.manager], channels=[group], about=About("c", "1"))
        deliver(now=NOON)
        assert len(robots.received) == 1

    def test_who_left_is_not_told(self, cast):
        cast.leader.is_active = False
        cast.leader.save()
        alert(1, cast.leader)
        assert not Receipt.objects.exists()

    def test_the_leader_of_a_unit_is_found_upwards(self, cast):
        assert leaders_of("n1") == [cast.leader]
        assert leaders_of("n2") == [cast.manager], "an inspector of the centre does not answer for its cases"

    def test_an_unlisted_event_is_a_mistake(self, cast):
        with pytest.raises(ValueError, match="no notice"):
            notify("nonsense", title="x")


@pytest.mark.django_db
class TestSending:
    def test_a_passing_trouble_is_tried_again_and_then_told(self, cast, robot, robots):
        robots.answers += [(503, {})] * 5
        alert(1, cast.leader, channels=[robot("wecom")])
        moment = NOON
        for minutes in (0, 1, 5, 15, 60):
            moment += timedelta(minutes=minutes)
            deliver(now=moment)
        message = Delivery.objects.get()
        assert (message.state, message.attempts) == ("failed", 5) and "503" in message.error_text
        assert Receipt.objects.filter(user=cast.admin, notice__event="channel_failed").count() == 1

    def test_a_trouble_that_passes_leaves_one_message(self, cast, robot, robots):
        robots.answers.append((503, {}))
        alert(1, cast.leader, channels=[robot("wecom")])
        deliver(now=NOON)
        assert Delivery.objects.get().state == "waiting"
        deliver(now=NOON + timedelta(minutes=1))
        assert (Delivery.objects.get().state, len(robots.received)) == ("sent", 2)

    def test_a_wrong_key_fails_at_once_and_can_be_sent_again(self, cast, robot, robots):
        robots.answers.append((200, {"errcode": 93000, "errmsg": "invalid webhook url"}))
        alert(1, cast.leader, channels=[robot("wecom")])
        deliver(now=NOON)
        message = Delivery.objects.get()
        assert message.state == "failed"
        resend(message=message, actor=SYSTEM)
        deliver()
        message.refresh_from_db()
        assert message.state == "sent"

    def test_what_a_killed_worker_was_sending_is_not_sent_again(self, cast, robot, robots):
        """Nobody can know whether it left: it is shown as failed, and a person decides."""
        alert(1, cast.leader, channels=[robot("wecom")])
        deliver(now=NOON)
        Delivery.objects.update(state="sending")
        assert give_up_lost(now=NOON + timedelta(minutes=6)) == 1
        deliver(now=NOON + timedelta(minutes=7))
        assert len(robots.received) == 1
        assert "是否送达不明" in Delivery.objects.get().error_text

    def test_a_channel_that_is_off_sends_nothing(self, cast, robot, robots):
        group = robot("wecom")
        alert(1, cast.leader, channels=[group])
        Channel.objects.update(is_active=False)
        deliver(now=NOON)
        assert robots.received == [] and Delivery.objects.get().error_text == "渠道已停用"


@pytest.mark.django_db
class TestJobs:
    @pytest.fixture(autouse=True)
    def kinds(self, settings):
        settings.BIHUAN_JOBS = "bihuan.core.tests.job_functions.KINDS"

    def test_a_failed_job_is_told_to_who_started_it(self, cast, caplog):
        job = enqueue("fail", actor=cast.manager, title="算一算")
        run_pending()
        job.refresh_from_db()
        assert tell_of_jobs(now=job.ended_at) == 1
        assert tell_of_jobs(now=job.ended_at) == 0
        notice = Notice.objects.get()
        assert (notice.event, notice.title, notice.url) == ("job_failed", "算一算：失败", f"/jobs/{job.pk}/")
        assert notice.titles["en"] == "算一算: failed" and notice.texts["en"].startswith("The program failed")
        assert notice.texts["zh-hans"] == job.trouble
        assert Receipt.objects.get().user == cast.manager

    def test_scheduled_work_that_fails_each_minute_is_told_once_a_day(self, cast, caplog):
        job = Job.objects.create(kind="fail")
        for _ in range(3):
            Job.objects.filter(pk=job.pk).update(state="queued")
            run_pending()
            job.refresh_from_db()
            tell_of_jobs(now=job.ended_at)
        assert Notice.objects.count() == 1
        assert Receipt.objects.get().user == cast.admin

    def test_a_job_that_went_well_is_not_worth_a_notice(self, cast):
        enqueue("count_up", actor=cast.manager)
        run_pending()
        assert tell_of_jobs(now=datetime.now(UTC)) == 0
