"""Telling owners what was decided, and when it is due or late: each step once."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.languages import Words
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify

from ..models import Decision

SOON, AGAIN_EVERY = 3, 7


def tell_given(decision: Decision) -> None:
    """Tell the owner of a new decision."""
    _tell(decision, "given", lambda: _("会议决定：%(text)s") % {"text": decision.text})


def watch_decisions(*, on: date | None = None) -> int:
    """Tell of open decisions that are due soon or late; returns how many notices were made. May be run again."""
    day, told = on or timezone.localdate(), 0
    for one in Decision.objects.filter(state=Decision.State.OPEN).select_related("owner", "meeting__chair"):
        step = step_of((one.due_on - day).days)
        if not step:
            continue
        told += _tell(one, step, partial(_dated, one, (one.due_on - day).days))
    return told


def _dated(one: Decision, days: int) -> str:
    words = {"text": one.text, "days": abs(days)}
    text = _("会议决定已逾期 %(days)d 天：%(text)s") if days < 0 else _("会议决定 %(days)d 天后到期：%(text)s")
    return text % words


def step_of(days: int) -> str:
    """Return the step that so many days before (or, below 0, after) the due date belong to; "" for none.

    >>> [step_of(days) for days in (4, 3, 0, -1, -6, -7, -20)]
    ['', 'soon', 'soon', 'late0', 'late0', 'late7', 'late14']
    """
    if days >= 0:
        return "soon" if days <= SOON else ""
    return f"late{-days // AGAIN_EVERY * AGAIN_EVERY}"


@transaction.atomic
def _tell(decision: Decision, step: str, title: Words) -> bool:
    meeting = decision.meeting
    about = About("meetings.decision", str(decision.pk), reverse("meetings:meeting", args=[meeting.pk]),
                  meeting.unit_code)
    people = {decision.owner, meeting.chair} if step.startswith("late") else {decision.owner}
    words = {"name": decision.owner, "due": decision.due_on, "meeting": meeting}
    return notify("decision_due", title=title, about=about, to=people,
                  text=lambda: _("责任人 %(name)s，完成期限 %(due)s，出自 %(meeting)s。") % words,
                  key=f"decision:{decision.pk}:{decision.due_on}:{step}") is not None
