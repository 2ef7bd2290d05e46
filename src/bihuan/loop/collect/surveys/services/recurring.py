"""The next wave of a survey that comes round is drafted by itself; a person looks at it, draws and opens it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import SystemActor

from ..contracts import Every, Kind, State
from ..models import Survey, Wave
from ..rights import WRITE
from .waves import plan_wave

MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF: 6, Every.YEAR: 12}
AHEAD = timedelta(days=14)      # time to look at the questionnaire and to draw the sample


def draft_due_waves(*, today: date | None = None) -> int:
    """Draft the next wave of every survey whose turn comes within two weeks, and tell who is responsible; how many.

    Run again it drafts nothing twice: a survey with a wave that has not opened yet waits for a person. A turn that
    passed while nothing ran is left out, since nobody can be asked about what is over.
    """
    today, drafted = today or timezone.localtime(timezone.now(), workspace.zone()).date(), 0
    coming = Survey.objects.filter(kind=Kind.WAVE, archived_at=None).exclude(every="").order_by("pk")
    for survey in coming:
        drafted += _draft(survey.pk, today)
    return drafted


@transaction.atomic
def _draft(pk: int, today: date) -> int:
    survey = Survey.objects.select_for_update(of=("self",)).select_related("responsible", "made_by").get(pk=pk)
    last = survey.waves.select_related("version").order_by("-number").first()
    if last is None or last.state_at(timezone.now()) == State.PLANNED:
        return 0
    due = next_turn(survey, last, today)
    if due is None or due - AHEAD > today:
        return 0
    wave = plan_wave(survey=survey, actor=SystemActor("surveys"), name=name_of(survey, due), due_on=due)
    owner = survey.responsible or survey.made_by
    notify("survey_wave", title=lambda: _("{title}：下一期已起草，应于 {day} 开始").format(title=survey.title, day=due),
           text=lambda: _("请检查问卷、抽取样本，再开放“{name}”。").format(name=wave.name),
           to=[owner] if owner else [], right="" if owner else WRITE, key=f"survey_wave:{wave.pk}",
           about=About("wave", str(wave.pk), reverse("surveys:wave", args=[wave.pk]), survey.unit_code))
    return 1


def next_turn(survey: Survey, last: Wave, today: date) -> date | None:
    """Return the next day on which a survey is to begin, none before ``today``; None for one that does not come round.

    Counted from the day the last wave was due, so that a late opening moves no later one; else from its opening.
    """
    begun = last.due_on or timezone.localtime(last.opens_at or last.made_at, workspace.zone()).date()
    months = MONTHS.get(Every(survey.every)) if survey.every else None
    if months is None and not survey.every_days:
        return None
    for turn in range(1, 1000):
        # From the beginning on each time: the 31st comes back after a February.
        due = _later(begun, months * turn) if months else begun + timedelta(days=(survey.every_days or 1) * turn)
        if due >= today:
            return due
    return None


def _later(day: date, months: int) -> date:
    """Return the same day some months later, the last of a month that is shorter.

    >>> _later(date(2025, 11, 30), 3)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def name_of(survey: Survey, due: date) -> str:
    """Return what a wave is called by the period it begins in; "" where the interval is one's own."""
    words = {Every.MONTH: _("{year}年{month}月"), Every.QUARTER: _("{year}年第{quarter}季度"),
             Every.HALF: _("{year}年上半年") if due.month <= 6 else _("{year}年下半年"), Every.YEAR: _("{year}年")}
    told = words.get(Every(survey.every), "")
    return told.format(year=due.year, month=due.month, quarter=(due.month + 2) // 3)
