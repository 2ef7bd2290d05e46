"""Wordings of a questionnaire: a draft, its publication, a new draft on top of what is published."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor, require
from bihuan.engine.survey.questionnaire import content_hash, faults, read, write

from ..errors import SurveyRefused
from ..models import Survey, Version
from ..rights import WRITE


@transaction.atomic
def publish_version(*, version: Version, actor: Actor) -> Version:
    """Freeze a draft: exactly this is asked from now on. Raises SurveyRefused while something stands in the way.

    Publishing what is already published changes nothing.
    """
    require(actor, WRITE, version.survey)
    version = Version.objects.select_for_update().select_related("survey").get(pk=version.pk)
    if not version.is_draft:
        return version
    found = read(version.document)
    problems = faults(found)
    if problems:
        raise SurveyRefused(_("问卷还不能发布，请先处理以下问题。"), problems=problems)
    version.document = write(found)
    version.state = Version.State.PUBLISHED
    version.content_hash = content_hash(version.document)
    version.published_at = timezone.now()
    version.published_by = actor if isinstance(actor, User) else None
    version.save()
    version.steps.all().delete()
    audit.record("collect.questionnaire_published", version.survey, actor=actor, version=version.number,
                 content_hash=version.content_hash)
    return version


@transaction.atomic
def draft_of(*, survey: Survey, actor: Actor, base: Version | None = None) -> Version:
    """Return the survey's draft; without one, begin it from ``base``, else from the newest version."""
    require(actor, WRITE, survey)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    newest = survey.versions.order_by("-number").first()
    if newest is not None and newest.is_draft:
        return newest
    begin = base or newest
    draft = Version.objects.create(
        survey=survey, number=(newest.number if newest else 0) + 1, document=begin.document if begin else {},
        changed_by=actor if isinstance(actor, User) else None)
    audit.record("collect.questionnaire_begun", survey, actor=actor, version=draft.number)
    return draft


@transaction.atomic
def drop_draft(*, version: Version, actor: Actor) -> None:
    """Throw a draft away. One that waves wait for, or the only version there is, stays."""
    require(actor, WRITE, version.survey)
    version = Version.objects.select_for_update().select_related("survey").get(pk=version.pk)
    if not version.is_draft or version.waves.exists() or version.survey.versions.count() == 1:
        raise SurveyRefused(_("这个版本不能删除：它已发布、已排入期次，或是唯一的版本。"))
    audit.record("collect.questionnaire_dropped", version.survey, actor=actor, version=version.number)
    version.delete()
