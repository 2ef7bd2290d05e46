"""The ledger of rewards, apart from the answers: no row here leads to a response."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reward(models.Model):
    """A reward that was promised to a customer by name, or one that was handed out for a code.

    Codes of anonymous waves and open links get a row only when they are redeemed; their ``customer`` stays empty.
    """

    class State(models.TextChoices):
        PROMISED = "promised", _("待发放")
        GIVEN = "given", _("已发放")

    wave = models.ForeignKey("surveys.Wave", on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    customer = models.CharField(_("客户编号"), max_length=120, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PROMISED)
    promised_on = models.DateField(_("登记日期"), null=True)
    given_at = models.DateTimeField(_("发放时间"), null=True)
    given_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("答谢台账")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(
            fields=["wave", "customer"], condition=~models.Q(customer=""), name="one_reward_a_customer_and_wave")]
