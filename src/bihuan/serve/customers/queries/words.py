"""What codes in the facts are called on the pages of customers."""

from __future__ import annotations

from django.utils.translation import gettext as _


def channels() -> dict[str, str]:
    """Return what channels are called."""
    return {"phone": _("电话"), "online": _("在线"), "email": _("邮件"), "ticket": _("工单系统"), "wechat": _("微信"),
            "social": _("社交媒体"), "counter": _("柜面"), "other": _("其他")}


def kinds() -> dict[str, str]:
    """Return what kinds of cases are called."""
    return {"contact": _("咨询"), "complaint": _("投诉"), "incident": _("故障"), "request": _("申请"),
            "callback": _("回访")}


def attributes() -> dict[str, str]:
    """Return what attributes of customers are called; an own one is its own name."""
    return {"tier": _("客户等级"), "region": _("地区"), "kind": _("客户类别"), "name": _("名称"),
            "phone": _("电话"), "email": _("邮箱")}


def happenings() -> dict[str, str]:
    """Return what lines of a timeline are called, in the order of the filter."""
    return {"call": _("电话"), "chat": _("会话"), "contact": _("工单"), "complaint": _("投诉"), "callback": _("回访"),
            "answer": _("评价"), "note": _("备注"), "change": _("资料变化")}
