"""Call-backs: rounds with their frozen lists, every attempt, what customers said, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contracts import (
    ATTEMPTS,
    CHANNEL,
    MOST_CALLS,
    RETRY_HOURS,
    WINDOW_DAYS,
    WORTHWHILE,
    Benefit,
    Group,
    Improve,
    Way,
)

PERSON = settings.AUTH_USER_MODEL


class Round(models.Model):
    """One 回访: the customers whom a problem hit and others hit as hard elsewhere, asked in the same words.

    ``rule`` and ``list_hash`` are frozen when it is opened; ``found`` counts the list by group and reason. ``result``
    is computed once, when the round is concluded.
    """

    class State(models.TextChoices):
        OPEN = "open", _("进行中")
        CONCLUDED = "concluded", _("已得出结果")

    measure = models.ForeignKey("measures.Measure", verbose_name=_("措施"), on_delete=models.CASCADE, related_name="+")
    unit_code = models.CharField(_("责任部门"), max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    rule = models.JSONField(_("规则"))
    rule_hash = models.CharField(_("规则校验值"), max_length=64)
    list_hash = models.CharField(_("名单校验值"), max_length=64)
    found = models.JSONField(_("名单人数"), default=dict)
    seed = models.CharField(_("随机种子"), max_length=40)
    most = models.PositiveSmallIntegerField(_("每组最多回访"), default=MOST_CALLS)
    channel = models.CharField(_("渠道"), max_length=10, default=CHANNEL)
    opening = models.TextField(_("开场白"))
    question = models.TextField(_("评分问题"))
    closing = models.TextField(_("其余问题"))
    window_days = models.PositiveSmallIntegerField(_("复现与流失的窗口（天）"), default=WINDOW_DAYS)
    worthwhile = models.FloatField(_("值得做的最小变化（分）"), default=WORTHWHILE)
    most_attempts = models.PositiveSmallIntegerField(_("每人最多拨打次数"), default=ATTEMPTS)
    retry_hours = models.PositiveSmallIntegerField(_("未接后间隔（小时）"), default=RETRY_HOURS)
    opened_by = models.ForeignKey(PERSON, verbose_name=_("发起人"), on_delete=models.PROTECT, null=True,
                                  related_name="+")
    opened_at = models.DateTimeField(_("发起时间"), default=timezone.now)
    as_of = models.DateTimeField(_("数据截至"), null=True)
    result = models.JSONField(_("结果"), default=dict, blank=True)
    concluded_by = models.ForeignKey(PERSON, verbose_name=_("结束人"), on_delete=models.PROTECT, null=True,
                                     related_name="+")
    concluded_at = models.DateTimeField(_("结束时间"), null=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("回访")
        verbose_name_plural = _("回访")
        ordering = ["-opened_at", "-pk"]
        constraints = [models.UniqueConstraint(
            fields=["measure"], condition=models.Q(state="open"), name="callbacks_one_open_round")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"CB-{self.pk:04d}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Target(models.Model):
    """One customer of a round's list; ``why`` says why they are not called, where they are not.

    What the customer said is the row of form (五): ``called_on``, ``score``, ``opinion``, ``improve``, ``remark``.
    """

    class State(models.TextChoices):
        LISTED = "listed", _("不回访")
        WAITING = "waiting", _("待回访")
        AGAIN = "again", _("约定再拨")
        DONE = "done", _("已回访")
        REFUSED = "refused", _("客户拒绝")
        UNREACHED = "unreached", _("多次未接")
        WRONG = "wrong", _("号码有误")
        BARRED = "barred", _("不能联系")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="targets")
    customer = models.CharField(_("客户编号"), max_length=120)
    group = models.CharField(_("组别"), max_length=10, choices=Group.choices)
    tier = models.CharField(_("等级"), max_length=80, blank=True)
    score_before = models.FloatField(_("原评分"), null=True)
    rows = models.PositiveIntegerField(_("未达标记录"), default=1)
    first_at = models.DateTimeField(_("首次遇到"))
    why = models.CharField(_("不回访的原因"), max_length=20, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.LISTED)
    priority = models.PositiveSmallIntegerField(_("先后"), default=1)
    due_at = models.DateTimeField(_("回访期限"), null=True)
    next_at = models.DateTimeField(_("最早再拨时间"), null=True)
    attempts = models.PositiveSmallIntegerField(_("拨打次数"), default=0)
    caller = models.ForeignKey(PERSON, verbose_name=_("回访人"), on_delete=models.PROTECT, null=True, related_name="+")
    called_on = models.DateField(_("回访日期"), null=True)
    score = models.PositiveSmallIntegerField(_("客户满意度评分(1-5分)"), null=True)
    opinion = models.TextField(_("客户意见建议"), blank=True)
    improve = models.CharField(_("是否持续改进"), max_length=3, choices=Improve.choices, blank=True)
    remark = models.CharField(_("备注"), max_length=300, blank=True)
    entered_by = models.ForeignKey(PERSON, verbose_name=_("录入人"), on_delete=models.PROTECT, null=True,
                                   related_name="+")
    way = models.CharField(_("录入方式"), max_length=4, choices=Way.choices, blank=True)

    class Meta:
        verbose_name = _("回访客户")
        verbose_name_plural = _("回访客户")
        ordering = ["priority", "due_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "customer"], name="callbacks_one_target_each")]
        indexes = [models.Index(fields=["round", "state", "priority"], name="callbacks_round_state"),
                   models.Index(fields=["caller", "state"], name="callbacks_caller_state")]

    def __str__(self) -> str:
        return self.customer

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


OPEN = (Target.State.WAITING, Target.State.AGAIN)


class Attempt(models.Model):
    """One call: by whom, when, and what came of it. Open while ``outcome`` is empty."""

    class Outcome(models.TextChoices):
        NO_ANSWER = "no_answer", _("无人接听")
        LATER = "later", _("约定再拨")
        REFUSED = "refused", _("客户拒绝")
        WRONG = "wrong", _("号码有误")
        DONE = "done", _("完成回访")
        LEFT = "left", _("未登记结果")

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="calls")
    caller = models.ForeignKey(PERSON, verbose_name=_("回访人"), on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("开始时间"), default=timezone.now)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True)
    later_at = models.DateTimeField(_("约定再拨时间"), null=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("回访通话")
        verbose_name_plural = _("回访通话")
        ordering = ["-started_at", "-pk"]
        constraints = [models.UniqueConstraint(
            fields=["target"], condition=models.Q(outcome=""), name="callbacks_one_open_call")]


class BusinessOutcome(models.Model):
    """What came of it for the business with one customer; the newest counts, the earlier ones stay."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="outcomes")
    kind = models.CharField(_("业务结果"), max_length=10, choices=Benefit.choices)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    by = models.ForeignKey(PERSON, verbose_name=_("登记人"), on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("登记时间"), default=timezone.now)

    class Meta:
        verbose_name = _("业务结果")
        verbose_name_plural = _("业务结果")
        ordering = ["-at", "-pk"]


class SetAside(models.Model):
    """A cell of a form that came back and could not be taken: where it stood, what it said, and why not."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="set_aside")
    row = models.PositiveIntegerField(_("行"))
    letter = models.CharField(_("列"), max_length=2)
    column = models.CharField(_("栏目"), max_length=60)
    value = models.CharField(_("内容"), max_length=300, blank=True)
    problem = models.CharField(_("原因"), max_length=300)
    by = models.ForeignKey(PERSON, verbose_name=_("上传人"), on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("上传时间"), default=timezone.now)

    class Meta:
        verbose_name = _("未采用的单元格")
        verbose_name_plural = _("未采用的单元格")
        ordering = ["-at", "row", "letter"]


class TargetedWave(models.Model):
    """A survey's wave onto whose sample the list was put (定向问卷): what its customers answer joins form (五).

    The list may be put on again, a row each time; answers count from the first one on.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="waves")
    wave = models.ForeignKey("surveys.Wave", verbose_name=_("调查期次"), on_delete=models.CASCADE, related_name="+")
    added = models.PositiveIntegerField(_("加入样本"))
    refused = models.PositiveIntegerField(_("未能加入"))
    by = models.ForeignKey(PERSON, verbose_name=_("加入人"), on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("加入时间"), default=timezone.now)

    class Meta:
        verbose_name = _("定向问卷")
        verbose_name_plural = _("定向问卷")
        ordering = ["at", "pk"]
