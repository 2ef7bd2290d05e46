"""The period of the pages, and what technical support is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bihuan.loop.evaluate.indicators.contracts import BoardState
from bihuan.loop.evaluate.indicators.forms.board import read_state

from .contracts import Remit
from .queries.choices import kind_choices, problem_choices, unit_choices
from .queries.words import level_labels


def period_state(request: HttpRequest) -> tuple[BoardState, list[str]]:
    """Return the period an address asks for, the last quarter where it asks for none, and what is wrong with it."""
    params = request.GET.copy()
    params.setdefault("period", "last_quarter")
    return read_state(params)


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
