"""Examples: what a closed loop taught. Its effect is never written here: pages read it from the verdict."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class Example(models.Model):
    """One 案例 of one verdict. ``published`` is the number of the version that everybody reads, None for none."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤下")

    verdict = models.OneToOneField("verdicts.Verdict", verbose_name=_("效果结论"), on_delete=models.PROTECT,
                                   related_name="+")
    measure = models.ForeignKey("measures.Measure", verbose_name=_("措施"), on_delete=models.PROTECT, related_name="+")
    unit_code = models.CharField(_("责任部门"), max_length=120)
    word = models.CharField(_("结论"), max_length=20)
    indicator = models.CharField(_("指标"), max_length=120)
    family = models.CharField(_("原因大类"), max_length=12, blank=True)
    step = models.CharField(_("环节"), max_length=120, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    published = models.PositiveIntegerField(_("发布的版本"), null=True, blank=True)
    title = models.CharField(_("标题"), max_length=200)
    folded = models.TextField(blank=True)
    withdrawn_for = models.CharField(_("撤下原因"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("起草时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("案例")
        verbose_name_plural = _("案例")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"E-{self.pk:04d}"


class ExampleVersion(models.Model):
    """The words of an example as they stood after one save; ``by`` None for what was drafted from the records."""

    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    title = models.CharField(_("标题"), max_length=200)
    problem = models.TextField(_("问题"))
    cause = models.TextField(_("原因"), blank=True)
    measure = models.TextField(_("做法"))
    limits = models.TextField(_("适用范围与局限"))
    lesson = models.TextField(_("经验"), blank=True)
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    by = models.ForeignKey(PERSON, verbose_name=_("修改人"), on_delete=models.PROTECT, null=True, blank=True,
                           related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    published_by = models.ForeignKey(PERSON, verbose_name=_("发布人"), on_delete=models.PROTECT, null=True, blank=True,
                                     related_name="+")
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("案例版本")
        verbose_name_plural = _("案例版本")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["example", "number"], name="one_example_version_each")]

    def __str__(self) -> str:
        return f"{self.example_id} v{self.number}"
