"""Benchmark files: those made here and those taken in; both keep what the file says, nothing behind it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .contracts import INDUSTRY_WORDS


class BenchmarkTurn(models.Model):
    """A row to lock: two files made at once would tell the same number with two draws of noise."""

    def __str__(self) -> str:
        return str(self.pk)


class BenchmarkFile(models.Model):
    """One 基准文件. ``content`` is the whole file as text, byte for byte; ``sha256`` that of its bytes."""

    class Kind(models.TextChoices):
        MADE = "made", _("本公司导出")
        TAKEN = "taken", _("外来")

    kind = models.CharField(_("来源"), max_length=6, choices=Kind.choices, db_index=True)
    industry = models.CharField(_("行业"), max_length=20, choices=list(INDUSTRY_WORDS.items()))
    period = models.CharField(_("期间"), max_length=10)
    issuer = models.CharField(_("出具方"), max_length=120)
    epsilon = models.FloatField("ε")
    content = models.TextField(_("内容"))
    sha256 = models.CharField(_("校验值"), max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("经手人"), on_delete=models.PROTECT,
                           related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("基准文件")
        verbose_name_plural = _("基准文件")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.issuer} {self.period}"
