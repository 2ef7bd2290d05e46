"""The forms of vendors: contracts with their rule table, months, appeals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.models import Unit, User
from bihuan.core.notifications.queries.people import people_to_name
from bihuan.core.rights import scope_of

from ..contracts import MOST_CONFIRM_DAYS, Terms
from ..models import MANAGE
from .rules import RuleTable, reshaped, typed, written

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TermsForm(forms.Form):
    """A form with the rule table below its fields.

    A press on one of the table's own buttons (``is_reshaped``) checks nothing: what was typed is shown again with a row
    more or less.
    """

    def __init__(self, data: Mapping[str, Any] | None = None, *, terms: Terms | None = None, **more: Any) -> None:
        rows = reshaped(data) if data is not None else None
        self.is_reshaped = rows is not None
        if rows is not None and data is not None:
            more["initial"] = {name: data.get(name) for name in self.base_fields}
        super().__init__(None if self.is_reshaped else data, **more)
        if rows is None:
            rows = typed(data) if data is not None else written(terms or Terms((), ()))
        self.rules = RuleTable(rows, checked=self.is_bound)

    def clean(self) -> None:
        if not self.rules.is_valid():
            self.add_error(None, _("规则表里有几格要改，见下面标出的地方；其他内容都还在。"))

    def terms(self) -> Terms:
        return self.rules.terms()


class ContractForm(TermsForm):
    title = forms.CharField(label=gettext_lazy("合同"), max_length=200)
    unit_code = forms.ChoiceField(label=gettext_lazy("外包商"))
    starts_on = forms.DateField(label=gettext_lazy("开始"), widget=DAY)
    ends_on = forms.DateField(label=gettext_lazy("结束"), widget=DAY, required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("负责人"))
    confirm_days = forms.IntegerField(
        label=gettext_lazy("确认期限（天）"), min_value=1, max_value=MOST_CONFIRM_DAYS, required=False,
        help_text=gettext_lazy("发出后这么多个自然日内不答复，视为确认；合同没有约定则留空。"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, user: User, **more: Any) -> None:
        super().__init__(data, **more)
        units = Unit.objects.filter(kind=Unit.Kind.VENDOR, is_current=True).order_by("name")
        reach = scope_of(user, MANAGE)
        choose: Any = self.fields
        choose["unit_code"].choices = [(one.code, one.name) for one in units
                                       if reach.units is None or one.code in reach.units]
        choose["owner"].queryset = people_to_name(user, "evaluate.view_vendors")


class ChangeForm(TermsForm):
    valid_from = forms.DateField(label=gettext_lazy("从哪个月起"), widget=DAY, help_text=gettext_lazy("填该月任意一天"))
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=300)


class DeadlineForm(forms.Form):
    confirm_days = forms.IntegerField(
        label=gettext_lazy("确认期限（天）"), min_value=1, max_value=MOST_CONFIRM_DAYS, required=False,
        help_text=gettext_lazy("发出后这么多个自然日内不答复，视为确认；合同没有约定则留空。已发出的考核单不变。"))


class MonthForm(forms.Form):
    month = forms.DateField(label=gettext_lazy("月份"), widget=DAY, help_text=gettext_lazy("填该月任意一天"))


class AppealForm(forms.Form):
    appeal = forms.CharField(label=gettext_lazy("申诉理由"), widget=forms.Textarea(attrs={"rows": 3}),
                             help_text=gettext_lazy("写明哪一项、为什么不对、有什么依据"))


class SettleForm(forms.Form):
    reply = forms.CharField(label=gettext_lazy("处理意见"), widget=forms.Textarea(attrs={"rows": 3}))
    coefficient = forms.FloatField(label=gettext_lazy("改为系数"), required=False,
                                   help_text=gettext_lazy("不改则留空；计算出的系数始终保留在旁"))
