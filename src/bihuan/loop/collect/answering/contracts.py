"""What crosses this room's border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

# How customers are written to: key -> (label, kind of contact in the register of refusals, field of the address).
CHANNELS: dict[str, tuple[Any, str, str]] = {
    "email": (_("邮件"), "email", "email"),
    "sms": (_("短信"), "sms", "phone"),
    "wecom": (_("企业微信"), "wechat", "phone"),
    "dingtalk": (_("钉钉"), "app", "phone"),
    "feishu": (_("飞书"), "app", "phone"),
}

# By which way an answer came, as pages call it.
WAYS: dict[str, Any] = {
    **{code: told[0] for code, told in CHANNELS.items()}, "phone": _("电话"), "qr": _("二维码"),
    "kiosk": _("自助终端"), "link": _("链接"), "embed": _("网页嵌入"), "import": _("其他问卷平台"),
    "test": _("试答链接"),
}

# What the records call the ways in which answers come and invitations go.
CHANNEL_IN_RECORDS = {
    "email": "email", "sms": "other", "wecom": "wechat", "dingtalk": "social", "feishu": "social", "phone": "phone",
    "qr": "counter", "kiosk": "counter", "link": "online", "embed": "online", "import": "online", "test": "other",
}

# Why a customer was not asked, or not reached: code -> what is shown.
REASONS: dict[str, Any] = {
    "address": _("没有可用的联系方式"),
    "beyond": _("不在您的范围内，没有加入名单"),
    "blocked": _("已要求停止处理其个人信息"),
    "refused": _("已登记勿扰"),
    "withdrawn": _("已撤回同意"),
    "no_consent": _("没有有效的同意"),
    "hours": _("不在联系时段内"),
    "quiet": _("静默期内已被调查过"),
    "too_often": _("一年内询问次数已满"),
    "asked": _("本期已询问"),
    "throttled": _("间隔期内已被邀请过"),
    "closed": _("调查已结束"),
    "expired": _("超过最迟邀请时间"),
    "not_drawn": _("未被抽中"),
    "no_customer": _("工单没有客户编号"),
    "answered": _("已作答"),
    "bounced": _("对方拒收或地址无效"),
    "failed": _("渠道发送失败"),
    "unclear": _("发送时进程中断，是否送达不明"),
    "duplicate": _("本期已邀请过"),
    "not_matching": _("不符合规则的条件"),
    "few": _("可发送的人太少，单独发送会暴露身份"),
}

# Of these, what the room of samples calls them: it tells for everybody drawn why they were not asked.
HELD = {"address": "no_address", "blocked": "blocked", "refused": "refused", "withdrawn": "withdrawn",
        "no_consent": "no_consent", "quiet": "quiet", "too_often": "too_often"}


@dataclass(frozen=True)
class Door:
    """What a link opens. ``kind``: personal, once or shared; ``answered``: what it could be used for is done.

    A wave is named by its number only; what it is comes from the room of surveys.
    """

    kind: str
    token: str
    wave: int
    channel: str
    invitation: UUID | None = None
    customer: str = ""
    case: str = ""
    agent: str = ""
    language: str = ""
    answered: bool = False
    opened: bool = False
    withdrawn: bool = False
    site: int | None = None
    site_kind: str = ""
    place: str = ""
    origins: tuple[str, ...] = ()
    is_active: bool = True

    @property
    def is_test(self) -> bool:
        return self.site_kind == "test"

    @property
    def is_kiosk(self) -> bool:
        return self.site_kind == "kiosk"


@dataclass(frozen=True)
class Submitted:
    """What became of answers that were sent: ``outcome`` is stored, late, test, staff, repeated or full."""

    outcome: str
    reward: str = ""


@dataclass(frozen=True)
class Funnel:
    """From the list to the answer. None where this wave or channel does not tell (None is not 0)."""

    listed: int
    sent: int
    delivered: int | None
    opened: int | None
    started: int | None
    finished: int | None
    waiting: int
    reminded: int
    not_sent: Mapping[str, int] = field(default_factory=dict)     # reason -> how many
    responses: Mapping[str, int] = field(default_factory=dict)    # status -> how many, by whatever link
    channels: Mapping[str, int] = field(default_factory=dict)     # channel -> valid responses
