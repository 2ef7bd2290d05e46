"""Research agencies outside: what was agreed, who may deliver to which wave and until when, and how it ended."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..rights import WithinReach


class Agency(models.Model):
    """A neutral agency that asks on our behalf (SPEC 53, PIPL 21). ``agreement`` is its line in the register.

    When its work is over it returns or deletes what it holds; from ``returned_on`` on nobody of it gets in.
    """

    class How(models.TextChoices):
        RETURNED = "returned", _("已全部返还")
        DELETED = "deleted", _("已全部删除")

    name = models.CharField(_("机构名称"), max_length=120)
    unit_code = models.CharField(_("所属单位"), max_length=120, blank=True)
    agreement = models.ForeignKey("privacy.Agreement", on_delete=models.PROTECT, related_name="+",
                                  verbose_name=_("委托协议"))
    terms = models.TextField(_("保密条款"))
    returned_on = models.DateField(_("返还或删除日期"), null=True)
    returned_how = models.CharField(_("怎样结束"), max_length=10, choices=How.choices, blank=True)
    returned_note = models.CharField(_("证明与说明"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("调研机构")
        verbose_name_plural = _("调研机构")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Access(models.Model):
    """One account of an agency and the one wave it may deliver to. Nothing opens before the terms are accepted.

    ``accepted_hash`` is of the terms as they were read: changed terms have to be accepted anew.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="accesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("账号"), on_delete=models.PROTECT, related_name="+")
    wave = models.ForeignKey("surveys.Wave", on_delete=models.PROTECT, related_name="+", verbose_name=_("调查期次"))
    expires_on = models.DateField(_("到期日期"))
    accepted_at = models.DateTimeField(_("接受条款时间"), null=True)
    accepted_name = models.CharField(_("接受人姓名"), max_length=80, blank=True)
    accepted_hash = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("开通时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("机构账号")
        verbose_name_plural = _("机构账号")
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["user", "wave"], name="one_agency_access_each")]

    def in_force(self, day: date | None = None) -> bool:
        today = day or timezone.localdate()
        return (self.ended_at is None and self.expires_on >= today and self.agency.returned_on is None
                and self.agency.agreement.in_force(today))


class Delivery(models.Model):
    """One file of answers that an agency delivered; somebody inside looks at it before it is imported."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待验收")
        TAKEN = "taken", _("已验收")
        REFUSED = "refused", _("已退回")

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="deliveries")
    note = models.CharField(_("说明"), max_length=300, blank=True)
    delivered_at = models.DateTimeField(_("交付时间"), auto_now_add=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("验收人"), on_delete=models.PROTECT, null=True, related_name="+")
    handled_at = models.DateTimeField(_("验收时间"), null=True)
    upload = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("数据交付")
        verbose_name_plural = _("数据交付")
        ordering = ["-delivered_at", "-pk"]
