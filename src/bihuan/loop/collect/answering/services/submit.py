"""Keeping what somebody answered: checked, sealed and committed before the thanks are shown, and each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.engine.survey.questionnaire import Checked, Questionnaire, check, holds, walk
from bihuan.loop.collect.surveys.contracts import WaveInfo

from ..contracts import Door, Submitted
from ..errors import Refused
from ..hot import insert, spend
from ..models import Invitation, QuotaCount, Response
from ..sealing import seal
from ..tokens import Form, device_of, reward_code, stamp
from ..waves import questions_of, reward_of, standing, wave_of

Status = Response.Status
SECONDS_STEP = 10       # of anonymous answers: how long it took is kept this coarsely


class Incomplete(Exception):
    """The answers cannot be kept as they are; ``errors`` says why, by item."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(", ".join(checked.errors))
        self.checked = checked


@dataclass(frozen=True)
class Sent:
    """What came with the answers: the form they were typed into, in which language, on which device, by whom."""

    form: Form
    language: str = "zh-hans"
    device: str = ""
    by_staff: bool = False


def submit(*, door: Door, answers: Mapping[str, Any], sent: Sent, variables: Mapping[str, str] | None = None,
           now: datetime | None = None) -> Submitted:
    """Keep what was answered through a link. Raises Incomplete, or Refused before the wave began.

    The same form twice, a personal link twice and a device twice are kept once; the second time is told as repeated.
    """
    moment = now or timezone.now()
    wave = wave_of(door.wave)
    status = _status(door, wave, sent, moment)
    questions = questions_of(wave.version_id)
    checked = _checked(questions, answers)
    response = _response(door, wave, sent, checked.clean, status, moment)
    outcome = _keep(door, wave, questions, response, checked.clean)
    entitled = outcome in ("stored", "late") and reward_of(wave.id)
    reward = reward_code(wave.id, invitation=door.invitation) if entitled else ""
    return Submitted(outcome, reward)


def _checked(questions: Questionnaire, answers: Mapping[str, Any]) -> Checked:
    """Return what may be kept; a sheet without any answer is none, and the first question says so."""
    checked = check(questions, answers)
    if checked.errors:
        raise Incomplete(checked)
    first = next((item.name for _page, item in walk(questions, {}) if item.asks), None)
    if first and not checked.clean:
        raise Incomplete(Checked({}, {first: "empty"}))
    return checked


def _status(door: Door, wave: WaveInfo, sent: Sent, moment: datetime) -> str:
    if door.is_test:
        return Status.TEST
    now = standing(wave, moment)
    if now == "planned":
        raise Refused("wave_not_open")
    if now == "closed":
        return Status.LATE
    return Status.STAFF if sent.by_staff else Status.VALID


def _response(door: Door, wave: WaveInfo, sent: Sent, clean: Mapping[str, Any], status: str,
              moment: datetime) -> Response:
    seconds = sent.form.seconds(moment.timestamp())
    response = Response(
        wave_id=wave.id, version_id=wave.version_id, sealed=seal(dict(clean)), status=status, channel=door.channel,
        language=sent.language, received_at=moment, seconds=round(seconds, 1),
        stamp=stamp("form", wave.id, sent.form.nonce))
    if wave.mode == "anonymous":
        # Nothing that leads to a person: the day alone, the time it took only roughly.
        response.received_at = day_of(moment)
        response.seconds = float(round(seconds / SECONDS_STEP) * SECONDS_STEP)
        response.channel = door.channel if door.kind == "shared" else "link"
        return response
    response.started_at = moment - timedelta(seconds=seconds)
    response.invitation_id, response.customer, response.case = door.invitation, door.customer, door.case
    response.agent, response.site_id, response.place = door.agent, door.site, door.place
    if door.invitation:
        response.stamp = stamp("invitation", door.invitation)
    elif sent.device and not door.is_kiosk and not door.is_test:
        response.device = device_of(wave.id, sent.device)
        if one_a_device(wave):
            response.stamp = stamp("device", wave.id, response.device)
    return response


def _keep(door: Door, wave: WaveInfo, questions: Questionnaire, response: Response, clean: Mapping[str, Any]) -> str:
    """Store a response; in one statement unless a quota or a one-time token has to be used with it."""
    counted = questions.quotas and response.status == Status.VALID
    if not counted and door.kind != "once":
        return _told(insert(response), response)
    with transaction.atomic():
        if door.kind == "once" and not spend(door.token):
            return "repeated"
        if not insert(response):
            return "repeated"
        if counted and not _within_quotas(wave, questions, clean):
            transaction.set_rollback(True)
            return "full"
    return _told(True, response)


def _told(kept: bool, response: Response) -> str:
    if not kept:
        return "repeated"
    return "stored" if response.status == Status.VALID else str(response.status)


def _within_quotas(wave: WaveInfo, questions: Questionnaire, clean: Mapping[str, Any]) -> bool:
    """Count the response in every quota it falls into; False when one of them is full: then in none."""
    for quota in questions.quotas:
        if not holds(quota.expression, clean):
            continue
        line, _made = QuotaCount.objects.get_or_create(wave_id=wave.id, name=quota.name)
        if not QuotaCount.objects.filter(pk=line.pk, count__lt=quota.limit).update(count=F("count") + 1):
            return False
    return True


def full_quota(wave: WaveInfo, questions: Questionnaire, answers: Mapping[str, Any]) -> str:
    """Return the name of a full quota that the answers so far fall into, else nothing: asked before the last page."""
    if not questions.quotas:
        return ""
    counts = dict(QuotaCount.objects.filter(wave_id=wave.id).values_list("name", "count"))
    return next((quota.name for quota in questions.quotas
                 if counts.get(quota.name, 0) >= quota.limit and holds(quota.expression, answers)), "")


def turn_away(*, wave: int, quota: str) -> None:
    """Count somebody whose answers were not needed any more; the answers are not kept."""
    QuotaCount.objects.filter(wave_id=wave, name=quota).update(turned_away=F("turned_away") + 1)


@transaction.atomic
def submit_for(*, wave: int, customer: str, answers: Mapping[str, Any], actor: User, case: str = "", agent: str = "",
               seconds: float | None = None, language: str = "zh-hans", permission: str = "collect.interview",
               now: datetime | None = None) -> Response:
    """Keep what a customer said on the telephone or face to face; ``actor`` is on record as who typed it (R10).

    An agent cannot enter a rating of their own case. In an anonymous wave nobody answers for somebody else.
    """
    found, moment = wave_of(wave), now or timezone.now()
    require(actor, permission, found)
    if found.mode == "anonymous":
        raise Refused("anonymous_personal")
    if agent and agent == actor.agent_id:
        raise Refused("own_case")
    checked = _checked(questions_of(found.version_id), answers)
    door = Door("shared", "", found.id, "phone", customer=customer, case=case, agent=agent)
    status = _status(door, found, Sent(Form("", 0)), moment)
    invitation = Invitation.objects.filter(wave_id=found.id, customer=customer, case=case).first()
    response = Response(
        wave_id=found.id, version_id=found.version_id, sealed=seal(dict(checked.clean)), status=status, case=case,
        channel="phone", customer=customer, agent=agent, entered_by=f"user:{actor.pk}", language=language,
        received_at=moment, seconds=seconds, invitation=invitation,
        started_at=moment - timedelta(seconds=seconds) if seconds is not None else None,
        stamp=stamp("invitation", invitation.pk) if invitation else stamp("customer", found.id, customer, case))
    if not insert(response):
        raise Refused("answered_before")
    audit.record("collect.response_entered", response, actor=actor, wave=audit.plain(found.code))
    return response


def one_a_device(wave: WaveInfo) -> bool:
    """Return whether a device may answer a wave once only."""
    return bool(wave.rules.get("one_per_device", True))


def day_of(moment: datetime) -> datetime:
    """Return the beginning of a moment's day in the workspace's zone: what an anonymous response keeps of its time."""
    return datetime.combine(moment.astimezone(workspace.zone()).date(), time(), tzinfo=workspace.zone())

