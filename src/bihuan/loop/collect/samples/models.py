"""Whom a survey asks: frames, draws and their people, changes by hand, and when everybody was last asked."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contracts import How


class AskRule(models.Model):
    """One version of how often a customer may be asked. The newest is in force; versions are only added."""

    number = models.PositiveIntegerField(_("版本"), unique=True)
    quiet_days = models.PositiveIntegerField(_("静默期（天）"))
    most_a_year = models.PositiveIntegerField(_("一年内最多询问次数"))
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("询问频次规则")
        verbose_name_plural = _("询问频次规则")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"v{self.number}"


class AskedCustomer(models.Model):
    """A row to lock: two askers of the same customer wait for each other here."""

    customer = models.CharField(max_length=120, primary_key=True)

    def __str__(self) -> str:
        return self.customer


class Ask(models.Model):
    """Somebody was asked, once: by a wave, perhaps about a case. Quiet periods count from here.

    Without a wave another room asked, and ``case`` says what for.
    """

    customer = models.CharField(_("客户编号"), max_length=120)
    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, null=True, related_name="+")
    case = models.CharField(_("工单"), max_length=200, blank=True)
    channel = models.CharField(_("渠道"), max_length=10)
    at = models.DateTimeField(_("询问时间"), default=timezone.now)

    class Meta:
        verbose_name = _("询问记录")
        verbose_name_plural = _("询问记录")
        ordering = ["-at"]
        indexes = [models.Index(fields=["customer", "at"], name="samples_ask_customer"),
                   models.Index(fields=["wave", "customer"], name="samples_ask_wave")]

    def __str__(self) -> str:
        return f"{self.wave_id} · {self.customer}"


class Frame(models.Model):
    """One 抽样框: everybody known on that day, whom the rule takes, and why others cannot be asked.

    The rows lie in a file of the workspace; ``digest`` is of their content. ``units`` are those the maker could see,
    None for all. ``erased``: customers of it whose number was deleted at their request.
    ``counts``: {attribute: {value: customers of the frame}}.
    """

    class State(models.TextChoices):
        BUILDING = "building", _("正在建立")
        READY = "ready", _("已建立")
        FAILED = "failed", _("未建成")

    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, related_name="+")
    rule = models.JSONField(_("条件"))
    units = models.JSONField(_("单位"), null=True)
    ask_rule = models.PositiveIntegerField(_("频次规则版本"), default=0)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.BUILDING)
    error_text = models.CharField(max_length=300, blank=True)
    file = models.CharField(max_length=120, blank=True)
    digest = models.CharField(_("校验值"), max_length=64, blank=True)
    universe = models.PositiveIntegerField(_("全部客户"), default=0)
    inside = models.PositiveIntegerField(_("抽样框内"), default=0)
    eligible = models.PositiveIntegerField(_("可询问"), default=0)
    blocked = models.PositiveIntegerField(_("已停止处理"), default=0)
    counts = models.JSONField(default=dict)
    erased = models.PositiveIntegerField(_("已按请求删除"), default=0)
    job = models.UUIDField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("建立人"), on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("建立时间"), default=timezone.now)

    class Meta:
        verbose_name = _("抽样框")
        verbose_name_plural = _("抽样框")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY


class Draw(models.Model):
    """One 抽样 of a frame: seed, strata and numbers by which it can be repeated. At most one of a wave is in force.

    ``table``: a line a stratum with name, size, eligible and drawn, as it was drawn. ``digest`` is of who was drawn,
    before any change by hand. ``expected_rate``: the share that was thought to answer.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("正在抽取")
        DRAWN = "drawn", _("已抽取")
        REPLACED = "replaced", _("已被替换")
        FAILED = "failed", _("未抽成")

    frame = models.ForeignKey(Frame, on_delete=models.PROTECT, related_name="draws")
    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(_("次数"))
    seed = models.CharField(_("随机种子"), max_length=64)
    by = models.JSONField(_("分层"), default=list)
    key_apart = models.BooleanField(_("重点客户单列并全覆盖"), default=True)
    silent_apart = models.BooleanField(_("沉默客户单列"), default=False)
    method = models.CharField(_("分配方法"), max_length=12)
    total = models.PositiveIntegerField(_("样本量"))
    minimum = models.PositiveIntegerField(_("每层至少"), default=0)
    deviations = models.JSONField(_("标准差"), default=dict)
    fixed = models.JSONField(_("指定数"), default=dict)
    expected_rate = models.FloatField(_("预计回收率"), null=True)
    table = models.JSONField(_("分配表"), default=list)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    digest = models.CharField(_("校验值"), max_length=64, blank=True)
    replaced_for = models.CharField(_("替换原因"), max_length=300, blank=True)
    # {alias: was drawn} of those whose number was deleted since, by which the draw can still be repeated.
    pinned = models.JSONField(default=dict)
    job = models.UUIDField(null=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("抽样人"), on_delete=models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField(_("抽样时间"), null=True)
    checked_at = models.DateTimeField(_("复核时间"), null=True)
    checked_fault = models.CharField(_("复核结果"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("抽样")
        verbose_name_plural = _("抽样")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="one_sample_draw_each"),
            models.UniqueConstraint(fields=["wave"], condition=models.Q(state="drawn"), name="one_sample_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} #{self.number}"


class Member(models.Model):
    """One customer of a draw. Who is removed by hand stays, marked: the report counts them."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="members")
    customer = models.CharField(_("客户编号"), max_length=120)
    stratum = models.CharField(_("层"), max_length=400, blank=True)
    how = models.CharField(_("入样方式"), max_length=8, choices=How.choices)
    probability = models.FloatField(_("入样概率"), null=True)
    weight = models.FloatField(_("设计权重"), null=True)
    reach = models.CharField(_("可用渠道"), max_length=80, blank=True)
    is_removed = models.BooleanField(_("已移出"), default=False)
    # Why a sender did not ask them when their turn came, a code of REASONS; "" again once they are asked.
    held = models.CharField(_("未询问原因"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("样本客户")
        verbose_name_plural = _("样本客户")
        ordering = ["stratum", "customer"]
        constraints = [models.UniqueConstraint(fields=["draw", "customer"], name="one_sample_member_each")]

    def __str__(self) -> str:
        return self.customer


class ManualChange(models.Model):
    """Somebody was put onto a list or taken off it by hand: by whom, when and why. Never deleted."""

    class Kind(models.TextChoices):
        ADD = "add", _("人工加入")
        REMOVE = "remove", _("人工移出")

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="changes")
    customer = models.CharField(_("客户编号"), max_length=120)
    kind = models.CharField(_("变动"), max_length=8, choices=Kind.choices)
    reason = models.CharField(_("原因"), max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("办理人"), on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("办理时间"), default=timezone.now)

    class Meta:
        verbose_name = _("人工变动")
        verbose_name_plural = _("人工变动")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.customer}"


class Task(models.Model):
    """A person is to reach one customer of a sample: a key account who has not answered, or one who never speaks."""

    class Kind(models.TextChoices):
        CHASE = "chase", _("重点客户催访")
        SILENT = "silent", _("沉默客户触达")

    class State(models.TextChoices):
        OPEN = "open", _("待触达")
        REACHED = "reached", _("已触达")
        UNREACHED = "unreached", _("未联系上")
        REFUSED = "refused", _("客户拒绝")

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="tasks")
    customer = models.CharField(_("客户编号"), max_length=120)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("负责人"), on_delete=models.PROTECT, related_name="+")
    due = models.DateField(_("完成期限"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    note = models.CharField(_("结果说明"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("布置时间"), default=timezone.now)
    done_at = models.DateTimeField(_("办结时间"), null=True)

    class Meta:
        verbose_name = _("触达任务")
        verbose_name_plural = _("触达任务")
        ordering = ["due", "pk"]
        constraints = [models.UniqueConstraint(fields=["draw", "customer", "kind"], name="one_sample_task_each")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.customer}"

    def is_late(self, now: datetime) -> bool:
        return self.state == self.State.OPEN and self.due < timezone.localdate(now)
