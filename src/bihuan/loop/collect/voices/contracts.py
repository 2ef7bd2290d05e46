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


class FollowState(models.TextChoices):
    """How far a follow-up of a low score is."""

    WAITING = "waiting", _("待跟进")
    TAKEN = "taken", _("跟进中")
    DONE = "done", _("已办结")
    WITHDRAWN = "withdrawn", _("客户已撤回")


class FollowResult(models.TextChoices):
    """What came of speaking to a customer about a low score."""

    SOLVED = "solved", _("问题已解决")
    EXPLAINED = "explained", _("已说明，客户理解")
    UNSOLVED = "unsolved", _("客户仍不满意")
    CASE = "case", _("已转工单或投诉办理")
    MISTAKE = "mistake", _("客户说是误评")
    REFUSED = "refused", _("客户不愿再谈")
    UNREACHED = "unreached", _("多次联系不上")
    BARRED = "barred", _("不能联系")


class StepKind(models.TextChoices):
    """One thing done in a follow-up."""

    SPOKEN = "spoken", _("电话联系上")
    MISSED = "missed", _("电话未联系上")
    WRITTEN = "written", _("已发送答复")
    UNSENT = "unsent", _("答复没有发出")


# What the records call a case made of feedback.
CASE_KINDS = {"complaint": "complaint", "suggestion": "request", "question": "contact", "praise": "contact"}


# What a guide asks about (the four areas of the known method, and what else there is).
AREAS: dict[str, str | Promise] = {
    "touchpoint": _("接触点"), "attitude": _("人员态度"), "efficiency": _("效率"), "resolution": _("问题解决"),
    "other": _("其他")}

# What a visitor says of one item of the checklist, and how much of its weight that earns; None: it does not count.
VERDICTS: dict[str, tuple[str | Promise, float | None]] = {
    "met": (_("做到"), 1.0), "partly": (_("部分做到"), 0.5), "unmet": (_("没做到"), 0.0), "na": (_("不适用"), None)}
