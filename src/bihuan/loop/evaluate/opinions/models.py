"""What people make of a survey: differences proposed as findings, corrected themes, reports, shared pages, forms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposedFinding(models.Model):
    """A difference that somebody marked as a problem. Diagnosis takes it up later; until then it waits here.

    ``fingerprint`` is the comparison without its numbers; ``numbers`` are those of the moment. ``units`` are the codes
    its numbers may speak of, None for all. ``taken_as`` is the address of the problem that diagnosis made of it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待诊断")
        TAKEN = "taken", _("已立为问题")
        WITHDRAWN = "withdrawn", _("已撤回")

    survey = models.CharField(_("调查"), max_length=200, db_index=True)
    fingerprint = models.CharField(max_length=400)
    sentence = models.CharField(_("结论"), max_length=500)
    numbers = models.JSONField(_("数字"))
    filters = models.JSONField(_("范围"), default=list)
    units = models.JSONField(_("可见单位"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    taken_as = models.CharField(_("立为的问题"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("调查发现的问题")
        verbose_name_plural = _("调查发现的问题")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(
            fields=["survey", "fingerprint"], condition=models.Q(state="waiting"), name="one_waiting_finding_each")]

    def __str__(self) -> str:
        return self.sentence


class ThemeRun(models.Model):
    """The themes found in a wave's open answers: terms, and the answers that speak of each, by their ids.

    No text is kept here: quotes are read from the answers when a page shows them. ``content`` is compressed JSON.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("归纳中")
        READY = "ready", _("已归纳")
        FAILED = "failed", _("未能归纳")

    survey = models.CharField(_("调查"), max_length=200, db_index=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RUNNING)
    problem = models.TextField(_("原因"), blank=True)
    content = models.BinaryField(default=bytes)
    texts = models.PositiveIntegerField(_("意见条数"), default=0)
    job = models.UUIDField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("归纳人"), on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("归纳时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("意见主题")
        verbose_name_plural = _("意见主题")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.survey} {self.created_at:%Y-%m-%d}"


class WorkedOut(models.Model):
    """An analysis of many responses, worked out in the background for those who see the same of the same facts.

    ``key`` tells facts, design, choice and reach; ``base`` the same without the facts, so that an older one can be
    shown until it is worked out anew. ``address`` is the choice as it stands in the page's address. ``content`` is
    empty until it is done: numbers and words of the page, no answer and no customer.
    """

    class Kind(models.TextChoices):
        ANALYSIS = "analysis", _("分析")
        CROSS = "cross", _("交叉分析")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    survey = models.CharField(_("调查"), max_length=200, db_index=True)
    key = models.CharField(max_length=64, db_index=True)
    base = models.CharField(max_length=64, db_index=True)
    address = models.TextField(blank=True)
    content = models.BinaryField(default=bytes)
    done_at = models.DateTimeField(_("算好的时间"), null=True, blank=True)
    job = models.UUIDField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("调查分析结果")
        verbose_name_plural = _("调查分析结果")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.survey}"


class ThemeCorrection(models.Model):
    """What a person changed about the themes of a survey; it holds for this wave and is applied to the next ones.

    ``family`` is what the waves of the survey share; ``change`` the engine's ``Correction`` as JSON.
    """

    family = models.CharField(_("调查"), max_length=200, db_index=True)
    survey = models.CharField(_("期次"), max_length=200)
    change = models.JSONField(_("修订"))
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("修订人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("修订时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("主题修订")
        verbose_name_plural = _("主题修订")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.family} {self.pk}"


class SharedReport(models.Model):
    """A survey's result that a link shows to people without an account, until it expires or is revoked.

    ``content`` is the report as it stood, numbers and sentences alone: no answer, no quote, no customer.
    """

    survey = models.CharField(_("调查"), max_length=200, db_index=True)
    content = models.JSONField(_("内容"))
    units = models.JSONField(_("可见单位"), null=True, blank=True)
    expires_at = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("分享人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("分享时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("分享的调查报告")
        verbose_name_plural = _("分享的调查报告")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.survey} {self.pk}"


class SurveyText(models.Model):
    """What people wrote about a survey, as it stood after one save: chapters of the report, a text a dimension.

    ``content`` is {"chapters": {key: text}, "dimensions": {name: text}}; numbers stand in it by reference alone.
    ``units`` are the codes whose numbers its author saw, None for all: only who sees these may read it.
    """

    survey = models.CharField(_("调查"), max_length=200)
    number = models.PositiveIntegerField(_("版本"))
    content = models.JSONField(_("内容"), default=dict)
    units = models.JSONField(_("可见单位"), null=True, blank=True)
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("保存人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("保存时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("调查报告文字")
        verbose_name_plural = _("调查报告文字")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="one_survey_text_each")]

    def __str__(self) -> str:
        return f"{self.survey} v{self.number}"
