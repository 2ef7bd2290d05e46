"""Refusals of this room: a code, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "not_closed": _("只有按效果结论关闭的措施可以归档：请先在效果结论页关闭。"),
    "kept_already": _("已经归档（%(number)s）。"),
    "not_ended": _("复盘还没有结束：写出结论并结束后再归档。"),
    "no_numbers": _("归档包含有结论所依据的逐期数值，您不能查看这些数值。"),
    "quarter_form": _("季度请写成 2026-Q4。"),
    "line_needed": _("请填写业务线。"),
    "no_file": _("这份归档没有文件可取。"),
    "gone": _("文件已不在服务器上：请联系管理员从备份恢复。"),
    "changed": _("文件与归档时的校验值不符，不能作为依据：请联系管理员从备份恢复。"),
    "months_needed": _("请先设置归档的保存月数。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
