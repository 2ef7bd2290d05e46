"""The deadline: a wave that is over is closed, and whoever answers for it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.jobs.schedule import hasten
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import SystemActor
from bihuan.loop.collect.surveys.queries import due_waves
from bihuan.loop.collect.surveys.services import close_wave

from ..models import Dispatch, Invitation, Response
from ..rights import SEND
from ..waves import forget

State = Invitation.State


def close_due(*, now: datetime | None = None) -> int:
    """Close every wave whose deadline has come; returns how many. Doing it again changes and tells nothing."""
    moment, count = now or timezone.now(), 0
    for wave in due_waves(moment):
        with transaction.atomic():
            close_wave(wave=wave.pk, actor=SystemActor("deadline"))
            Invitation.objects.filter(wave_id=wave.pk, state=State.WAITING, sent_at=None).update(
                state=State.NOT_SENT, reason="closed", changed_at=moment)
            Invitation.objects.filter(wave_id=wave.pk, state=State.WAITING).update(
                state=State.SENT, is_reminder=False, reason="closed", changed_at=moment)
            Dispatch.objects.filter(wave_id=wave.pk).update(closing_told_at=moment)
            _tell(wave, moment)
        count += 1
    if count:
        forget()
        hasten("answering.flush")
    return count


def _tell(wave: Any, moment: datetime) -> None:
    told = Response.objects.filter(wave_id=wave.pk, status="valid").count()
    owner = wave.survey.responsible
    notify("survey_closed", title=lambda: _("调查“%(title)s”已结束") % {"title": wave.survey.title}, at=moment,
           text=lambda: _("有效答卷 %(count)d 份。") % {"count": told}, to=[owner] if owner else (),
           right="" if owner else SEND, key=f"survey_closed:{wave.pk}",
           about=About("surveys.wave", str(wave.pk), f"/collect/answering/{wave.pk}/", wave.survey.unit_code))
