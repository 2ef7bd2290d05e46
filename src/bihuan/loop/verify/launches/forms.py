"""The forms of launches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_to_name
from bihuan.core.queries import unit_tree
from bihuan.core.rights import scope_of
from bihuan.loop.plan.goals.queries.scopes import value_labels

from .contracts import KINDS, LEAST_WEEKS, MOST_WEEKS, PARTIES
from .queries import titles
from .rights import REGISTER
from .services import Told

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LaunchForm(forms.Form):
    """A launch, and how its effect will be judged: both are frozen together."""

    kind = forms.ChoiceField(label=_("类型"), choices=list(KINDS.items()))
    title = forms.CharField(label=_("标题"), max_length=200)
    what = forms.CharField(label=_("改了什么"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
                           help_text=_("原来怎样，现在怎样"))
    launched_on = forms.DateField(label=_("上线日期"), widget=DAY)
    unit_code = forms.ChoiceField(label=_("影响范围（单位）"), required=False)
    channel = forms.ChoiceField(label=_("影响范围（渠道）"), required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("负责人"))
    indicator = forms.ChoiceField(label=_("主要指标"), help_text=_("上线前后用它来判定，登记之后不能换"))
    worthwhile = forms.FloatField(label=_("值得做的最小变化"), required=False, min_value=0,
                                  help_text=_("率按小数填，0.05 即 5 个百分点；时长按秒；不填用指标口径的默认值"))
    guards = forms.MultipleChoiceField(label=_("不能变差的指标"), required=False, widget=forms.CheckboxSelectMultiple)
    against = forms.ChoiceField(label=_("对照单位"), required=False,
                                help_text=_("没有上线的同类单位；有对照，结论更可靠"))
    weeks = forms.IntegerField(label=_("观察几周"), min_value=LEAST_WEEKS, max_value=MOST_WEEKS, initial=LEAST_WEEKS)

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        reach = scope_of(user, REGISTER)
        units = [(one.unit.code, "　" * one.depth + one.unit.name) for one in unit_tree()
                 if reach.units is None or one.unit.code in reach.units]
        choose: Any = self.fields
        choose["unit_code"].choices = ([("", _("整个工作区"))] if reach.units is None else []) + units
        choose["against"].choices = [("", _("没有对照")), *units]
        choose["channel"].choices = [("", _("全部渠道")), *value_labels()["channel"].items()]
        choose["owner"].queryset = people_to_name(user, "verify.view_launches")
        named = list(titles().items())
        choose["indicator"].choices = choose["guards"].choices = named

    def told(self) -> Told:
        """Return what a valid form registers."""
        kept = {name: self.cleaned_data[name] for name in (
            "kind", "title", "what", "launched_on", "unit_code", "channel", "indicator", "against", "weeks")}
        return Told(**kept, guards=tuple(self.cleaned_data["guards"]),
                    worthwhile=self.cleaned_data["worthwhile"] or 0.0)


class AcceptanceForm(forms.Form):
    party = forms.ChoiceField(label=_("谁验收"), choices=list(PARTIES.items()))
    who = forms.CharField(label=_("客户编号或部门"), max_length=120, help_text=_("客户只写编号，不写姓名与电话"))
    accepted = forms.ChoiceField(label=_("结果"), choices=[("yes", _("通过")), ("no", _("不通过"))],
                                 widget=forms.RadioSelect)
    note = forms.CharField(label=_("意见"), max_length=500, required=False)
    said_on = forms.DateField(label=_("验收日期"), widget=DAY)
