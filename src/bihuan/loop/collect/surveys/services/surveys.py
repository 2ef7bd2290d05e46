"""The survey itself: why it is asked, whom, how often, by whom, under which rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, reaches, require, scope_of
from bihuan.engine.survey.questionnaire import write
from bihuan.engine.survey.questionnaire.contracts import Questionnaire, Text

from ..contracts import Every, Kind, Mode
from ..errors import SurveyRefused
from ..models import Survey, Version, Wave
from ..rights import WRITE

# What a survey's form may set; the rules go apart.
FIELDS = ("subject", "kind", "title", "purpose", "scope_text", "every", "every_days", "frequency", "method",
          "responsible", "resources", "about", "unit_code", "mode")
RULES = ("fastest_s", "straight_items", "answered_share", "one_per_device", "one_per_customer", "minimum_n")


@transaction.atomic
def create_survey(
    *, actor: Actor, title: str, document: Mapping[str, Any] | None = None, code: str = "",
    rules: Mapping[str, Any] | None = None, **fields: Any,
) -> Survey:
    """Begin a survey with a first draft: ``document``, else an empty questionnaire of its title.

    Raises SurveyRefused for a code that is taken; NotAllowed for a unit beyond the person's reach.
    """
    require(actor, WRITE)
    _require_unit(actor, fields.get("unit_code", ""))
    survey = Survey(code=code or free_code(), made_by=actor if isinstance(actor, User) else None)
    _fill(survey, {"title": title, **fields}, rules)
    if Survey.objects.filter(code=survey.code).exists():
        raise SurveyRefused(_("编号“{code}”已被使用，请换一个。").format(code=survey.code), field="code")
    survey.save()
    Version.objects.create(survey=survey, number=1, changed_by=survey.made_by,
                           document=dict(document) if document else write(Questionnaire(Text(title))))
    audit.record("collect.survey_created", survey, actor=actor, **_kept(survey))
    return survey


@transaction.atomic
def change_survey(*, survey: Survey, actor: Actor, rules: Mapping[str, Any] | None = None, **fields: Any) -> Survey:
    """Change what a survey says of itself. Once answers may have come in, its identity mode can no longer change."""
    require(actor, WRITE, survey)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if fields.get("unit_code", survey.unit_code) != survey.unit_code:
        _require_unit(actor, fields["unit_code"])
    if fields.get("mode", survey.mode) != survey.mode and _was_open(survey):
        raise SurveyRefused(
            _("已有期次开放过，不能再改身份方式：已作答的人是按原来的承诺回答的。请复制为新调查。"), field="mode")
    _fill(survey, fields, rules)
    survey.save()
    audit.record("collect.survey_changed", survey, actor=actor, **_kept(survey))
    return survey


@transaction.atomic
def archive_survey(*, survey: Survey, actor: Actor) -> Survey:
    """Put a survey away, or take it back; waves under way go on."""
    require(actor, WRITE, survey)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    survey.archived_at = None if survey.archived_at else timezone.now()
    survey.save(update_fields=["archived_at"])
    audit.record("collect.survey_archived" if survey.archived_at else "collect.survey_restored", survey, actor=actor)
    return survey


@transaction.atomic
def copy_survey(*, survey: Survey, actor: Actor, title: str) -> Survey:
    """Begin a new survey with the fields, rules and newest questionnaire of another; waves and answers stay there."""
    require(actor, WRITE, survey)
    newest = survey.versions.order_by("-number").first()
    fields = {name: getattr(survey, name) for name in FIELDS if name != "title"}
    return create_survey(actor=actor, title=title, document=newest.document if newest else None,
                         rules=survey.rules, **fields)


def free_code() -> str:
    """Return the next code of the form s2026-3."""
    begin = f"s{timezone.localtime().year}-"
    taken = [int(code[len(begin):]) for code in Survey.objects.filter(code__startswith=begin)
             .values_list("code", flat=True) if re.fullmatch(r"\d+", code[len(begin):])]
    return f"{begin}{max(taken, default=0) + 1}"


def _fill(survey: Survey, fields: Mapping[str, Any], rules: Mapping[str, Any] | None) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise ValueError(f"a survey has no {sorted(unknown)}")
    for name, value in fields.items():
        setattr(survey, name, value)
    if not survey.title.strip():
        raise SurveyRefused(_("请填写调查主题。"), field="title")
    _settle_frequency(survey)
    if rules is not None:
        survey.rules = {name: rules[name] for name in RULES if rules.get(name) not in (None, "")}
    if survey.mode == Mode.ANONYMOUS:
        # Without an identity there is nothing to tell two answers of one person by.
        survey.rules = {**survey.rules, "one_per_device": False, "one_per_customer": False}


def _settle_frequency(survey: Survey) -> None:
    """Waves alone come round, and only an interval of one's own has days."""
    if survey.kind == Kind.DIAGNOSTIC:
        survey.every = ""
    if survey.every != Every.OWN:
        survey.every_days = None
    elif not survey.every_days:
        raise SurveyRefused(_("请填写间隔天数。"), field="every_days")


def _require_unit(actor: Actor, code: str) -> None:
    if not reaches(scope_of(actor, WRITE), unit=code):
        raise NotAllowed(WRITE)


def _was_open(survey: Survey) -> bool:
    now = timezone.now()
    return any(wave.state_at(now) != "planned" for wave in Wave.objects.filter(survey=survey).select_related("version"))


def _kept(survey: Survey) -> dict[str, Any]:
    """What the audit log keeps: no words of people, only what decides how answers are treated."""
    return {"code": survey.code, "kind": str(survey.kind), "mode": str(survey.mode), "unit": survey.unit_code,
            "rules": survey.rules}
