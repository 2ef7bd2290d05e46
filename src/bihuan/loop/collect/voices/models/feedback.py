"""What customers say by themselves: the public form, and one inbox for all ways it comes by."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..contracts import CHANNELS, FeedbackKind, FeedbackState
from ..rights import WithinReach


class FeedbackForm(models.Model):
    """A public page on which anybody may say something. Its token is no secret: it hangs on walls and websites."""

    token = models.CharField(max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    unit_code = models.CharField(_("所属单位"), max_length=120, blank=True)
    title = models.CharField(_("页面标题"), max_length=120)
    intro = models.TextField(_("页面说明"), blank=True)
    notice = models.TextField(_("个人信息告知"))
    asks_contact = models.BooleanField(_("可留联系方式"), default=True)
    takes_files = models.BooleanField(_("可附文件"), default=True)
    origins = models.JSONField(_("允许嵌入的网站"), default=list, blank=True)
    kept_months = models.PositiveSmallIntegerField(_("保存月数"), default=24)
    is_active = models.BooleanField(_("启用"), default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("反馈表")
        verbose_name_plural = _("反馈表")
        ordering = ["-is_active", "name"]

    def __str__(self) -> str:
        return self.name


class Feedback(models.Model):
    """One thing that somebody said. ``sealed`` holds text, contact and reply; of a survey's comment only ``answer``,
    its id in the records, is kept, and the text is read from there.

    The customer's receipt is the number and a secret of which only the hash is kept: who holds it may follow, nobody
    else, staff included. ``sketch`` tells likeness, ``contact_mark`` the same sender; neither leads back to words.
    """

    class Source(models.TextChoices):
        FORM = "form", _("反馈表")
        STAFF = "staff", _("人工登记")
        ANSWER = "answer", _("调查留言")

    form = models.ForeignKey(FeedbackForm, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(_("来源"), max_length=8, choices=Source.choices)
    unit_code = models.CharField(_("所属单位"), max_length=120, blank=True)
    channel = models.CharField(_("渠道"), max_length=10, choices=list(CHANNELS.items()))
    kind = models.CharField(_("类别"), max_length=10, choices=FeedbackKind.choices, blank=True)
    sealed = models.BinaryField(null=True)
    answer = models.CharField(max_length=240, null=True, unique=True)
    customer = models.CharField(_("客户编号"), max_length=120, blank=True)
    contact_mark = models.CharField(max_length=40, blank=True)
    sketch = models.JSONField(default=list)
    secret_hash = models.CharField(max_length=64, blank=True)
    stamp = models.CharField(max_length=40, null=True, unique=True)
    language = models.CharField(max_length=10, default="zh-hans")
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("登记人"), on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=FeedbackState.choices, default=FeedbackState.NEW)
    is_suspect = models.BooleanField(_("疑似垃圾"), default=False)
    case = models.CharField(_("工单"), max_length=200, blank=True)
    case_topic = models.CharField(_("主题"), max_length=60, blank=True)
    case_written_at = models.DateTimeField(null=True)
    duplicate_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="duplicates")
    tags = models.ManyToManyField("conversations.Tag", blank=True, related_name="+")
    reason = models.CharField(_("归档原因"), max_length=200, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("办理人"), on_delete=models.PROTECT, null=True, related_name="+")
    handled_at = models.DateTimeField(_("办理时间"), null=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("客户反馈")
        verbose_name_plural = _("客户反馈")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["state", "received_at"], name="voices_feedback_state"),
                   models.Index(fields=["customer"], name="voices_feedback_customer", condition=~models.Q(customer=""))]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What staff and customers call it."""
        return f"FB{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        return self.state == FeedbackState.NEW


class GatheredUpTo(models.Model):
    """Up to where the comments of surveys were taken into the inbox: one row."""

    recorded_at = models.DateTimeField()
