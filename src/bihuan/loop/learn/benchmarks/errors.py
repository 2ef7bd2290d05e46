"""Refusals of this room: a code, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "period": _("请选择一个已经结束的季度。"),
    "indicators": _("请至少选择一个指标。"),
    "known": _("这份文件已经在这里。"),
    "own": _("本公司导出的文件不删除：它记下给出过什么，也保证同一数字只加一次噪声。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
