"""Surveys: what is asked and why, in which words, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.rights import Actor, Grant, SystemActor, can, grants_of, scope_of

from .contracts import MINIMUM_N, Every, Kind, Mode, State

# Whoever writes, draws, sends or reads the results of a survey may open it.
READERS = ("collect.write_surveys", "collect.draw_samples", "collect.send_surveys", "evaluate.view_surveys")


class WithinReach(models.QuerySet):  # type: ignore[type-arg]
    """Surveys by the unit that owns them; one without a unit is the whole organisation's."""

    def for_user(self, user: Actor, *permissions: str) -> WithinReach:
        """Return what the person reaches with any of ``permissions``."""
        reached = models.Q(pk__in=[])
        seen: set[tuple[Grant, ...]] = set()
        for permission in permissions:
            if not can(user, permission):
                continue
            # Permissions of the same roles reach equally far: the units are looked up once for all of them.
            held = () if isinstance(user, SystemActor) else tuple(
                grant for grant in grants_of(user) if permission in grant.permissions)
            if held in seen:
                continue
            seen.add(held)
            scope = scope_of(user, permission)
            if scope.units is None and scope.agents is None:
                return self
            reached |= models.Q(unit_code__in=scope.units or ())
        return self.filter(reached)


class Dimension(models.Model):
    """One 评价维度 of the bank: an item of a questionnaire is tied to at most one."""

    code = models.SlugField(_("编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    active = models.BooleanField(_("在用"), default=True)
    order = models.PositiveIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("评价维度")
        verbose_name_plural = _("评价维度")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class Survey(models.Model):
    """One 调查 as ISO 10004 plans it: purpose, scope, frequency, method, responsible person, resources.

    A ``wave`` survey asks the same items again and again; a ``diagnostic`` one asks once about an event or a finding.
    ``subject`` names what it was begun from, such as ``finding:12``; ``about`` says it in words.
    ``every`` says how often: a day's job then drafts the next wave; ``frequency`` is what a person remarked on it.
    ``rules``: when a response counts, and ``minimum_n``, below which nothing is told of a group.
    """

    code = models.SlugField(_("编号"), max_length=40, unique=True)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices, default=Kind.WAVE)
    title = models.CharField(_("调查主题"), max_length=120)
    purpose = models.TextField(_("调查目的"), max_length=600, blank=True)
    scope_text = models.TextField(_("调查范围"), max_length=600, blank=True)
    every = models.CharField(_("频次"), max_length=8, choices=Every.choices, blank=True)
    every_days = models.PositiveSmallIntegerField(_("间隔天数"), null=True, blank=True)
    frequency = models.CharField(_("频次备注"), max_length=60, blank=True)
    method = models.CharField(_("调查方式"), max_length=200, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("调查负责人"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+")
    resources = models.TextField(_("资源"), max_length=600, blank=True)
    about = models.CharField(_("针对的事件或问题"), max_length=300, blank=True)
    subject = models.CharField(_("针对的对象"), max_length=80, blank=True, db_index=True)
    unit_code = models.CharField(_("所属单位"), max_length=120, blank=True)
    mode = models.CharField(_("身份"), max_length=12, choices=Mode.choices, default=Mode.CONFIDENTIAL)
    rules = models.JSONField(_("有效答卷规则"), default=dict, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("创建人"), on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("创建时间"), default=timezone.now)
    archived_at = models.DateTimeField(_("归档时间"), null=True, blank=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("调查")
        verbose_name_plural = _("调查")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def minimum_n(self) -> int:
        return int(self.rules.get("minimum_n") or MINIMUM_N)

    @property
    def often(self) -> str:
        """How often it is asked, in words, with the remark; "" where neither is said."""
        words = _("每 {days} 天").format(days=self.every_days) if self.every == Every.OWN else self.get_every_display()
        return " · ".join(filter(None, (str(words), self.frequency)))


class Version(models.Model):
    """One wording of a survey's questionnaire. A published one is frozen; answers keep the one they were given to.

    ``edits`` counts the changes of a draft: a save names the count it began from, so that none is overwritten unseen.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    document = models.JSONField(_("问卷"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    edits = models.PositiveIntegerField(_("修改次数"), default=0)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"), default=timezone.now)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    content_hash = models.CharField(_("内容校验值"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("问卷版本")
        verbose_name_plural = _("问卷版本")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="one_survey_version_each"),
            models.UniqueConstraint(
                fields=["survey"], condition=models.Q(state="draft"), name="one_survey_draft_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class DraftStep(models.Model):
    """What a draft was before one change, so that the change can be taken back and a late save told what it missed."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    before = models.JSONField()
    what = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="one_survey_step_each")]

    def __str__(self) -> str:
        return self.what


class Wave(models.Model):
    """One time a survey is asked. ``code`` is what the answers and invitations of the lake call it.

    ``state`` is what was last written; ``state_at`` is what holds, since an opening and a deadline come by themselves.
    ``due_on``: the day on which a wave that the survey's frequency drafted is to begin; a person opens it.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="waves")
    version = models.ForeignKey(Version, verbose_name=_("问卷版本"), on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveIntegerField(_("期次"))
    code = models.CharField(_("编号"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    opens_at = models.DateTimeField(_("开放时间"), null=True, blank=True)
    closes_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    due_on = models.DateField(_("应开始日期"), null=True, blank=True)
    previous = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("调查期次")
        verbose_name_plural = _("调查期次")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="one_survey_wave_each")]

    def __str__(self) -> str:
        return self.name

    def state_at(self, now: datetime) -> str:
        """Return planned, open or closed; a wave whose questionnaire is a draft never opens."""
        if self.state == State.CLOSED or (self.closes_at is not None and self.closes_at <= now):
            return State.CLOSED.value
        due = self.opens_at is not None and self.opens_at <= now and not self.version.is_draft
        return State.OPEN.value if self.state == State.OPEN or due else State.PLANNED.value

    @property
    def kept(self) -> dict[str, Any]:
        """What the audit log keeps of a wave."""
        return {"code": self.code, "version": self.version_id, "state": str(self.state),
                "opens_at": self.opens_at.isoformat() if self.opens_at else None,
                "closes_at": self.closes_at.isoformat() if self.closes_at else None}
