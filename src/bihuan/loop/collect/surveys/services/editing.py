"""Changes of a draft, one edit each: none overwrites another unseen, and the last one can be taken back."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor, require
from bihuan.engine.survey.questionnaire import (
    Difference,
    Questionnaire,
    QuestionnaireError,
    differences,
    read,
    write,
)

from ..errors import StaleEdit, SurveyRefused
from ..models import DraftStep, Version
from ..rights import WRITE

STEPS_KEPT = 50


@transaction.atomic
def edit_draft(
    *, version: Version, base: int, what: str, change: Callable[[Questionnaire], Questionnaire], actor: Actor,
) -> Version:
    """Change a draft that has ``base`` edits; nothing changed: nothing is written.

    Raises StaleEdit when it was changed since, SurveyRefused for a published one and for a change that leaves no
    questionnaire.
    """
    require(actor, WRITE, version.survey)
    version = _locked(version)
    if version.edits != base:
        raise StaleEdit(_("打开之后，{who}修改了这份问卷。您填写的内容还在，请看过下面的变化后再保存一次。").format(
            who=version.changed_by or _("他人")), who=str(version.changed_by or ""), changes=_missed(version, base))
    try:
        document = write(change(read(version.document)))
        read(document)
    except QuestionnaireError as error:
        raise SurveyRefused(_("没有保存，请先处理以下问题。"), problems=error.problems) from error
    if document == version.document:
        return version
    user = actor if isinstance(actor, User) else None
    DraftStep.objects.create(version=version, number=version.edits + 1, before=version.document, what=what[:200],
                             made_by=user)
    version.steps.filter(number__lte=version.edits + 1 - STEPS_KEPT).delete()
    return _saved(version, document, what, actor)


@transaction.atomic
def undo_edit(*, version: Version, base: int, actor: Actor) -> Version:
    """Take the last edit back. Raises SurveyRefused when there is none, StaleEdit when somebody came in between."""
    require(actor, WRITE, version.survey)
    version = _locked(version)
    step = version.steps.first()
    if step is None:
        raise SurveyRefused(_("没有可以撤销的修改。"))
    if version.edits != base:
        raise StaleEdit(_("打开之后又有新的修改，请看过之后再撤销。"), who=str(version.changed_by or ""),
                        changes=_missed(version, base))
    before, what = step.before, step.what
    step.delete()
    return _saved(version, before, _("撤销：{what}").format(what=what), actor)


def _locked(version: Version) -> Version:
    version = Version.objects.select_for_update(of=("self",)).select_related("survey", "changed_by").get(pk=version.pk)
    if not version.is_draft:
        raise SurveyRefused(_("这个版本已发布，不能再改。请开始新版本。"))
    return version


def _saved(version: Version, document: dict, what: str, actor: Actor) -> Version:
    version.document = document
    version.edits += 1
    version.changed_by = actor if isinstance(actor, User) else None
    version.changed_at = timezone.now()
    version.save(update_fields=["document", "edits", "changed_by", "changed_at"])
    audit.record("collect.questionnaire_edited", version.survey, actor=actor, version=version.number,
                 edits=version.edits)
    return version


def _missed(version: Version, base: int) -> list[Difference]:
    """What was changed after ``base`` edits; nothing where an undo in between took the trace away."""
    first = version.steps.filter(number__gt=base).order_by("number").first()
    return differences(read(first.before), read(version.document)) if first else []
