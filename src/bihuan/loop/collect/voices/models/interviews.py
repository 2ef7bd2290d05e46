"""Talks with customers and notes made where service happens: guides, records, passages that say something."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..rights import WithinReach


class Guide(models.Model):
    """A guide that many interviews follow. ``sections``: a line an area with its questions; a change is a version."""

    name = models.CharField(_("提纲名称"), max_length=80)
    unit_code = models.CharField(_("所属单位"), max_length=120, blank=True)
    purpose = models.CharField(_("访谈目的"), max_length=300, blank=True)
    sections = models.JSONField(default=list)
    version = models.PositiveIntegerField(_("版本"), default=1)
    is_active = models.BooleanField(_("在用"), default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"), auto_now=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("访谈提纲")
        verbose_name_plural = _("访谈提纲")
        ordering = ["-is_active", "name"]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Interview(models.Model):
    """One talk, or what was seen on site. ``outline`` is the guide as it was then; ``sealed`` the notes by question.

    Nothing is kept of a person who did not consent; sound only of one who consented to that too.
    """

    class Kind(models.TextChoices):
        TALK = "talk", _("深度访谈")
        SITE = "site", _("现场记录")

    guide = models.ForeignKey(Guide, on_delete=models.PROTECT, related_name="+", verbose_name=_("提纲"))
    guide_version = models.PositiveIntegerField()
    outline = models.JSONField(default=list)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices, default=Kind.TALK)
    unit_code = models.CharField(_("所属单位"), max_length=120, blank=True)
    customer = models.CharField(_("客户编号"), max_length=120, blank=True)
    respondent = models.CharField(_("受访者身份"), max_length=80, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    held_at = models.DateTimeField(_("访谈时间"), default=timezone.now)
    minutes = models.PositiveSmallIntegerField(_("时长（分钟）"), null=True, blank=True)
    interviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("访问员"), on_delete=models.PROTECT, related_name="+")
    consent_how = models.CharField(_("怎样取得同意"), max_length=200)
    sound_allowed = models.BooleanField(_("同意录音"), default=False)
    sealed = models.BinaryField(null=True)
    is_done = models.BooleanField(_("已定稿"), default=False)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("访谈记录")
        verbose_name_plural = _("访谈记录")
        ordering = ["-held_at", "-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"FT{self.pk:05d}"


class Passage(models.Model):
    """The characters ``start`` to ``end`` of the notes to one question, counted unmasked, that speak of a theme.

    Themes are the tags of conversations: one list of words for what customers say anywhere.
    """

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="passages")
    question = models.CharField(max_length=40)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    tag = models.ForeignKey("conversations.Tag", on_delete=models.PROTECT, related_name="+", verbose_name=_("主题"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("编码人"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("编码时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("编码")
        verbose_name_plural = _("编码")
        ordering = ["question", "start", "pk"]
        constraints = [models.UniqueConstraint(
            fields=["interview", "question", "start", "end", "tag"], name="one_passage_each")]
