"""Refusals of this room, and what went wrong while sending."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..errors import Refusal
from ..languages import Words, said

SENTENCES: dict[str, str | Promise] = {
    "address_private": _(
        "地址“%(host)s”在内网或本机，不能用作 Webhook。如确需内网地址，请管理员设置 BIHUAN_WEBHOOK_PRIVATE=1。"),
    "address_unknown": _("找不到主机“%(host)s”，请检查地址。"),
    "address_scheme": _("地址须以 https:// 开头（内网设置允许时可用 http://）。"),
    "address_robot": _("这不是%(kind)s群机器人的 Webhook 地址，应以 %(start)s 开头。"),
    "secret_lost": _("渠道“%(name)s”的密钥无法解开（安装密钥已更换），请重新填写。"),
    "secret_again": _("服务器、端口、加密方式或用户名改了：请重新填写密码，已保存的密码不会发往新的地方。"),
    "channel_off": _("渠道“%(name)s”已停用，或是某个人自己的。"),
    "no_mail": _("还没有可用的邮件渠道，请先添加。"),
    "no_address": _("您的账号没有邮箱，请联系管理员填写。"),
}


class Refused(Refusal):
    """A service will not do this; str() is the sentence for the person."""

    sentences = SENTENCES


class NotSent(Exception):
    """A message did not arrive; ``words`` say why. ``passing``: trying again later may help."""

    def __init__(self, words: Words, *, passing: bool = True) -> None:
        super().__init__(said(words))
        self.words = words
        self.passing = passing
