"""What the room's pages show, as words and frozen values."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By which way something reached the company; as in the records of service.
CHANNELS: dict[str, str | Promise] = {
    "phone": _("电话"), "online": _("在线"), "email": _("邮件"), "ticket": _("工单系统"), "wechat": _("微信"),
    "social": _("社交媒体"), "counter": _("柜面"), "other": _("其他")}


class FeedbackKind(models.TextChoices):
    COMPLAINT = "complaint", _("投诉")
    SUGGESTION = "suggestion", _("建议")
    QUESTION = "question", _("咨询")
    PRAISE = "praise", _("表扬")


class FeedbackState(models.TextChoices):
    NEW = "new", _("待办理")
    CASE = "case", _("已转工单")
    ANSWERED = "answered", _("已答复")
    FILED = "filed", _("已归档")
    SPAM = "spam", _("垃圾信息")
    WITHDRAWN = "withdrawn", _("已撤回")


# What the records call a case made of feedback.
CASE_KINDS = {"complaint": "complaint", "suggestion": "request", "question": "contact", "praise": "contact"}
