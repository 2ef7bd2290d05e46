"""Telling people that they are invited, and calling the next meeting of a series."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import SystemActor
from bihuan.loop.evaluate.indicators.queries import engine

from ..models import Meeting
from ..rights import people_of

SYSTEM = SystemActor("diagnose.meetings")
AHEAD = timedelta(days=1)
STEPS = {"invited": gettext_lazy("会议邀请：{title}"), "soon": gettext_lazy("会议将至：{title}")}


def invite(meeting: Meeting, *, besides: User | None = None) -> int:
    """Tell everybody who takes part of time and place, once each and again when either changes; returns how many."""
    people = {one.pk: one for one in [meeting.chair, *meeting.participants.all()]}
    return sum(_tell(meeting, one, "invited")
               for one in people.values() if besides is None or one.pk != besides.pk)


def watch_meetings(*, now: datetime | None = None) -> int:
    """Remind of meetings within a day and call the next ones of series; returns how many notices were made."""
    moment = now or timezone.now()
    told = sum(_call_next(pk, moment) for pk in Meeting.objects.exclude(repeat="").filter(
        at__lte=moment, following=None).values_list("pk", flat=True))
    for meeting in Meeting.objects.filter(state=Meeting.State.PLANNED, at__range=(moment, moment + AHEAD)):
        people = {one.pk: one for one in [meeting.chair, *meeting.participants.all()]}
        told += sum(_tell(meeting, one, "soon") for one in people.values())
    return told


def next_time(at: datetime, repeat: str, after: datetime) -> datetime:
    """Return the first time of a series after a moment: the same weekday and hour, or the same day of the month.

    A month without that day has it on its last: 31 January, 28 February, 31 March.
    """
    zone = workspace.zone()
    local = at.astimezone(zone)
    for step in range(1, 600):
        if repeat == "month":
            year, month = divmod(local.year * 12 + local.month - 1 + step, 12)
            day = min(local.day, monthrange(year, month + 1)[1])
            found = local.replace(year=year, month=month + 1, day=day)
        else:
            found = local + timedelta(weeks=step * (2 if repeat == "fortnight" else 1))
        if found > after:
            return found
    raise ValueError(repeat)


@transaction.atomic
def _call_next(pk: int, moment: datetime) -> int:
    last = Meeting.objects.select_for_update().get(pk=pk)
    if not last.repeat or Meeting.objects.filter(previous=last).exists():
        return 0
    allowed = {one.pk for one in people_of(last.unit_code)}
    people = [one for one in last.participants.all() if one.pk in allowed]
    until = engine.today()
    made = Meeting.objects.create(
        kind=last.kind, title=last.title, unit_code=last.unit_code, at=next_time(last.at, last.repeat, moment),
        place=last.place, since=min(last.until + timedelta(days=1), until), until=until, chair=last.chair,
        guests=last.guests, topics=last.topics, repeat=last.repeat, previous=last, created_by=last.created_by)
    made.participants.set(people)
    audit.record("diagnose.meeting_planned", made, actor=SYSTEM, kind=audit.plain(made.kind), title=made.title)
    return invite(made)


def _tell(meeting: Meeting, person: User, step: str) -> bool:
    when = timezone.localtime(meeting.at, workspace.zone()).strftime("%Y-%m-%d %H:%M")
    about = About("meetings.meeting", str(meeting.pk), reverse("meetings:meeting", args=[meeting.pk]),
                  meeting.unit_code)
    key = f"meeting:{meeting.pk}:{person.pk}:{step}:{meeting.at.timestamp():.0f}:{meeting.place}"[:200]

    def text() -> str:
        parts = [when, meeting.place, _("主持人 {name}").format(name=meeting.chair), meeting.topics]
        return "\n".join(one for one in parts if one)

    return notify("meeting_invited", title=lambda: str(STEPS[step]).format(title=meeting.title), text=text,
                  about=about, to=[person], key=key) is not None
