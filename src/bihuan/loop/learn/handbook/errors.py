"""Refusals of this room: a code, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "lacks": _("这些部分还是空的：%(names)s。"),
    "personal": _("含有个人信息（%(field)s）：请删去后再保存。"),
    "state": _("这个版本现在是“%(state)s”，不能这样做。"),
    "own": _("编写人不能批准自己写的条目：请由另一位有权限的人批准。"),
    "reason": _("请写明原因。"),
    "retired": _("条目已停用。"),
    "past": _("生效日期不能早于今天。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
