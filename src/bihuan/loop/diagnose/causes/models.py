"""Why: the shared taxonomy of causes, and the causes stated for findings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .contracts import FAMILIES, CauseInfo


class Cause(models.Model):
    """One entry of the taxonomy (原因分类) that every tool uses; entries are retired, never deleted."""

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    family = models.CharField(_("大类"), max_length=12, choices=list(FAMILIES.items()))
    active = models.BooleanField(_("在用"), default=True)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        verbose_name = _("原因分类")
        verbose_name_plural = _("原因分类")
        ordering = ["family", "position", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class FindingCause(models.Model):
    """A cause stated for a finding, with its evidence; a person confirms it once the evidence holds."""

    finding = models.ForeignKey("findings.Finding", on_delete=models.CASCADE, related_name="+")
    cause = models.ForeignKey(Cause, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("原因"), max_length=300)
    evidence = models.TextField(_("依据"), blank=True)
    round = models.PositiveIntegerField(_("轮次"), default=1)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("问题的原因")
        ordering = ["-confirmed_at", "pk"]

    def __str__(self) -> str:
        return self.text

    def info(self) -> CauseInfo:
        cause = self.cause
        return CauseInfo(
            self.pk, self.finding_id, cause.code if cause else "", cause.label if cause else "",
            cause.family if cause else "", self.text, self.evidence, self.confirmed_at is not None)


class CauseNode(models.Model):
    """One box of a cause diagram: a cause under a bone of the fishbone, or an answer in the chain of whys.

    ``version`` counts its changes: who saved on top of another one's change has theirs merged field by field.
    ``is_root``: here the asking ended, for ``stop_reason``.
    """

    class Tool(models.TextChoices):
        FISHBONE = "fishbone", _("鱼骨图")
        WHYS = "whys", _("5Why")

    finding = models.ForeignKey("findings.Finding", on_delete=models.CASCADE, related_name="+")
    tool = models.CharField(max_length=10, choices=Tool.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    family = models.CharField(_("大类"), max_length=12, choices=list(FAMILIES.items()), blank=True)
    text = models.CharField(_("原因"), max_length=200)
    evidence = models.TextField(_("依据"), blank=True)
    cause = models.ForeignKey(Cause, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_root = models.BooleanField(_("根因"), default=False)
    stop_reason = models.CharField(_("停止追问的理由"), max_length=20, blank=True)
    stated = models.ForeignKey(FindingCause, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    removed = models.BooleanField(default=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("原因图的节点")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class NodeProof(models.Model):
    """What stands behind a box: another finding, the rows of a number, a case, or a document with its hash.

    ``ref`` is the finding's pk, the address of the rows, or the case's id. ``stored`` is the document's file in the
    workspace, empty once a customer's request for deletion took it away.
    """

    class Kind(models.TextChoices):
        FINDING = "finding", _("问题")
        ROWS = "rows", _("指标明细")
        CASE = "case", _("工单")
        DOCUMENT = "document", _("文件")

    node = models.ForeignKey(CauseNode, on_delete=models.CASCADE, related_name="proofs")
    kind = models.CharField(_("种类"), max_length=10, choices=Kind.choices)
    ref = models.CharField(max_length=1000, blank=True)
    label = models.CharField(_("名称"), max_length=200)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    stored = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(_("大小"), default=0)
    sha256 = models.CharField(_("校验值"), max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("原因的依据")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"
