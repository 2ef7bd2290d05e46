"""Refusals of this room: a code, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "edited_meanwhile": _("案例已有第 %(number)s 版：请核对后再保存。"),
    "unbacked": _("“%(found)s”不是效果结论里的数字：效果由系统从结论写出，这里不写别的效果数字。"),
    "claims": _("“%(found)s”与效果结论“%(verdict)s”不符：请改写。"),
    "personal": _("含有个人信息（%(field)s）：请删去后再保存。"),
    "empty": _("请填写%(field)s。"),
    "withdrawn": _("案例已撤下。"),
    "published_already": _("这一版已经发布。"),
    "reason": _("请写明撤下的原因。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
