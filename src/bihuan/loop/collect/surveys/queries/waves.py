"""Waves as other rooms know them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from bihuan.core.rights import Actor
from bihuan.engine.survey.questionnaire import Questionnaire, read

from ..contracts import State, WaveInfo
from ..models import Survey, Version, Wave


def wave_info(key: int | str) -> WaveInfo | None:
    """Return a wave by its id or its code, None for one that is not there. It asks no right: its callers do."""
    named = {"pk": key} if isinstance(key, int) else {"code": key}
    found = list(wave_infos(Wave.objects.filter(**named)))
    return found[0] if found else None


def waves_for(user: Actor, permission: str) -> list[WaveInfo]:
    """Return the waves of surveys the person reaches with ``permission``, the newest survey's newest first."""
    surveys = Survey.objects.for_user(user, permission)
    return list(wave_infos(Wave.objects.filter(survey__in=surveys).order_by("-survey__made_at", "-number")))


def wave_infos(waves: Iterable[Wave]) -> Iterable[WaveInfo]:
    """Return a queryset of waves as other rooms know them, by one query."""
    now = timezone.now()
    for wave in waves.select_related("survey", "version", "previous"):  # type: ignore[attr-defined]
        survey = wave.survey
        yield WaveInfo(
            id=wave.pk, code=wave.code, survey_code=survey.code, title=survey.title, kind=survey.kind,
            mode=survey.mode, unit_code=survey.unit_code, version_id=wave.version_id, opens_at=wave.opens_at,
            closes_at=wave.closes_at, state=wave.state_at(now), minimum_n=survey.minimum_n, name=wave.name,
            number=wave.number, survey_id=survey.pk, previous_code=wave.previous.code if wave.previous else "",
            rules={key: value for key, value in survey.rules.items() if key != "minimum_n"})


def due_waves(now: datetime) -> list[Wave]:
    """Return the waves whose deadline has passed and whose stored state does not say so yet."""
    return list(Wave.objects.filter(closes_at__lte=now).exclude(state=State.CLOSED)
                .select_related("survey__responsible", "version"))


def questionnaire_of(version_id: int) -> Questionnaire:
    """Return the questionnaire of a version; a published one never changes. Version.DoesNotExist for none."""
    return read(Version.objects.only("document").get(pk=version_id).document)
