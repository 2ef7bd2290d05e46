"""Channels, what people chose, what happened, and every message with what became of it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..languages import in_mine
from .contracts import DIGEST_AT, HOURS_FROM, HOURS_UNTIL, NOTICES, TIMINGS


class Channel(models.Model):
    """One way out: the company's mail server, a group's robot, a webhook.

    ``sealed`` holds addresses and secrets, encrypted. A channel with an ``owner`` is that person's own and serves
    nobody else; one without is the company's. ``events`` are the notices that go to a company's group by themselves,
    of ``unit_code`` (empty: of everything).
    """

    class Kind(models.TextChoices):
        MAIL = "mail", _("邮件")
        WECOM = "wecom", _("企业微信群机器人")
        DINGTALK = "dingtalk", _("钉钉群机器人")
        FEISHU = "feishu", _("飞书群机器人")
        WEBHOOK = "webhook", _("Webhook")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=80)
    sealed = models.TextField()
    owner = models.ForeignKey("core.User", on_delete=models.CASCADE, null=True, related_name="+")
    events = models.JSONField(_("自动发送的事件"), default=list, blank=True)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True)
    hours_from = models.TimeField(_("发送时段开始"), default=HOURS_FROM)
    hours_until = models.TimeField(_("发送时段结束"), default=HOURS_UNTIL)
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("通知渠道")
        verbose_name_plural = _("通知渠道")
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """When a person may be told: outside these hours only critical notices pass."""

    user = models.OneToOneField("core.User", on_delete=models.CASCADE, related_name="+")
    hours_from = models.TimeField(_("工作时段开始"), default=HOURS_FROM)
    hours_until = models.TimeField(_("工作时段结束"), default=HOURS_UNTIL)
    weekdays = models.JSONField(_("工作日"), default=list, blank=True)      # 0 is Monday; empty: every day
    digest_at = models.TimeField(_("每日汇总时间"), default=DIGEST_AT)

    class Meta:
        verbose_name = _("通知偏好")


class Choice(models.Model):
    """One person's wish for one event: by which channels beside the inbox, and when."""

    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=40)
    by_mail = models.BooleanField(default=False)
    channels = models.ManyToManyField(Channel, related_name="+", blank=True)
    timing = models.CharField(max_length=10, choices=list(TIMINGS.items()), default="now")
    in_inbox = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("通知选择")
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="one_choice_an_event")]


class Notice(models.Model):
    """Something that happened and is told once: ``key`` is what makes two tellings the same.

    ``title`` and ``text`` are in the product's first language; ``titles`` and ``texts`` hold every language's, empty
    for words of people and for notices older than these columns. Whoever shows a notice shows title_here and text_here.
    """

    event = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    title = models.CharField(_("标题"), max_length=200)
    text = models.CharField(_("内容"), max_length=1000, blank=True)
    titles = models.JSONField(default=dict, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    unit_code = models.CharField(max_length=120, blank=True)
    is_critical = models.BooleanField(default=False)
    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("通知")
        ordering = ["-at", "-pk"]

    @property
    def title_here(self) -> str:
        return in_mine(self.titles, self.title)

    @property
    def text_here(self) -> str:
        return in_mine(self.texts, self.text)

    @property
    def label(self) -> str:
        """The kind of notice in the reader's language."""
        return str(NOTICES[self.event].label) if self.event in NOTICES else self.event


class Receipt(models.Model):
    """A notice in one person's inbox."""

    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="receipts")
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("收件箱")
        ordering = ["-notice__at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "notice"], name="one_receipt_a_notice")]
        indexes = [models.Index(fields=["user", "read_at"], name="receipt_unread")]


class Outgoing(models.Model):
    """A notice that waits to be put into a message for one address of one channel; due no earlier than ``due_at``."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254, blank=True)      # a mail address; a robot has only itself
    language = models.CharField(max_length=16, blank=True)      # of whom a mail is for: a mailbox may be shared
    timing = models.CharField(max_length=10, default="now")
    due_at = models.DateTimeField(db_index=True)
    message = models.ForeignKey("notifications.Delivery", on_delete=models.CASCADE, null=True, related_name="outgoing")

    class Meta:
        verbose_name = _("待发通知")
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel", "address"], name="told_once_an_address")]
        indexes = [models.Index(fields=["message", "due_at"], name="outgoing_waiting")]


class Delivery(models.Model):
    """One message to one address, with what became of it. ``count`` notices are in it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(_("收件地址"), max_length=254, blank=True)
    title = models.CharField(_("标题"), max_length=200)
    lines = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=1)
    is_test = models.BooleanField(default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(_("生成时间"), default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True)
    error_text = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("发送记录")
        verbose_name_plural = _("发送记录")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["channel", "address", "made_at"], name="delivery_burst")]
