"""What people type on the pages of customers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .contracts import CORRECTABLE, TYPE_LABELS, Types
from .models import Note
from .queries.people import Wanted
from .queries.words import attributes

REASON = {"widget": forms.Textarea(attrs={"rows": 2}), "max_length": 300}
ORDER_LABELS = (("last", _("最近联系")), ("cases", _("工单最多")), ("complaints", _("投诉最多")),
                ("csat", _("满意度最低")), ("number", _("客户编号")))


class SearchForm(forms.Form):
    """What the list shows; a wrong value shows everything."""

    q = forms.CharField(label=_("查找"), required=False, max_length=120)
    type = forms.ChoiceField(label=_("客户类型"), required=False)
    tier = forms.ChoiceField(label=_("客户等级"), required=False)
    order = forms.ChoiceField(label=_("排序"), required=False, choices=ORDER_LABELS)

    def __init__(self, data: Any, *, tiers: list[str], names: bool) -> None:
        super().__init__(data)
        self.fields["type"].choices = [("", _("全部")), *TYPE_LABELS.items()]  # type: ignore[attr-defined]
        self.fields["tier"].choices = [("", _("全部")), *((one, one) for one in tiers)]  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs["placeholder"] = _("客户编号或名称") if names else _("客户编号")

    def wanted(self) -> Wanted:
        self.is_valid()
        told = self.cleaned_data
        return Wanted(told.get("q", "").strip(), told.get("type", ""), told.get("tier", ""),
                      told.get("order") or "last")


class MergeForm(forms.Form):
    """Which customer becomes part of this one."""

    number = forms.CharField(label=_("并入的客户编号"), max_length=120,
                             help_text=_("这个编号今后的工单也会记在当前客户名下。"))
    reason = forms.CharField(label=_("原因"), **REASON)


class SplitForm(forms.Form):
    """To whom the chosen cases go."""

    number = forms.CharField(label=_("归入的客户编号"), max_length=120, help_text=_("可以是已有客户，也可以是新编号。"))
    reason = forms.CharField(label=_("原因"), **REASON)


class ReasonForm(forms.Form):
    """An act that needs nothing but its reason."""

    reason = forms.CharField(label=_("原因"), **REASON)


class NoteForm(forms.Form):
    """One note."""

    kind = forms.ChoiceField(label=_("类别"), choices=Note.Kind.choices)
    text = forms.CharField(label=_("内容"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
                           help_text=_("仅内部可见。姓名、电话等个人信息保存前会被遮蔽。"))


class TypesForm(forms.Form):
    """Who is new, old or VIP."""

    new_days = forms.IntegerField(label=_("新客户：首次联系以来的天数"), min_value=1, max_value=3650)
    since = forms.ChoiceField(
        label=_("首次联系按"), widget=forms.RadioSelect,
        choices=(("contact", _("第一张工单")), ("record", _("第一张工单与建档日期中较早的"))))
    vip_tiers = forms.CharField(label=_("VIP 等级"), required=False, help_text=_("用逗号分开，例如：VIP，钻石"))
    vip_field = forms.CharField(label=_("VIP 金额字段"), required=False, max_length=80,
                                help_text=_("客户附加字段的名称，例如：annual_spend。不用金额判断时留空。"))
    vip_amount = forms.FloatField(label=_("VIP 金额下限"), required=False, min_value=0)
    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)

    @staticmethod
    def initial_of(types: Types) -> dict[str, Any]:
        return {"new_days": types.new_days, "since": types.since, "vip_tiers": "，".join(types.vip_tiers),
                "vip_field": types.vip_field, "vip_amount": types.vip_amount}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if bool(told.get("vip_field")) != (told.get("vip_amount") is not None):
            self.add_error("vip_amount", _("金额字段和金额下限要么都填，要么都不填。"))
        return told

    def types(self) -> Types:
        told = self.cleaned_data
        typed = [one.strip() for one in told["vip_tiers"].replace(",", "，").split("，")]
        tiers = tuple(dict.fromkeys(one for one in typed if one))
        return Types(told["new_days"], told["since"], tiers, told["vip_field"].strip(), told["vip_amount"])


class TiersForm(forms.Form):
    """Tiers from the highest down, one a line."""

    text = forms.CharField(
        label=_("分级规则"), required=False, widget=forms.Textarea(attrs={"rows": 6, "class": "font-monospace"}),
        help_text=_("每行一级，从高到低，先满足的为准：等级: 条件, 条件。可用 cases、complaints（加天数如 cases(365) "
                    "只数最近的）、days（首次联系以来天数）、csat、region、kind、attributes.字段名；“普通: *”是其余"
                    "客户。留空即停用。"))
    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)


class CorrectionForm(forms.Form):
    """The right value of one attribute of the customer file."""

    attribute = forms.ChoiceField(label=_("属性"))
    value = forms.CharField(label=_("更正为"), max_length=120)
    reason = forms.CharField(label=_("原因"), **REASON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attribute"].choices = [  # type: ignore[attr-defined]
            (name, attributes()[name]) for name in CORRECTABLE]


class MatchingForm(forms.Form):
    """Match rules as lines of text, and from how many merges a day a person's are shown in colour."""

    lines = forms.CharField(
        label=_("匹配规则"), required=False, widget=forms.Textarea(attrs={"rows": 6, "class": "font-monospace"}),
        help_text=_("每行一条，从上到下，先找到的为准：[来源:] 工单字段 = 客户字段 [(digits|lower)]。"
                    "digits 只比数字，lower 不分大小写。"))
    watch = forms.IntegerField(label=_("每人每天合并与拆分提醒线"), min_value=1, max_value=10000)
    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)
