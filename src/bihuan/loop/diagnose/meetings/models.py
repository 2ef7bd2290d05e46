"""Meetings: attribution meetings on complaints and workshops, what they decided, who does it until when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of

VIEW = "diagnose.view_findings"
REPEATS = {"week": _("每周"), "fortnight": _("每两周"), "month": _("每月")}


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def for_user(self, user: User) -> MeetingQuerySet:
        """Meetings of the units whose findings the person sees."""
        if not can(user, VIEW):
            return self.none()
        scope = scope_of(user, VIEW)
        if scope.agents is not None:
            return self.none()
        return self if scope.units is None else self.filter(unit_code__in=scope.units)


class Meeting(models.Model):
    """One meeting. ``agenda`` is made from the data while it is planned and kept as it was once it is held.

    ``version`` counts changes of the minutes: who saves on top of another one's change is told. ``unit_code`` empty:
    the whole workspace.
    """

    class Kind(models.TextChoices):
        ATTRIBUTION = "attribution", _("客诉归因会议")
        WORKSHOP = "workshop", _("研讨会")

    class State(models.TextChoices):
        PLANNED = "planned", _("待召开")
        HELD = "held", _("已召开")
        CLOSED = "closed", _("纪要已定稿")

    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("名称"), max_length=120)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True, db_index=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.PLANNED, db_index=True)
    at = models.DateTimeField(_("时间"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    since = models.DateField(_("数据起"))
    until = models.DateField(_("数据止"))
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("主持人"), on_delete=models.PROTECT,
                              related_name="+")
    participants = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("参会人"), related_name="+")
    guests = models.CharField(_("列席（没有账号的人）"), max_length=300, blank=True)
    topics = models.TextField(_("议题"), blank=True)
    finding = models.ForeignKey("findings.Finding", verbose_name=_("针对的问题"), null=True, blank=True,
                                on_delete=models.PROTECT, related_name="+")
    # A series: the next meeting is called by itself when this one's time has come; ``previous`` is the one before.
    repeat = models.CharField(_("重复"), max_length=10, choices=list(REPEATS.items()), blank=True)
    previous = models.OneToOneField("self", verbose_name=_("上一次"), on_delete=models.SET_NULL, null=True, blank=True,
                                    related_name="following")
    agenda = models.JSONField(default=dict, blank=True)
    minutes = models.TextField(_("纪要"), blank=True)
    direction = models.TextField(_("优化方向"), blank=True)
    version = models.PositiveIntegerField(default=1)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
                                  related_name="+")
    closed_at = models.DateTimeField(_("定稿时间"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("会议")
        verbose_name_plural = _("会议")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"MT-{self.pk:04d}"

    @property
    def is_workshop(self) -> bool:
        return self.kind == self.Kind.WORKSHOP


class Decision(models.Model):
    """What a meeting decided: one owner, one due date. Open ones come back on the agenda of the next meeting."""

    class State(models.TextChoices):
        OPEN = "open", _("进行中")
        DONE = "done", _("已完成")
        DROPPED = "dropped", _("已取消")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField(_("决定"), max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("责任人"), on_delete=models.PROTECT,
                              related_name="+")
    due_on = models.DateField(_("完成期限"))
    finding = models.ForeignKey("findings.Finding", verbose_name=_("问题"), null=True, blank=True,
                                on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN, db_index=True)
    result = models.CharField(_("结果"), max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
                                   related_name="+")

    class Meta:
        verbose_name = _("会议决定")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_late(self) -> bool:
        return self.state == self.State.OPEN and self.due_on < timezone.localdate()


class Idea(models.Model):
    """An idea of a workshop; ``priority`` is what the summary gives it."""

    class Priority(models.TextChoices):
        HIGH = "high", _("高")
        MEDIUM = "medium", _("中")
        LOW = "low", _("低")
        NOT = "not", _("不做")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="ideas")
    text = models.CharField(_("想法"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    priority = models.CharField(_("优先级"), max_length=6, choices=Priority.choices, blank=True)

    class Meta:
        verbose_name = _("想法")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Vote(models.Model):
    """The one vote a participant has in a workshop."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="votes")
    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="votes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("投票")
        constraints = [models.UniqueConstraint(fields=["meeting", "by"], name="one_vote_a_participant")]
