"""What the pages of this room show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.survey.lint import Estimate, Hit, estimate, lint
from bihuan.engine.survey.questionnaire import (
    Difference,
    NotShown,
    Problem,
    Questionnaire,
    faults,
    incomparable,
    not_shown,
    read,
)

from ..contracts import Kind, State
from ..models import READERS, Dimension, DraftStep, Survey, Version, Wave


@dataclass(frozen=True)
class SurveyLine:
    survey: Survey
    unit: str
    version: Version | None
    wave: Wave | None
    state: str
    is_open: bool = False       # some wave of it, the newest or another

    @property
    def state_label(self) -> Any:
        return State(self.state).label if self.state else ""


@dataclass(frozen=True)
class WaveLine:
    """A wave with what holds now, and the items that differ from the wave before so that no trend holds."""

    wave: Wave
    state: str
    breaks: Sequence[Difference]

    @property
    def state_label(self) -> Any:
        return State(self.state).label


@dataclass(frozen=True)
class Draft:
    """A version as the builder shows it: the questionnaire, what is wrong with it, what could be better."""

    version: Version
    found: Questionnaire
    hits: Sequence[Hit]
    problems: Sequence[Problem]
    hidden: Sequence[NotShown]
    time: Estimate
    last_step: DraftStep | None

    def hits_of(self, name: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.item == name]


def survey_lines(user: User, *, archived: bool = False) -> list[SurveyLine]:
    """Return the surveys a person may open, the newest first, each with its newest version and wave."""
    surveys = Survey.objects.for_user(user, *READERS).filter(archived_at__isnull=not archived)
    surveys = surveys.select_related("responsible").prefetch_related(
        Prefetch("versions", Version.objects.defer("document").order_by("-number")),
        Prefetch("waves", Wave.objects.select_related("version").order_by("-number")))
    names, now = unit_names(), timezone.now()
    lines = []
    for survey in surveys:
        versions, waves = list(survey.versions.all()), list(survey.waves.all())
        wave = waves[0] if waves else None
        lines.append(SurveyLine(survey, names.get(survey.unit_code, survey.unit_code),
                                versions[0] if versions else None,
                                wave, wave.state_at(now) if wave else "",
                                any(one.state_at(now) == State.OPEN for one in waves)))
    return lines


def wave_lines(survey: Survey) -> list[WaveLine]:
    """Return the waves of a survey, the newest first, each compared with the one before it."""
    waves = list(survey.waves.select_related("version", "previous__version").order_by("-number"))
    now = timezone.now()
    return [WaveLine(wave, wave.state_at(now), _breaks(survey, wave)) for wave in waves]


def _breaks(survey: Survey, wave: Wave) -> Sequence[Difference]:
    before = wave.previous
    if survey.kind != Kind.WAVE or before is None or before.version_id == wave.version_id:
        return ()
    return incomparable(read(before.version.document), read(wave.version.document))


def draft_as_shown(version: Version) -> Draft:
    found = read(version.document)
    return Draft(version, found, lint(found), faults(found), not_shown(found), estimate(found),
                 version.steps.first() if version.is_draft else None)


def dimension_choices() -> list[tuple[str, str]]:
    """Return the dimensions in use, for pickers."""
    return list(Dimension.objects.filter(active=True).values_list("code", "name"))


def dimension_names() -> dict[str, str]:
    """Return code -> name of every dimension, retired ones too: questionnaires keep them."""
    return dict(Dimension.objects.values_list("code", "name"))
