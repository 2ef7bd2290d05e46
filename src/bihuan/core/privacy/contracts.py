"""What other rooms get from this one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

# What data may be used for. A use outside a data set's own purposes is refused and recorded.
PURPOSES = {
    "service": _("办理服务与投诉"),
    "improvement": _("内部服务改进"),
    "evaluation": _("质量评价与考核"),
    "survey": _("满意度调查与回访"),
    "training": _("培训与案例"),
    "marketing": _("营销推广"),
    "sharing": _("向第三方提供"),
}
# The bodies of data of a workspace that a registered data set may hold.
BODIES = {
    "customers": _("客户资料与联系方式"),
    "cases": _("工单与投诉"),
    "conversations": _("会话与通话文字"),
    "recordings": _("通话录音"),
    "answers": _("答卷与意见"),
}
CHANNELS = {
    "phone": _("电话"), "sms": _("短信"), "email": _("邮件"), "wechat": _("微信"), "app": _("应用内消息"),
    "visit": _("上门走访"), "other": _("其他"),
}
# Purposes for which nobody is contacted without a consent in force.
NEED_CONSENT = frozenset(("marketing",))


@dataclass(frozen=True)
class NoContact:
    """Why a customer may not be contacted now: a code, a sentence, and when it may be tried again, if ever."""

    code: str
    text: str
    retry_at: datetime | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Preferences:
    """What the workspace decided: hours of contact, days for an answer, when an export needs approval."""

    contact_from: time = time(9)
    contact_until: time = time(20)
    request_days: int = 15
    export_rows: int = 100_000
    link_hours: int = 72


@dataclass(frozen=True)
class Revealed:
    """Personal data shown to one person for one reason; ``values`` by field."""

    customer: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Watermark:
    """Who took a file, when and for what: stands in the file itself."""

    person: str
    at: str
    purpose: str
    approved_by: str = ""

    def line(self) -> str:
        """Return the mark as one line: a break in a name or a purpose would begin a row of its own in a file."""
        parts = [str(_("导出人：{name}")).format(name=self.person), self.at,
                 str(_("用途：{purpose}")).format(purpose=self.purpose)]
        if self.approved_by:
            parts.append(str(_("批准人：{name}")).format(name=self.approved_by))
        return " ".join(" · ".join([*parts, str(_("仅限内部使用，不得外传"))]).splitlines())

    def in_name(self) -> str:
        """Return who took the file and when, as a part of its name: where a line of words would be read as a row."""
        return re.sub(r"[^\w.-]+", "-", f"{self.person} {self.at}").strip("-")


Values = dict[str, Any]
