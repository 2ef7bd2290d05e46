"""Review cycles: period, scope, team, frozen numbers; the rhythms that open them; what each member of a team scored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.loop.plan.goals.contracts import Filters, filters_of
from bihuan.loop.plan.goals.rights import within

from .contracts import KINDS, RECURRING, ROLES

VIEW = "plan.view_cycles"


class WithinReach(models.QuerySet):  # type: ignore[type-arg]
    """Rows with ``units``, all units they speak of; None speaks of everything and is for those who see everything."""

    def for_user(self, user: User) -> WithinReach:
        """Return the rows a person may see."""
        if not can(user, VIEW):
            return self.none()
        scope = scope_of(user, VIEW)
        if scope.units is None and scope.agents is None:
            return self
        # The list of units is JSON, which no two databases compare alike; there are hundreds of cycles, not millions.
        seen = [pk for pk, units in self.values_list("pk", "units") if within(units, scope, unnamed=False)]
        return self.filter(pk__in=seen)


def person(name: Any, **more: Any) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=name, on_delete=models.PROTECT, related_name="+",
                             **more)


class Rhythm(models.Model):
    """A review that comes round: its cycles open by themselves some working days after each period has ended."""

    kind = models.CharField(_("类型"), max_length=10, choices=list(RECURRING.items()))
    title = models.CharField(_("名称"), max_length=120, unique=True)
    scope = models.ForeignKey("goals.ReviewScope", verbose_name=_("评价范围"), on_delete=models.PROTECT, null=True,
                              blank=True, related_name="+")
    units = models.JSONField(_("单位"), null=True, blank=True)
    indicators = models.JSONField(_("关键指标"), default=list)
    first = models.DateField(_("从哪一期开始"))
    wait_days = models.PositiveSmallIntegerField(_("期末后第几个工作日开启"), default=3)
    owner = person(_("负责人"))
    stopped_at = models.DateTimeField(_("停止时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("定期复盘")
        verbose_name_plural = _("定期复盘")
        ordering = ["stopped_at", "title"]

    def __str__(self) -> str:
        return self.title


class Cycle(models.Model):
    """One 复盘. ``units`` and ``filters`` say which rows it speaks of, as kept when it opened.

    ``figures`` are the key indicators as the data said at ``known_at``, with the hash of each definition; they are
    read from here ever after, so that data which come later, and deletions, leave a review as it was.
    """

    class State(models.TextChoices):
        OPEN = "open", _("进行中")
        CLOSED = "closed", _("已结束")

    kind = models.CharField(_("类型"), max_length=10, choices=list(KINDS.items()))
    title = models.CharField(_("标题"), max_length=200)
    subject = models.CharField(_("对象"), max_length=200, blank=True)
    why = models.CharField(_("为什么复盘"), max_length=500, blank=True)
    start = models.DateField(_("开始"))
    end = models.DateField(_("结束"))
    rhythm = models.ForeignKey(Rhythm, verbose_name=_("定期复盘"), on_delete=models.PROTECT, null=True, blank=True,
                               related_name="cycles")
    previous = models.OneToOneField("self", verbose_name=_("上一期"), on_delete=models.PROTECT, null=True, blank=True,
                                    related_name="following")
    scope = models.ForeignKey("goals.ScopeVersion", verbose_name=_("评价范围"), on_delete=models.PROTECT, null=True,
                              blank=True, related_name="+")
    filters = models.JSONField(_("范围"), default=dict, blank=True)
    units = models.JSONField(_("单位"), null=True, blank=True)
    indicators = models.JSONField(_("关键指标"), default=list)
    figures = models.JSONField(_("期末数值"), default=list)
    figures_hash = models.CharField(_("数值校验值"), max_length=64, blank=True)
    known_at = models.DateTimeField(_("数据快照时间"))
    as_of = models.DateTimeField(_("数据截至"), null=True, blank=True)
    owner = person(_("负责人"))
    state = models.CharField(_("状态"), max_length=6, choices=State.choices, default=State.OPEN)
    scoring_closed_at = models.DateTimeField(_("评分结束时间"), null=True, blank=True)
    opened_by = person(_("开启人"), null=True, blank=True)
    opened_at = models.DateTimeField(_("开启时间"), auto_now_add=True)
    conclusion = models.TextField(_("结论"), blank=True)
    closed_by = person(_("结束人"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("复盘")
        verbose_name_plural = _("复盘")
        ordering = ["-end", "-pk"]
        constraints = [models.UniqueConstraint(fields=["rhythm", "start"], name="one_cycle_a_period")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"R-{self.pk:04d}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def kept(self) -> Filters:
        return filters_of(self.filters)


class Member(models.Model):
    """A person of the team with a role; ``scored_at`` once they have handed in their scores, which then stay."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="members")
    user = person(_("成员"))
    role = models.CharField(_("角色"), max_length=10, choices=list(ROLES.items()))
    scored_at = models.DateTimeField(_("交分时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("评价小组成员")
        verbose_name_plural = _("评价小组成员")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "user"], name="one_membership_a_cycle")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.user_id}"


class Score(models.Model):
    """One member's score of one item (``indicator:fcr``, ``goal:3``), by halves from 1 to 5; never the rule's."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="scores")
    item = models.CharField(_("评分项"), max_length=80)
    score = models.DecimalField(_("评分"), max_digits=2, decimal_places=1,
                                validators=[MinValueValidator(1), MaxValueValidator(5)])
    note = models.CharField(_("具体事例/备注"), max_length=500, blank=True)
    at = models.DateTimeField(_("评分时间"), auto_now=True)

    class Meta:
        verbose_name = _("成员评分")
        verbose_name_plural = _("成员评分")
        ordering = ["item", "pk"]
        constraints = [models.UniqueConstraint(fields=["member", "item"], name="one_score_an_item")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.item}"


class CycleGoal(models.Model):
    """A goal that a review follows."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="goals")
    goal = models.ForeignKey("goals.Goal", verbose_name=_("目标"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("复盘的目标")
        verbose_name_plural = _("复盘的目标")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "goal"], name="one_goal_a_cycle")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.goal_id}"


class CycleCase(models.Model):
    """A case that a review is about, by its id alone, and why it is in."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="cases")
    case = models.CharField(_("工单"), max_length=200)
    why = models.CharField(_("为什么列入"), max_length=200, blank=True)
    added_at = models.DateTimeField(_("列入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("复盘的工单")
        verbose_name_plural = _("复盘的工单")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "case"], name="one_case_a_cycle")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.case}"
