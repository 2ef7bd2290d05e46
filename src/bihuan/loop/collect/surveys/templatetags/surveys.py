"""``{% load surveys %}``: what the engine says, in the reader's language; groups of a form's fields."""

from __future__ import annotations

import json
import re
from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.engine.survey.lint import Hit
from bihuan.engine.survey.questionnaire import Difference, Problem, traditional

from ..forms.heads import LANGUAGES

register = template.Library()

KINDS = {"added": _("新增"), "removed": _("删除"), "moved": _("移动"), "changed": _("修改")}
KEYS = {"title": _("题目"), "description": _("说明"), "choices": _("选项"), "rows": _("行"), "columns": _("列"),
        "isRequired": _("必答"),
        "visibleIf": _("显示条件"), "dimension": _("评价维度"), "metric": _("计入指标"), "role": _("作用"),
        "rateMin": _("最低分"),
        "rateMax": _("最高分"), "reasonBelow": _("说明原因"), "reversed": _("分数越低越好"), "quotas": _("配额"),
        "triggers": _("跳题"),
        "completedHtml": _("结束语"), "consent": _("同意条款"), "reward": _("答谢说明"), "page": _("页")}
TEXTS = ("title", "description", "low_text", "high_text")
LINE = re.compile(r"(?:choices|rows|columns)-\d+-")


@register.filter
def rule_name(hit: Hit) -> str:
    return _spoken(hit.name)


@register.filter
def rule_hint(hit: Hit) -> str:
    return _spoken(hit.hint)


@register.filter
def told_what(problem: Problem) -> str:
    return _spoken(problem.what)


@register.filter
def told_advice(problem: Problem) -> str:
    return _spoken(problem.advice)


@register.filter
def difference_kind(change: Difference) -> Any:
    return KINDS[change.kind]


@register.filter
def difference_key(change: Difference) -> Any:
    return KEYS.get(change.key, change.key)


@register.filter
def as_words(value: Any) -> str:
    """A value of a document, short enough to be read."""
    if value is None:
        return "—"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}…"


@register.filter
def text_fields(form: Any) -> list[list[Any]]:
    """The texts of an item's form, three languages each."""
    return [[form[name + suffix] for suffix, _language in LANGUAGES] for name in TEXTS if name in form.fields]


@register.filter
def plain_fields(form: Any) -> list[Any]:
    """The other settings, without the lines of choices."""
    texts = {name + suffix for name in TEXTS for suffix, _language in LANGUAGES}
    return [form[name] for name in form.fields if name not in texts | {"base"} and not LINE.match(name)]


def _spoken(say: Any) -> str:
    language = get_language() or "zh-hans"
    if language == "zh-hant":
        return traditional(say("zh"))
    return str(say("en" if language == "en" else "zh"))
