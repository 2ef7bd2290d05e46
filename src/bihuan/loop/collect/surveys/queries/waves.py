"""Waves as other rooms know them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from bihuan.core.rights import Actor
from bihuan.engine.survey.contracts import Design
from bihuan.engine.survey.questionnaire import Questionnaire, design_of, profile_of, read, titles_of

from ..contracts import State, WaveInfo
from ..models import READERS, Dimension, Survey, Version, Wave


def wave_info(key: int | str) -> WaveInfo | None:
    """Return a wave by its id or its code, None for one that is not there. It asks no right: its callers do."""
    named = {"pk": key} if isinstance(key, int) else {"code": key}
    found = list(wave_infos(Wave.objects.filter(**named)))
    return found[0] if found else None


def waves_by_code(codes: Iterable[str]) -> dict[str, WaveInfo]:
    """Return the waves that have these codes, by one query; codes of no wave are left out. It asks no right."""
    return {one.code: one for one in wave_infos(Wave.objects.filter(code__in=list(codes)))}


def design_of_wave(wave: WaveInfo, language: str = "zh-hans") -> Design:
    """Return what the items of a wave mean: its questionnaire, the survey's rules, the names of the dimensions.

    Dimensions go by their names in the bank. Answers are divided by the questionnaire's items on who somebody is; a
    reader may add attributes of the records.
    """
    found = questionnaire_of(wave.version_id)
    design = design_of(found, rules=wave.rules, minimum_n=wave.minimum_n, segments=profile_of(found))
    bank = {one.code: one for one in Dimension.objects.all()}
    dimensions: dict[str, tuple[str, ...]] = {}
    for code, items in design.dimensions.items():
        name = bank[code].name if code in bank else code
        dimensions[name] = (*dimensions.get(name, ()), *items)
    english = {one.name: one.name_en for one in bank.values() if one.name_en} if language == "en" else {}
    return replace(design, dimensions=dimensions, titles={**english, **titles_of(found, language)})


def bank_mark() -> str:
    """Return a mark of the bank of dimensions: another name there is another design of every wave."""
    told = list(Dimension.objects.order_by("code").values_list("code", "name", "name_en"))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def waves_for(user: Actor, *permissions: str) -> list[WaveInfo]:
    """Return the waves of surveys the person reaches with one of ``permissions`` (any that reads), the newest first."""
    surveys = Survey.objects.for_user(user, *(permissions or READERS))
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
