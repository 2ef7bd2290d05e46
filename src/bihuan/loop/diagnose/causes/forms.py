"""The forms of causes and diagrams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .contracts import FAMILIES
from .queries import taxonomy
from .services.diagrams import Content


def cause_choices() -> list[tuple[str, Any]]:
    """Return the taxonomy as a list to choose from, by family."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in taxonomy():
        groups.setdefault(one.family, []).append((str(one.pk), one.label))
    return [("", _("未分类")), *((FAMILIES[family], rows) for family, rows in groups.items())]


class NodeForm(forms.Form):
    """A box: what, by what evidence, which entry of the taxonomy; ``was_*`` is what the person saw."""

    text = forms.CharField(label=_("原因"), max_length=200)
    evidence = forms.CharField(label=_("依据"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    cause = forms.TypedChoiceField(label=_("原因分类"), required=False, coerce=int, empty_value=None)
    was_text = forms.CharField(required=False, widget=forms.HiddenInput)
    was_evidence = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    was_cause = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: list[tuple[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = choices if choices is not None else cause_choices()  # type: ignore[attr-defined]

    def now(self) -> Content:
        evidence = self.cleaned_data["evidence"].replace("\r\n", "\n")
        return Content(self.cleaned_data["text"], evidence, self.cleaned_data["cause"])

    def was(self) -> Content:
        return Content(self.cleaned_data["was_text"], self.cleaned_data["was_evidence"].replace("\r\n", "\n"),
                       self.cleaned_data["was_cause"])


class ProofForm(forms.Form):
    """What stands behind a box: named, or a file."""

    told = forms.CharField(label=_("问题编号、工单号或本系统网址"), required=False, max_length=1000,
                           help_text=_("如 F-0012；或从指标明细、流程明细、工单页复制网址。"))
    file = forms.FileField(label=_("或文件"), required=False, max_length=200)
    note = forms.CharField(label=_("说明什么"), required=False, max_length=300)


class StatedForm(forms.Form):
    """A cause stated without a diagram."""

    text = forms.CharField(label=_("原因"), max_length=300)
    evidence = forms.CharField(label=_("依据"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    cause = forms.TypedChoiceField(label=_("原因分类"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = cause_choices()  # type: ignore[attr-defined]


class CauseForm(forms.Form):
    """An entry of the taxonomy."""

    code = forms.CharField(label=_("代码"), max_length=60, help_text=_("小写字母、数字和下划线；保存后不能更改。"))
    name = forms.CharField(label=_("名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=80, required=False)
    family = forms.ChoiceField(label=_("大类"), choices=list(FAMILIES.items()))
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)
