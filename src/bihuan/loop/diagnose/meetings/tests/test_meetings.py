"""The agenda comes from the data, decisions have one owner and come back, minutes are settled once."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from bihuan.core.notifications.models import Notice
from bihuan.core.rights import NotAllowed
from bihuan.loop.diagnose.causes.models import Cause, FindingCause
from bihuan.loop.diagnose.meetings import services
from bihuan.loop.diagnose.meetings.models import Decision, Meeting, Vote
from bihuan.loop.diagnose.meetings.queries.agenda import agenda_for
from bihuan.loop.diagnose.meetings.services import MeetingError, change_meeting, watch_meetings
from bihuan.loop.diagnose.meetings.services.holding import Words
from bihuan.loop.diagnose.meetings.services.inviting import next_time

from .conftest import AT

DUE = date(2026, 2, 20)


def test_the_agenda_counts_the_complaints_of_the_unit(plan, cast, finding):
    """The counts are those the records were made with (TOPICS of test_priorities): 60, 25, 10 and 5 of 100."""
    cause = Cause.objects.get(code="staff_short")
    FindingCause.objects.create(finding=finding, cause=cause, text="晚间少人")
    agenda = agenda_for(cast.leader, plan())
    assert [(one.topic, one.count, one.share) for one in agenda.topics] == [
        ("退货", 60, 0.6), ("物流", 25, 0.25), ("发票", 10, 0.1), ("安装", 5, 0.05)]
    assert agenda.complaints == 100 and "topic=" in agenda.topics[0].url
    assert [one.title for one in agenda.findings] == ["退款进度没人说"]
    assert [(one.findings, one.confirmed) for one in agenda.causes] == [(1, 0)]


def test_complaints_from_before_the_last_meeting_are_not_counted_again(held, cast):
    words = services.holding.Words("二月归因会", AT + timedelta(days=28))
    later = services.plan_meeting(kind="attribution", unit_code="n1", words=words, actor=cast.director)
    assert later.since == min(held.until + timedelta(days=1), later.until)


def test_a_held_meeting_keeps_its_agenda(held, finding, cast):
    finding.title, finding.state = "改名", "settled"
    finding.save()
    assert [one.title for one in agenda_for(cast.leader, held).findings] == ["退款进度没人说"]


def test_open_decisions_come_back_and_settled_ones_do_not(held, plan, cast, finding):
    first, second = (services.decide(meeting=held, text=text, owner=cast.leader, due_on=DUE, actor=cast.director,
                                     finding_id=finding.pk) for text in ("每日短信告知进度", "核对退款清单"))
    services.settle_decision(decision=second, state="done", result="已核对清单", actor=cast.leader)
    later = plan(at=AT + timedelta(days=28))
    assert [one.text for one in agenda_for(cast.director, later).carried] == ["每日短信告知进度"]
    assert not agenda_for(cast.director, held).carried
    assert first.state == "open"


@pytest.mark.parametrize(("change", "field"), [
    ({"text": "改"}, "text"), ({"due_on": date(2026, 1, 5)}, "due_on"), ({"owner": "outsider"}, "owner")])
def test_a_vague_or_impossible_decision_is_refused(held, cast, change, field):
    words = {"text": "每日短信告知进度", "owner": cast.leader, "due_on": DUE} | change
    words["owner"] = getattr(cast, words["owner"]) if isinstance(words["owner"], str) else words["owner"]
    with pytest.raises(MeetingError) as refused:
        services.decide(meeting=held, actor=cast.director, **words)
    assert refused.value.field == field and not Decision.objects.exists()


def test_an_owner_is_told_at_once_and_when_it_is_late_once_a_step(held, cast):
    services.decide(meeting=held, text="每日短信告知进度", owner=cast.leader, due_on=DUE, actor=cast.director)
    assert Notice.objects.filter(event="decision_due").count() == 1
    days = [DUE - timedelta(days=9), DUE, DUE + timedelta(days=1), DUE + timedelta(days=2), DUE + timedelta(days=8)]
    assert [services.watch_decisions(on=day) for day in days] == [0, 1, 1, 0, 1]


def test_minutes_are_not_overwritten_and_are_settled_once(held, cast):
    with pytest.raises(MeetingError):
        services.close_meeting(meeting=held, actor=cast.director)
    text = "退款进度没人告知客户，改为每日短信。"
    services.write_minutes(meeting=held, minutes=text, direction="", version=1, actor=cast.director)
    with pytest.raises(MeetingError):
        services.write_minutes(meeting=held, minutes="别的", direction="", version=1, actor=cast.manager)
    closed = services.close_meeting(meeting=held, actor=cast.director)
    assert (closed.minutes, closed.state) == (text, "closed")
    with pytest.raises(MeetingError):
        services.write_minutes(meeting=held, minutes="别的", direction="", version=2, actor=cast.director)


def test_participants_see_the_unit_and_only_holders_call_meetings(plan, cast):
    words = services.holding.Words("会", AT, participants=(cast.outsider,))
    with pytest.raises(MeetingError):
        services.plan_meeting(kind="attribution", unit_code="n1", words=words, actor=cast.director)
    with pytest.raises(NotAllowed):
        services.plan_meeting(kind="attribution", unit_code="n1", words=words, actor=cast.leader)
    with pytest.raises(NotAllowed):
        services.plan_meeting(kind="attribution", unit_code="s1", words=words, actor=cast.manager)


def test_a_participant_has_one_vote_that_moves_and_can_be_taken_back(plan, cast):
    row = plan("workshop")
    one, two = (services.add_idea(meeting=row, text=text, actor=cast.leader) for text in ("合并两次审批", "进度短信"))
    for idea, counts in ((one, (1, 0)), (two, (0, 1)), (two, (0, 0))):
        services.vote(idea=idea, actor=cast.leader)
        assert (one.votes.count(), two.votes.count()) == counts
    services.vote(idea=one, actor=cast.leader)
    services.vote(idea=two, actor=cast.director)
    assert Vote.objects.filter(meeting=row).count() == 2
    with pytest.raises(NotAllowed):
        services.vote(idea=one, actor=cast.manager)


def test_a_workshop_ends_with_direction_and_priority(plan, cast):
    row = services.hold_meeting(meeting=plan("workshop"), actor=cast.director)
    idea = services.add_idea(meeting=row, text="合并两次审批", actor=cast.leader)
    services.write_minutes(meeting=row, minutes="讨论了退货审批的两次复核。", direction="减少审批", version=1,
                           actor=cast.director)
    with pytest.raises(MeetingError):
        services.close_meeting(meeting=row, actor=cast.director)
    services.rank_idea(idea=idea, priority="high", actor=cast.director)
    assert services.close_meeting(meeting=row, actor=cast.director).direction == "减少审批"
    with pytest.raises(MeetingError):
        services.add_idea(meeting=row, text="再来一个想法", actor=cast.leader)


def test_people_are_invited_once_and_again_when_it_moves(cast, plan):
    """The director calls it and is not told; the leader is, again when it moves, and a day before."""
    row = plan()
    told = Notice.objects.filter(event="meeting_invited")
    assert [(one.title, [who.user for who in one.receipts.all()]) for one in told] == [
        ("会议邀请：一月归因会", [cast.leader])]
    words = Words("一月归因会", row.at, participants=(cast.director, cast.leader), chair=cast.director)
    change_meeting(meeting=row, words=words, actor=cast.director)
    assert told.all().count() == 1
    change_meeting(meeting=row, words=replace(words, at=row.at + timedelta(hours=2)), actor=cast.director)
    assert told.all().count() == 2
    assert watch_meetings(now=row.at - timedelta(hours=30)) == 0
    assert watch_meetings(now=row.at - timedelta(hours=3)) == watch_meetings(now=row.at - timedelta(hours=3)) + 2


def test_a_series_calls_its_next_meeting_by_itself(cast, plan, client):
    """Monthly from 31 January: 28 February, then 31 March; what was missed meanwhile is not made up."""
    at = datetime.fromisoformat("2026-01-31T10:00+08:00")
    assert [next_time(at, "month", at + timedelta(days=days)).date().isoformat() for days in (0, 30, 100)] == [
        "2026-02-28", "2026-03-31", "2026-05-31"]
    assert next_time(at, "fortnight", at).date().isoformat() == "2026-02-14"
    row = plan(at=at, repeat="week", place="201")
    assert watch_meetings(now=at - timedelta(days=3)) == 0 and Meeting.objects.count() == 1
    for _time in range(2):
        watch_meetings(now=at + timedelta(days=9))
    later = Meeting.objects.get(previous=row)
    assert (later.at, later.place, later.repeat, later.state) == (at + timedelta(weeks=2), "201", "week", "planned")
    assert set(later.participants.all()) == {cast.director, cast.leader}
    assert Notice.objects.filter(event="meeting_invited", object_id=str(later.pk)).count() == 2
    client.force_login(cast.director)
    assert "上一次" in client.get(reverse("meetings:meeting", args=[later.pk])).content.decode()
    assert "下一次" in client.get(reverse("meetings:meeting", args=[row.pk])).content.decode()
