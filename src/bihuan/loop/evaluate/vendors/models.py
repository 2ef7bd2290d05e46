"""Contracts of vendors with their rule tables, and the monthly sheets that are confirmed or appealed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of

from .contracts import MARKS

VIEW, MANAGE = "evaluate.view_vendors", "evaluate.manage_vendors"


def person(name: Any, **more: Any) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=name, on_delete=models.PROTECT, related_name="+",
                             **more)


class ContractQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def for_user(self, user: User) -> ContractQuerySet:
        """Contracts of the vendors a person reaches: a vendor's own people see theirs alone."""
        scope = scope_of(user, VIEW)
        if not can(user, VIEW) or scope.agents is not None:
            return self.none()
        return self if scope.units is None else self.filter(unit_code__in=scope.units)


class SheetQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def for_user(self, user: User) -> SheetQuerySet:
        """Sheets of the contracts a person sees; drafts are for those who make them."""
        found = self.filter(contract__in=Contract.objects.for_user(user))
        if not can(user, MANAGE):
            return found.exclude(state=Sheet.State.DRAFT)
        scope = scope_of(user, MANAGE)
        return found if scope.units is None else found.filter(
            Q(contract__unit_code__in=scope.units) | ~Q(state=Sheet.State.DRAFT))


class Contract(models.Model):
    """A vendor's contract. Its rule table lies in versions; a month is judged by the version valid in it."""

    unit_code = models.CharField(_("外包商"), max_length=120, db_index=True)
    title = models.CharField(_("合同"), max_length=200, unique=True)
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"), null=True, blank=True)
    # Calendar days in which a sheet is to be answered; after them it counts as confirmed. None: no such term.
    confirm_days = models.PositiveSmallIntegerField(_("确认期限（天）"), null=True, blank=True)
    owner = person(_("负责人"))
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("外包合同")
        verbose_name_plural = _("外包合同")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ContractVersion(models.Model):
    """The rule table from a month on; only added."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    valid_from = models.DateField(_("从哪个月起"))
    terms = models.JSONField(_("考核规则"))
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = person(_("设置人"))
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("考核规则版本")
        verbose_name_plural = _("考核规则版本")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="one_contract_version_each")]

    def __str__(self) -> str:
        return f"{self.contract_id} v{self.number}"


class Sheet(models.Model):
    """One month of one contract. ``rows`` hold every number with n, interval, points and mark, as frozen.

    ``score`` and ``coefficient`` follow from the rule table; ``settled`` is what holds after an appeal, by a person
    and with a reason, beside the computed one and never in its place. ``answer_by`` is the last day to answer, set
    when it was sent; ``deemed``: nobody did, and by the contract it counts as confirmed.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SENT = "sent", _("待外包商确认")
        CONFIRMED = "confirmed", _("已确认")
        APPEALED = "appealed", _("申诉中")
        SETTLED = "settled", _("申诉已处理")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="sheets")
    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("月份"))
    rows = models.JSONField(_("考核明细"))
    rows_hash = models.CharField(_("校验值"), max_length=64)
    score = models.FloatField(_("考核得分"), null=True)
    coefficient = models.FloatField(_("结算系数"), null=True)
    best_coefficient = models.FloatField(_("区间有利一端的系数"), null=True)
    known_at = models.DateTimeField(_("取数时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    answer_by = models.DateField(_("确认期限"), null=True, blank=True)
    warned_on = models.DateField(_("提醒日期"), null=True, blank=True)
    deemed = models.BooleanField(_("到期视为确认"), default=False)
    answered_by = person(_("确认人"), null=True, blank=True)
    answered_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    appeal = models.TextField(_("申诉理由"), blank=True)
    reply = models.TextField(_("处理意见"), blank=True)
    replied_by = person(_("处理人"), null=True, blank=True)
    settled = models.FloatField(_("申诉后的系数"), null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("考核单")
        verbose_name_plural = _("考核单")
        ordering = ["-month", "contract__title"]
        constraints = [models.UniqueConstraint(fields=["contract", "month"], name="one_sheet_a_month")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.month:%Y-%m}"

    @property
    def final(self) -> float | None:
        """The coefficient that holds."""
        return self.coefficient if self.settled is None else self.settled

    @property
    def state_words(self) -> str:
        """The state, and how a confirmation came about."""
        return str(_("到期视为确认")) if self.deemed else str(self.get_state_display())

    @property
    def marks(self) -> list[tuple[str, int]]:
        """What the marks of its rows say, each with how many rows bear it."""
        counts = Counter(one["mark"] for one in self.rows if one["mark"])
        return [(str(label), counts[mark]) for mark, label in MARKS.items() if counts[mark]]
