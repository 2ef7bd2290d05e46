"""Verdicts: when a measure is to be looked at again, and what the data then said. Verdicts are only added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .contracts import WORDS

PERSON = settings.AUTH_USER_MODEL


class Review(models.Model):
    """One 复评任务: a measure that is done is judged when its window has passed; a second look waits for more data."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待数据")
        JUDGED = "judged", _("已得出结论")
        DROPPED = "dropped", _("不再等待")

    measure = models.ForeignKey("measures.Measure", verbose_name=_("措施"), on_delete=models.CASCADE, related_name="+")
    look = models.PositiveSmallIntegerField(_("第几次复评"), default=1)
    until = models.DateField(_("数据用到哪天"))
    due_on = models.DateField(_("复评日期"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("复评任务")
        verbose_name_plural = _("复评任务")
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["measure", "look"], name="one_review_a_look")]

    def __str__(self) -> str:
        return f"{self.measure_id} #{self.look}"


class Verdict(models.Model):
    """One 效果结论, computed by the engine with the frozen yardstick; ``evidence`` gives the same one again.

    ``judged`` is the yardstick as judged: the frozen one, its change moved to the day on which the new way began.
    """

    measure = models.ForeignKey("measures.Measure", verbose_name=_("措施"), on_delete=models.CASCADE, related_name="+")
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="verdict")
    round = models.PositiveIntegerField(_("轮次"), default=1)
    look = models.PositiveSmallIntegerField(_("第几次复评"), default=1)
    verdict = models.CharField(_("结论"), max_length=20, choices=list(WORDS.items()))
    result = models.JSONField(_("结果"))
    judged = models.JSONField(_("判定所用标尺"))
    evidence = models.JSONField(_("依据"))
    yardstick_hash = models.CharField(_("批准时的标尺校验值"), max_length=64)
    as_of = models.DateTimeField(_("数据截至"), null=True)
    computed_at = models.DateTimeField(_("计算时间"), auto_now_add=True)
    accepted_by = models.ForeignKey(PERSON, verbose_name=_("确认人"), on_delete=models.PROTECT, null=True, blank=True,
                                    related_name="+")
    accepted_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("效果结论")
        verbose_name_plural = _("效果结论")
        ordering = ["-computed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.verdict}"


class Promotion(models.Model):
    """A measure that worked, offered to other teams with what it was measured to do."""

    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="promotion")
    note = models.TextField(_("怎样照做"))
    by = models.ForeignKey(PERSON, verbose_name=_("推广人"), on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("推广时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("推广模板")
        verbose_name_plural = _("推广模板")
        ordering = ["-at"]

    def __str__(self) -> str:
        return str(self.verdict)
