"""Forms of benchmarks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.engine.benchmarks.contracts import HIGHEST_EPSILON, LOWEST_EPSILON

from .contracts import INDUSTRY_WORDS
from .queries import left_of, offered, periods


class MakeForm(forms.Form):
    industry = forms.ChoiceField(label=_("行业"), choices=list(INDUSTRY_WORDS.items()))
    period = forms.ChoiceField(label=_("季度"))
    issuer = forms.CharField(label=_("出具方（对方看到的名称，可用代号）"), max_length=120)
    epsilon = forms.FloatField(
        label=_("隐私预算 ε（越小噪声越大）"), min_value=LOWEST_EPSILON, max_value=HIGHEST_EPSILON, initial=1.0,
        help_text=_("由导出的指标平分；一个季度的各份文件合计不超过 10，给出过的数字不再占用"))
    indicators = forms.MultipleChoiceField(label=_("指标"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (one, _("%(period)s（预算还剩 %(left)s）") % {"period": one, "left": f"{left_of(one):.4g}"})
            for one in periods()]
        self.fields["indicators"].choices = offered()  # type: ignore[attr-defined]


class TakeForm(forms.Form):
    file = forms.FileField(label=_("基准文件（JSON）"), max_length=200)
