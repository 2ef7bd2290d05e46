"""The forms of vendors. A rule table is written line by line, as people copy it out of a contract."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.models import Unit, User
from bihuan.core.rights import scope_of

from .contracts import Item, Terms
from .models import MANAGE

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TermsForm(forms.Form):
    """The rule table: an indicator a line, a coefficient a line."""

    items = forms.CharField(
        label=gettext_lazy("考核指标"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("每行：指标 权重 门槛:得分 …，从好到差。率按小数，时长按秒。"
                               "如 fcr 40 0.85:100 0.8:80 0.7:60"))
    coefficients = forms.CharField(
        label=gettext_lazy("结算系数"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("每行：最低得分 系数，从高到低，最后一行从 0 起。如 95 1.05"))

    def clean_items(self) -> tuple[Item, ...]:
        found = []
        for line in _lines(self.cleaned_data["items"]):
            try:
                name, weight, *steps = line
                pairs = tuple((_number(limit), _number(points)) for limit, points in (one.split(":") for one in steps))
                found.append(Item(name, _number(weight), pairs))
            except ValueError:
                raise forms.ValidationError(_("这一行读不懂：{line}").format(line=" ".join(line))) from None
        return tuple(found)

    def clean_coefficients(self) -> tuple[tuple[float, float], ...]:
        found = []
        for line in _lines(self.cleaned_data["coefficients"]):
            try:
                least, coefficient = line
                found.append((_number(least), _number(coefficient)))
            except ValueError:
                raise forms.ValidationError(_("这一行读不懂：{line}").format(line=" ".join(line))) from None
        return tuple(found)

    def terms(self) -> Terms:
        return Terms(self.cleaned_data["items"], self.cleaned_data["coefficients"])


def _number(text: str) -> float:
    """Return a number; ValueError for none, and for "nan" and "inf", which every check of bounds lets through."""
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(text)
    return found


def _lines(text: str) -> list[list[str]]:
    return [line.replace("：", ":").split() for line in text.splitlines() if line.strip()]


class ContractForm(TermsForm):
    title = forms.CharField(label=gettext_lazy("合同"), max_length=200)
    unit_code = forms.ChoiceField(label=gettext_lazy("外包商"))
    starts_on = forms.DateField(label=gettext_lazy("开始"), widget=DAY)
    ends_on = forms.DateField(label=gettext_lazy("结束"), widget=DAY, required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("负责人"))
    field_order = ("title", "unit_code", "starts_on", "ends_on", "owner", "items", "coefficients")

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        units = Unit.objects.filter(kind=Unit.Kind.VENDOR, is_current=True).order_by("name")
        reach = scope_of(user, MANAGE)
        choose: Any = self.fields
        choose["unit_code"].choices = [(one.code, one.name) for one in units
                                       if reach.units is None or one.code in reach.units]
        choose["owner"].queryset = User.objects.filter(is_active=True).order_by("display_name", "username")


class ChangeForm(TermsForm):
    valid_from = forms.DateField(label=gettext_lazy("从哪个月起"), widget=DAY, help_text=gettext_lazy("填该月任意一天"))
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=300)
    field_order = ("valid_from", "items", "coefficients", "note")


class MonthForm(forms.Form):
    month = forms.DateField(label=gettext_lazy("月份"), widget=DAY, help_text=gettext_lazy("填该月任意一天"))


class AppealForm(forms.Form):
    appeal = forms.CharField(label=gettext_lazy("申诉理由"), widget=forms.Textarea(attrs={"rows": 3}),
                             help_text=gettext_lazy("写明哪一项、为什么不对、有什么依据"))


class SettleForm(forms.Form):
    reply = forms.CharField(label=gettext_lazy("处理意见"), widget=forms.Textarea(attrs={"rows": 3}))
    coefficient = forms.FloatField(label=gettext_lazy("改为系数"), required=False,
                                   help_text=gettext_lazy("不改则留空；计算出的系数始终保留在旁"))
