"""Refusals of this room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "no_scope": _("请至少选择一项用途。"),
    "scope_beyond": _("您自己没有“%(scope)s”的权限，令牌也不能有。"),
    "days": _("有效期须为 1 至 365 天。"),
    "ended": _("令牌“%(name)s”已经失效。"),
}


class Refused(Refusal):
    """A service will not do this; str() is the sentence for the person."""

    sentences = SENTENCES


class TooMany(Exception):
    """A sender asked too often; asking again after ``wait`` seconds may help."""

    code = "too_many_requests"

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait
