"""The period of the pages, and what technical support is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bihuan.loop.evaluate.indicators.contracts import BoardState
from bihuan.loop.evaluate.indicators.queries.words import period_labels

from .contracts import Remit
from .queries.choices import kind_choices, problem_choices, unit_choices
from .queries.words import level_labels

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """The period of the pages, in their address: the last quarter where it names none."""

    period = forms.ChoiceField(label=_("周期"), required=False)
    start = forms.DateField(label=_("开始"), required=False, widget=DAY)
    end = forms.DateField(label=_("结束"), required=False, widget=DAY)

    def __init__(self, params: QueryDict) -> None:
        named = {"period": params.get("period") or "last_quarter", "start": params.get("from", ""),
                 "end": params.get("to", "")}
        super().__init__(named)
        self.fields["period"].choices = list(period_labels().items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("period") == "custom" and not (told.get("start") or told.get("end")):
            raise forms.ValidationError(_("自定义周期需要开始日期或结束日期。"))
        if told.get("start") and told.get("end") and told["start"] > told["end"]:
            raise forms.ValidationError(_("开始日期晚于结束日期：请对调后再试。"))
        return told

    def state(self) -> BoardState:
        told = self.cleaned_data
        custom = told["period"] == "custom"
        return BoardState(preset=told["period"], start=told["start"] if custom else None,
                          end=told["end"] if custom else None)


class RemitForm(forms.Form):
    """Teams, kinds of cases, problem types left out, and what counts as mastering."""

    units = forms.MultipleChoiceField(label=_("技术支持团队"), widget=forms.CheckboxSelectMultiple,
                                      help_text=_("选中上级单位即包含其下所有团队。"))
    kinds = forms.MultipleChoiceField(label=_("服务类型"), required=False, widget=forms.CheckboxSelectMultiple,
                                      help_text=_("只统计这些类型的工单；不选为除回访外的全部。"))
    left_out = forms.MultipleChoiceField(
        label=_("不属于技术支持的问题类型"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("不计入覆盖，如发票、物流。"))
    least_level = forms.TypedChoiceField(label=_("从哪一级起算胜任"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("units", unit_choices()), ("kinds", kind_choices()), ("left_out", problem_choices()),
                              ("least_level", list(level_labels().items()))):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def initial_of(remit: Remit) -> dict[str, Any]:
    """Return the form's values for a remit."""
    return {"units": list(remit.units), "kinds": list(remit.kinds), "left_out": list(remit.left_out),
            "least_level": remit.least_level}
