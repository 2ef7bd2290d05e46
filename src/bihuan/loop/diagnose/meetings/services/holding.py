"""A meeting from its planning to its minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require
from bihuan.loop.diagnose.findings.queries import findings_for
from bihuan.loop.evaluate.indicators.queries import engine

from ..contracts import kept
from ..models import Meeting
from ..queries.agenda import make_agenda
from ..rights import HOLD, people_of
from .errors import MeetingError
from .inviting import invite

DAYS = timedelta(days=29)       # a first meeting looks at 30 days; the next one at what came since
SHORTEST = 10


@dataclass(frozen=True)
class Words:
    """What people say of a meeting before it is held."""

    title: str
    at: datetime
    place: str = ""
    topics: str = ""
    guests: str = ""
    chair: User | None = None
    participants: Sequence[User] = field(default_factory=tuple)
    finding_id: int | None = None
    repeat: str = ""


@transaction.atomic
def plan_meeting(*, kind: str, unit_code: str, words: Words, actor: User) -> Meeting:
    """Call a meeting of a unit; its data begin where those of the last meeting of this kind ended."""
    row = Meeting(kind=kind, unit_code=unit_code, created_by=actor)
    require(actor, HOLD)
    require(actor, HOLD, row)
    if kind not in Meeting.Kind.values:
        raise MeetingError(_("请选择会议类型。"), field="kind")
    before = Meeting.objects.filter(kind=kind, unit_code=unit_code).exclude(state=Meeting.State.PLANNED).first()
    row.until = engine.today()
    row.since = min(before.until + timedelta(days=1), row.until) if before else row.until - DAYS
    _fill(row, words, actor)
    row.save()
    row.participants.set(words.participants or [actor])
    audit.record("diagnose.meeting_planned", row, actor=actor, kind=audit.plain(kind), title=row.title)
    invite(row, besides=actor)
    return row


@transaction.atomic
def change_meeting(*, meeting: Meeting, words: Words, actor: User) -> Meeting:
    """Change when, where and with whom; after the meeting only who took part."""
    row = own(meeting, actor, closed=False)
    _fill(row, words, actor)
    row.save()
    row.participants.set(words.participants)
    audit.record("diagnose.meeting_changed", row, actor=actor, title=row.title)
    if row.state == Meeting.State.PLANNED:
        invite(row, besides=actor)
    return row


@transaction.atomic
def hold_meeting(*, meeting: Meeting, actor: User) -> Meeting:
    """The meeting takes place: its agenda is kept as the data give it now."""
    row = own(meeting, actor, closed=False)
    if row.state != Meeting.State.PLANNED:
        raise MeetingError(_("这次会议已经召开。"))
    if row.previous_id is not None:
        row.until = max(row.until, engine.today())      # called weeks ago: it looks at what came since
    row.agenda, row.state = kept(make_agenda(actor, row)), Meeting.State.HELD
    row.save()
    audit.record("diagnose.meeting_held", row, actor=actor, agenda=str(row.agenda))
    return row


@transaction.atomic
def write_minutes(*, meeting: Meeting, minutes: str, direction: str, version: int, actor: User) -> Meeting:
    """Save the minutes that the person opened at ``version``; another one's change meanwhile is not overwritten."""
    row = own(meeting, actor, closed=False)
    if row.state == Meeting.State.PLANNED:
        raise MeetingError(_("会议还没有召开：请先点“开始会议”，议程会按当时的数据固定下来。"))
    if row.version != version:
        text = _("打开之后有人保存过纪要。您写的还在下面：请另开一页看最新的，合并后再保存。")
        raise MeetingError(text, field="minutes")
    row.minutes, row.direction, row.version = minutes.strip(), direction.strip(), row.version + 1
    row.save()
    audit.record("diagnose.minutes_written", row, actor=actor, minutes=row.minutes, direction=row.direction)
    return row


@transaction.atomic
def close_meeting(*, meeting: Meeting, actor: User) -> Meeting:
    """Settle the minutes: nothing of them changes any more; decisions go on until they are settled."""
    row = own(meeting, actor, closed=False)
    if row.state != Meeting.State.HELD or len(row.minutes) < SHORTEST:
        raise MeetingError(_("还没有纪要：请写明讨论了什么、结论是什么，再定稿。"))
    if row.is_workshop and (not row.direction or not row.ideas.exclude(priority="").exists()):
        raise MeetingError(_("研讨会的总结要写明优化方向，并至少给一个想法定出优先级。"))
    row.state, row.closed_by, row.closed_at = Meeting.State.CLOSED, actor, timezone.now()
    row.save()
    audit.record("diagnose.meeting_closed", row, actor=actor, minutes=row.minutes)
    return row


def own(meeting: Meeting, actor: User, *, closed: bool = True) -> Meeting:
    """Return the meeting locked, for one who runs it; ``closed`` False refuses one whose minutes are settled."""
    row = Meeting.objects.select_for_update().filter(pk=meeting.pk).first()
    if row is None:
        raise NotAllowed(f"meeting {meeting.pk}")
    require(actor, HOLD, row)
    if not closed and row.state == Meeting.State.CLOSED:
        raise MeetingError(_("纪要已定稿，不能再改。"))
    return row


def _fill(row: Meeting, words: Words, actor: User) -> None:
    if not words.title.strip():
        raise MeetingError(_("请填写会议名称。"), field="title")
    allowed = {one.pk for one in people_of(row.unit_code)}
    strangers = [one for one in [words.chair or actor, *words.participants] if one.pk not in allowed]
    if strangers:
        text = _("{person} 看不到这个单位的问题，不能作为参会人；没有权限的人请填在“列席”里。")
        raise MeetingError(text.format(person=strangers[0]), field="participants")
    if words.finding_id and not findings_for(actor).filter(pk=words.finding_id).exists():
        raise NotAllowed(f"finding {words.finding_id}")
    row.title, row.at, row.place = words.title.strip()[:120], words.at, words.place.strip()
    row.topics, row.guests, row.chair = words.topics.strip(), words.guests.strip(), words.chair or actor
    row.finding_id, row.repeat = words.finding_id, words.repeat
