"""Dates of the registers that somebody has to look after: told before they come, when they are there, and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify

from ..models import Agreement, ComplianceAudit, DataSet, ImpactAssessment, SubjectRequest

KEEP, HANDLE = "privacy.keep_registers", "privacy.handle_requests"
# Days before the date on which somebody is told; the same again when it has passed.
REQUEST_STEPS, LINE_STEPS = (5, 2, 0), (30, 7, 0)


@dataclass(frozen=True)
class Due:
    """One date: of what, whom it concerns, and how long before they are told."""

    key: str
    title: Callable[[], str]
    on: date
    url: str
    right: str
    steps: tuple[int, ...]
    late: Callable[[], str]


def watch(*, today: date) -> int:
    """Tell whom it concerns of each date that is near or over, once a step; returns how many notices were new."""
    return sum(_tell(due, today) for due in (*_requests(), *_agreements(), *_assessments(today), *_audits()))


def step_of(days: int, steps: tuple[int, ...]) -> str:
    """Return the step that a date so many days ahead (below 0: past) is at; "" while it is far.

    >>> [step_of(days, (30, 7, 0)) for days in (31, 30, 8, 7, 0, -1)]
    ['', 'before30', 'before30', 'before7', 'before0', 'late']
    """
    if days < 0:
        return "late"
    return next((f"before{step}" for step in sorted(steps) if days <= step), "")


def _tell(due: Due, today: date) -> bool:
    days = (due.on - today).days
    step = step_of(days, due.steps)
    if not step:
        return False
    return notify("privacy_due", title=due.title, right=due.right, key=f"{due.key}:{due.on}:{step}",
                  text=partial(_when, due, days),
                  about=About(kind="privacy", id=due.key, url=due.url)) is not None


def _when(due: Due, days: int) -> str:
    return due.late() if days < 0 else _("还有 %(days)d 天（%(day)s）。") % {"days": days, "day": due.on.isoformat()}


def _requests() -> Iterator[Due]:
    for one in SubjectRequest.objects.filter(state__in=("received", "verified")):
        yield Due(f"request:{one.pk}", lambda one=one: _("个人信息请求待答复：%(kind)s") % {
            "kind": one.get_kind_display()}, one.due_on, reverse("privacy:request", args=[one.pk]), HANDLE,
                  REQUEST_STEPS, lambda: _("答复期限已过，请立即办理。"))


def _agreements() -> Iterator[Due]:
    for one in Agreement.objects.filter(returned_on=None):
        yield Due(f"agreement:{one.pk}", lambda one=one: _("协议到期：%(party)s") % {"party": one.party},
                  one.expires_on, _entry("agreements", one.pk), KEEP, LINE_STEPS,
                  lambda: _("协议已到期，关联账号不能再查看或导出个人信息。请续签，或登记返还、删除。"))


def _assessments(today: date) -> Iterator[Due]:
    """Those that something still rests on: a sensitive data set in use, or an agreement in force."""
    resting = {one.code for one in DataSet.objects.filter(is_active=True, is_sensitive=True)}
    resting |= {one.party for one in Agreement.objects.filter(returned_on=None, expires_on__gte=today)}
    approved = ImpactAssessment.objects.filter(approved_at__isnull=False, covers__in=resting)
    for one in approved:
        if not any(other.valid_until > one.valid_until for other in approved
                   if (other.trigger, other.covers) == (one.trigger, one.covers)):
            yield Due(f"assessment:{one.pk}", lambda one=one: _("影响评估到期：%(title)s") % {
                "title": one.title}, one.valid_until, _entry("assessments", one.pk), KEEP, LINE_STEPS,
                      lambda: _("评估已过有效期，依据它的处理会被拒绝。请重新评估。"))


def _audits() -> Iterator[Due]:
    for one in ComplianceAudit.objects.filter(next_due__isnull=False):
        if one.next_due and not ComplianceAudit.objects.filter(last_day__gt=one.last_day).exists():
            yield Due(f"audit:{one.pk}", lambda one=one: _("合规审计到期：%(title)s") % {"title": one.title},
                      one.next_due, _entry("audits", one.pk), KEEP, LINE_STEPS, lambda: _("应做的审计还没有登记。"))


def _entry(register: str, pk: int) -> str:
    return reverse("privacy:entry", args=[register, pk])
