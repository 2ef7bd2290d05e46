"""What a meeting decided."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.loop.diagnose.findings.queries import findings_for

from ..models import Decision, Meeting
from ..rights import may_settle, people_of
from .errors import MeetingError
from .holding import own
from .telling import tell_given

SHORTEST = 4


@transaction.atomic
def decide(*, meeting: Meeting, text: str, owner: User, due_on: date, finding_id: int | None = None,
           actor: User) -> Decision:
    """Note what was decided: exactly one owner who sees the meeting, and a due date."""
    row = own(meeting, actor, closed=False)
    if row.state == Meeting.State.PLANNED:
        raise MeetingError(_("会议还没有召开，不能记录决定。"))
    if len(text.strip()) < SHORTEST:
        raise MeetingError(_("请写明决定做什么，例如“退款进度改为每日短信告知”。"), field="text")
    if owner.pk not in {one.pk for one in people_of(row.unit_code)}:
        raise MeetingError(_("这位人员看不到这次会议：请选择能看到该单位问题的人。"), field="owner")
    if due_on < timezone.localdate(row.at):
        raise MeetingError(_("完成期限不能早于会议当天。"), field="due_on")
    if finding_id and not findings_for(actor).filter(pk=finding_id).exists():
        raise NotAllowed(f"finding {finding_id}")
    made = Decision.objects.create(meeting=row, text=text.strip()[:300], owner=owner, due_on=due_on,
                                   finding_id=finding_id)
    audit.record("diagnose.decision_made", made, actor=actor, meeting=row.pk, owner=owner.pk, due=due_on,
                 finding=finding_id)
    tell_given(made)
    return made


@transaction.atomic
def settle_decision(*, decision: Decision, state: str, result: str, actor: User) -> Decision:
    """Say that a decision is carried out, or dropped, with what came of it; or open it again."""
    row = Decision.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=decision.pk)
    if not may_settle(actor, row):
        raise NotAllowed(f"decision {row.pk}")
    if state not in Decision.State.values:
        raise MeetingError(_("请选择状态。"), field="state")
    if state != Decision.State.OPEN and len(result.strip()) < SHORTEST:
        raise MeetingError(_("请写明结果：做了什么，或为什么取消。"), field="result")
    is_open = state == Decision.State.OPEN
    row.state, row.result = state, result.strip()[:300]
    row.settled_at, row.settled_by = (None, None) if is_open else (timezone.now(), actor)
    row.save()
    audit.record("diagnose.decision_settled", row, actor=actor, meeting=row.meeting_id, state=audit.plain(state),
                 result=row.result)
    return row
