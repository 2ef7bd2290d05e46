"""Refusals of this room: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "period": _("回放期间应为 1 至 %(most)s 天，结束日期不早于开始日期。"),
    "unit_beyond": _("您不能为这个单位做编制推演。"),
    "measure_elsewhere": _("这个方案的单位不在该措施的单位之内。请选择同一单位或上级单位的措施。"),
    "not_ready": _("这个方案还没有推演结果。"),
    "hindsight": _("事后推演，不计分：回放的日期和提出方案的日期都应早于实施日期 %(day)s。"),
    "too_soon": _("实施后至少要有 %(least)s 天的数据才能与预测对照，现在只有 %(days)s 天。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
