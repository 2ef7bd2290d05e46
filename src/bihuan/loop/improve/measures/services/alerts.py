"""Telling people of measures that are due or late: each step once, late ones to more and more people, as digests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.languages import Words, named, said
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify

from ..models import Measure, Milestone
from ..rights import APPROVE, CHANGE

State = Measure.State

ACTIVE = (State.APPROVED, State.RUNNING)
AGAIN_EVERY = 7     # days after the last step of escalation


def watch_measures(*, on: date | None = None) -> int:
    """Tell of every measure and milestone that is due soon or late; returns how many notices were made.

    May be run as often as wanted: each step of each measure is told once.
    """
    day = on or timezone.localdate(timezone.now(), workspace.zone())
    told = 0
    for measure in Measure.objects.filter(state__in=ACTIVE, due_on__isnull=False).select_related("accountable"):
        told += _tell(measure, (measure.due_on - day).days)  # type: ignore[operator]
    late = Milestone.objects.filter(done_on=None, due_on__lte=day, measure__state__in=ACTIVE).select_related(
        "owner", "measure__accountable")
    for milestone in late:
        told += _tell_milestone(milestone)
    return told + _remind_of_progress(day)


def tell_step(measure: Measure, words: Words, *, to: Iterable[User] = (), right: str = "", unit: str = "",
              key: str) -> None:
    """Tell people that a measure waits for them, or what became of it; each ``key`` once."""
    notify("measure_step", title=lambda: named(measure, said(words)), to=to, right=right,
           key=f"measure_step:{measure.pk}:{key}", about=About(
               "measures.measure", str(measure.pk), reverse("measures:measure", args=[measure.pk]),
                       unit or measure.unit_code))


def _remind_of_progress(day: date) -> int:
    """Tell owners whose running measure has no report of the week that is over; once a week each."""
    week = day - timedelta(days=day.weekday() + 7)
    silent = Measure.objects.filter(state=State.RUNNING, started_on__lte=week).exclude(
        progress__week__gte=week).select_related("accountable")
    told = 0
    for measure in silent:
        told += notify("measure_step", title=partial(_silent, measure),
                       about=_about(measure), to=[measure.accountable, *measure.helpers.all()],
                       key=f"progress:{measure.pk}:{week}") is not None
    return told


def _silent(measure: Measure) -> str:
    return _("%(measure)s：上周没有填报进展") % {"measure": measure}


def step_of(days: int) -> str:
    """Return the step that so many days before (or, below 0, after) the due date belong to; "" for none.

    >>> [step_of(days) for days in (30, 7, 4, 1, 0, -1, -3, -8, -20)]
    ['', 'before7', 'before7', 'before1', 'before1', 'late0', 'late3', 'late7', 'late14']
    """
    if days >= 0:
        near = [limit for limit in settings.BIHUAN_REMIND_BEFORE if days <= limit]
        return f"before{min(near)}" if near else ""
    late, limits = -days, settings.BIHUAN_ESCALATE_AFTER
    if late >= limits[-1] + AGAIN_EVERY:
        return f"late{late // AGAIN_EVERY * AGAIN_EVERY}"
    return f"late{max((limit for limit in limits if late >= limit), default=0)}"


def told_too(late: int) -> str:
    """Return the right of those who are told of a delay beside the owners; empty for nobody.

    >>> [told_too(late) for late in (0, 2, 3, 7)] == ["", "", CHANGE, APPROVE]
    True
    """
    leaders, approvers = settings.BIHUAN_ESCALATE_AFTER
    return APPROVE if late >= approvers else CHANGE if late >= leaders else ""


@transaction.atomic
def _tell(measure: Measure, days: int) -> bool:
    step = step_of(days)
    if not step:
        return False
    people: list[User] = [measure.accountable]
    late = -days
    right = told_too(late)
    if late > 0:
        people += list(measure.helpers.all())
    words = {"measure": measure, "days": abs(days)}
    return notify("measure_late" if late > 0 else "measure_due", about=_about(measure),
                  title=lambda: (_("%(measure)s：已逾期 %(days)d 天") if late > 0
                                 else _("%(measure)s：%(days)d 天后到期")) % words,
                  text=lambda: _("责任人 %(name)s，计划完成 %(due)s。") % {
                      "name": measure.accountable, "due": measure.due_on}, to=people, right=right,
                  key=f"measure:{measure.pk}:{measure.due_on}:{step}") is not None


@transaction.atomic
def _tell_milestone(milestone: Milestone) -> bool:
    words = {"measure": milestone.measure.number, "title": milestone.title}
    return notify("measure_due", about=_about(milestone.measure),
                  title=lambda: _("%(measure)s：阶段“%(title)s”到期未完成") % words,
                  to=[milestone.owner, milestone.measure.accountable],
                  key=f"milestone:{milestone.pk}:{milestone.due_on}") is not None


def _about(measure: Measure) -> About:
    return About("measures.measure", str(measure.pk), reverse("measures:measure", args=[measure.pk]),
                 measure.unit_code)
