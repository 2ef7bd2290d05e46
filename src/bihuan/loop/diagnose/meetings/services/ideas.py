"""Ideas of a workshop, the vote each participant has, and the priority the summary gives."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can

from ..models import VIEW, Idea, Meeting, Vote
from ..rights import may_hold
from .errors import MeetingError
from .holding import own

SHORTEST = 4


@transaction.atomic
def add_idea(*, meeting: Meeting, text: str, actor: User) -> Idea:
    """A participant, or who runs the workshop, brings in an idea."""
    row = _open(meeting, actor, runs_too=True)
    if len(text.strip()) < SHORTEST:
        raise MeetingError(_("请把想法写成一句话。"), field="text")
    idea = Idea.objects.create(meeting=row, text=text.strip()[:300], by=actor)
    audit.record("diagnose.idea_added", idea, actor=actor, meeting=row.pk)
    return idea


@transaction.atomic
def vote(*, idea: Idea, actor: User) -> None:
    """Give a participant's one vote to an idea: the earlier vote moves, the same idea again takes it back."""
    row = _open(idea.meeting, actor, runs_too=False)
    before = Vote.objects.filter(meeting=row, by=actor).first()
    if before is not None:
        before.delete()
    if before is None or before.idea_id != idea.pk:
        Vote.objects.create(meeting=row, idea=idea, by=actor)
    audit.record("diagnose.idea_voted", idea, actor=actor, meeting=row.pk)


@transaction.atomic
def rank_idea(*, idea: Idea, priority: str, actor: User) -> Idea:
    """Give an idea its priority in the summary."""
    row = own(idea.meeting, actor, closed=False)
    if priority and priority not in Idea.Priority.values:
        raise MeetingError(_("请选择优先级。"), field="priority")
    idea.priority = priority
    idea.save(update_fields=["priority"])
    audit.record("diagnose.idea_ranked", idea, actor=actor, meeting=row.pk, priority=audit.plain(priority))
    return idea


def takes_part(user: User, meeting: Meeting) -> bool:
    """Say whether a person has a vote."""
    return can(user, VIEW) and meeting.participants.filter(pk=user.pk).exists()


def _open(meeting: Meeting, actor: User, *, runs_too: bool) -> Meeting:
    # Locked, so that two clicks at once leave one vote.
    row = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not (takes_part(actor, row) or runs_too and may_hold(actor, row)):
        raise NotAllowed(f"meeting {row.pk}")
    if not row.is_workshop or row.state == Meeting.State.CLOSED:
        raise MeetingError(_("这次研讨已经结束。"))
    return row
