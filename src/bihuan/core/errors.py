"""Refusals of the core: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "unknown_permission": _("没有这样的权限：%(permissions)s。请从列表中选择。"),
    "field_needed": _("有权限离不开设为不可见的字段：%(needs)s。请取消这些权限，或不要把字段设为不可见。"),
    "unknown_field": _("没有这样的字段：%(fields)s。请从列表中选择。"),
    "role_held": _("还有 %(count)s 位人员持有“%(role)s”。请先为他们改配角色，再停用。"),
    "role_name_taken": _("已有名为“%(name)s”的角色。请换一个名称。"),
    "role_retired": _("角色“%(role)s”已停用，不能再分配。"),
    "last_manager": _("这样就没有人能管理人员了。请先让另一位在职人员持有带“管理人员与角色”权限的角色。"),
    "unit_needed": _("角色“%(role)s”的数据范围是单位，请为它选择一个单位。"),
    "unit_unknown": _("没有编号为“%(unit)s”的单位。请先在“单位”页添加或导入。"),
    "unit_kind": _("角色“%(role)s”的数据范围是“%(scope)s”，不能分配给“%(unit)s”。请选择该类别或其下级的单位。"),
    "agent_needed": _("角色“%(role)s”只看本人数据，请先填写这位人员的坐席编号。"),
    "unit_circle": _("上级不能是单位自己或它的下级：“%(unit)s”。请选择别的上级。"),
    "unit_refused": _("单位没有保存：%(reason)s"),
    "member_already": _("%(day)s 这一天已经属于“%(unit)s”。"),
    "member_later": _("已有从 %(day)s 开始的归属。请先撤回它，或勾选“同时保留原来的归属”。"),
    "member_ends_early": _("最后一天不能早于开始日期 %(day)s；若这条归属记错了，请撤回。"),
    "name_is_agent": _("“%(name)s”本身是坐席编号，不能再当作别人的写法。"),
    "name_no_agent": _("名册里没有坐席编号“%(agent)s”。请从列表中选择。"),
    "zone_unknown": _("没有名为“%(zone)s”的时区。请填写如 Asia/Shanghai 的名称。"),
    "calendar_refused": _("日历没有保存：%(reason)s"),
}


class Refusal(Exception):
    """What a service will not do; ``code`` names the reason and str() is the sentence for the person.

    Each room has its own class with its own ``sentences``.
    """

    sentences: ClassVar[Mapping[str, str | Promise]] = {}

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return str(self.sentences[self.code]) % self.params


class Refused(Refusal):
    """The core will not do this."""

    sentences = SENTENCES


def told(error: Exception) -> str:
    """Return an error's sentence in the reader's language: the engine's errors carry theirs in Chinese and English."""
    text = getattr(error, "text", None)
    return text(get_language() or "zh-hans") if callable(text) else str(error)
