"""Refusals of this room: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "policy_unread": _("第 %(line)d 行读不懂：“%(text)s”。每行写“条款: 单笔上限”，例如：7.2: 200；不限额写“7.3: *”。"),
    "policy_twice": _("条款“%(clause)s”写了两次。"),
    "reason_needed": _("请写明理由，至少 4 个字。"),
    "no_need": _("这笔让步没有超出政策，不需要审批。"),
    "own_concession": _("不能审批自己作出的让步。请另一位有权限的人员审批。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
