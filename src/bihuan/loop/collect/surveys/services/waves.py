"""Waves: planned with dates and a wording, opened, closed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor, SystemActor, require

from ..contracts import Kind, State
from ..errors import SurveyRefused
from ..models import Survey, Version, Wave
from ..rights import WRITE


@transaction.atomic
def plan_wave(
    *, survey: Survey, actor: Actor, version: Version | None = None, name: str = "", opens_at: datetime | None = None,
    closes_at: datetime | None = None, due_on: date | None = None,
) -> Wave:
    """Plan the next wave with ``version``, else the newest published one, else the draft.

    Raises SurveyRefused for dates the wrong way round and for a second wave of a diagnostic survey.
    """
    require(actor, WRITE, survey)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    last = survey.waves.order_by("-number").first()
    if survey.kind == Kind.DIAGNOSTIC and last is not None:
        raise SurveyRefused(_("专项问题诊断只做一次。要再次收集，请复制这份调查。"))
    _check_dates(opens_at, closes_at)
    number = last.number + 1 if last else 1
    wave = Wave.objects.create(
        survey=survey, version=version or _usual(survey), number=number, code=f"{survey.code}.{number}",
        name=name or _("第{number}期").format(number=number), opens_at=opens_at, closes_at=closes_at, due_on=due_on,
        previous=last, made_by=actor if isinstance(actor, User) else None)
    audit.record("collect.wave_planned", survey, actor=actor, **wave.kept)
    return wave


@transaction.atomic
def change_wave(
    *, wave: Wave, actor: Actor, version: Version, name: str, opens_at: datetime | None, closes_at: datetime | None,
) -> Wave:
    """Change a wave that is not closed. One under way takes a published wording only; answers keep their own."""
    require(actor, WRITE, wave.survey)
    wave = Wave.objects.select_for_update().select_related("survey", "version").get(pk=wave.pk)
    state = wave.state_at(timezone.now())
    if state == State.CLOSED:
        raise SurveyRefused(_("这一期已截止，不能再改。"))
    if version.survey_id != wave.survey_id or (state == State.OPEN and version.is_draft):
        raise SurveyRefused(_("进行中的期次只能使用已发布的版本。"), field="version")
    _check_dates(opens_at, closes_at)
    wave.version, wave.name, wave.opens_at, wave.closes_at = version, name or wave.name, opens_at, closes_at
    wave.save(update_fields=["version", "name", "opens_at", "closes_at"])
    audit.record("collect.wave_changed", wave.survey, actor=actor, **wave.kept)
    return wave


@transaction.atomic
def open_wave(*, wave: Wave, actor: Actor) -> Wave:
    """Open a planned wave now. Raises SurveyRefused while its questionnaire is a draft or its deadline has passed."""
    require(actor, WRITE, wave.survey)
    wave = Wave.objects.select_for_update().select_related("survey", "version").get(pk=wave.pk)
    now = timezone.now()
    if wave.version.is_draft:
        raise SurveyRefused(_("问卷还是草稿，请先发布再开放。"))
    if wave.state_at(now) == State.CLOSED:
        raise SurveyRefused(_("这一期已截止，不能再开放。"))
    wave.state = State.OPEN
    wave.opens_at = min(wave.opens_at or now, now)
    wave.save(update_fields=["state", "opens_at"])
    audit.record("collect.wave_opened", wave.survey, actor=actor, **wave.kept)
    return wave


@transaction.atomic
def close_wave(*, wave: Wave | int, actor: Actor) -> Wave:
    """Close a wave for good: what comes in later is stored as late. A closed one stays as it is."""
    wave = Wave.objects.select_for_update().select_related("survey", "version").get(
        pk=wave if isinstance(wave, int) else wave.pk)
    require(actor, WRITE, wave.survey)
    if wave.state == State.CLOSED:
        return wave
    now = timezone.now()
    wave.state = State.CLOSED
    wave.closes_at = min(wave.closes_at or now, now)
    wave.save(update_fields=["state", "closes_at"])
    audit.record("collect.wave_closed", wave.survey, actor=actor, **wave.kept)
    return wave


def open_due_waves(*, now: datetime | None = None) -> int:
    """Write down that waves whose time has come are open; returns how many. Deadlines are the sending room's work."""
    now = now or timezone.now()
    due = Wave.objects.filter(state=State.PLANNED, opens_at__lte=now).select_related("survey", "version")
    found = [wave for wave in due if wave.state_at(now) == State.OPEN]
    for wave in found:
        open_wave(wave=wave, actor=SystemActor("surveys"))
    return len(found)


def _usual(survey: Survey) -> Version:
    versions = list(survey.versions.order_by("-number"))
    published = [version for version in versions if not version.is_draft]
    return (published or versions)[0]


def _check_dates(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at and closes_at and closes_at <= opens_at:
        raise SurveyRefused(_("截止时间必须晚于开放时间。"), field="closes_at")
