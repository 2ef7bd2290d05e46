"""A draw's plan, changes by hand, tasks and the rule of asking, as a person types them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.engine.survey.sampling.contracts import METHODS

from ..contracts import How
from ..models import Frame, Task
from ..queries.plans import Plan
from ..queries.words import attribute_labels, method_labels

FIXED, SPREAD = "fixed:", "spread:"
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.Form):
    """How a frame is divided and how many are drawn; a stratum's own number or deviation stands in the table."""

    by = forms.MultipleChoiceField(label=_("按什么分层"), required=False, widget=forms.CheckboxSelectMultiple)
    key_apart = forms.BooleanField(label=_("重点客户单列一层，全部询问"), required=False, initial=True)
    silent_apart = forms.BooleanField(label=_("沉默客户（有服务、无反馈）单列一层"), required=False)
    method = forms.ChoiceField(label=_("分配方法"), required=False)
    total = forms.IntegerField(label=_("样本量（含重点客户）"), min_value=1, max_value=10_000_000, initial=200)
    minimum = forms.IntegerField(label=_("每层至少"), required=False, min_value=0, max_value=100_000, initial=0)
    rate = forms.FloatField(label=_("预计回收率（%）"), required=False, min_value=0.1, max_value=100,
                            help_text=_("填写后显示预计的有效答卷数与误差。"))

    def __init__(self, data: Any, *, frame: Frame) -> None:
        super().__init__(data)
        labels = attribute_labels()
        self.fields["by"].choices = [  # type: ignore[attr-defined]
            (name, label) for name, label in labels.items() if len(frame.counts.get(name, {})) > 1]
        self.fields["method"].choices = list(method_labels().items())  # type: ignore[attr-defined]

    def clean_method(self) -> str:
        return self.cleaned_data["method"] or METHODS[0]

    def plan(self, spreads: dict[str, float] | None = None) -> Plan:
        """Return the plan of a valid form; measured ``spreads`` hold where no deviation was typed."""
        told = self.cleaned_data
        rate = told["rate"]
        return Plan(tuple(told["by"]), told["key_apart"], told["silent_apart"], told["method"], told["total"],
                    told["minimum"] or 0, {**(spreads or {}), **self._numbers(SPREAD)},
                    {name: int(value) for name, value in self._numbers(FIXED).items()}, rate / 100 if rate else None)

    def undrawn(self, *, table: bool) -> list[tuple[str, str]]:
        """What was typed into the table and has no field now: all without a table, else deviations not asked for."""
        drawn = (FIXED, SPREAD) if self.cleaned_data.get("method") == "neyman" else (FIXED,)
        hidden = tuple(one for one in (FIXED, SPREAD) if not table or one not in drawn)
        return [(key, str(text)) for key, text in self.data.items() if key.startswith(hidden) and str(text).strip()]

    def _numbers(self, begin: str) -> dict[str, float]:
        """What was typed into the table, by stratum; empty fields and what is no number hold nobody."""
        found: dict[str, float] = {}
        for key, text in self.data.items():
            if key.startswith(begin) and str(text).strip():
                try:
                    value = float(text)
                except ValueError:
                    continue
                if math.isfinite(value) and value >= 0:
                    found[key.removeprefix(begin)] = value
        return found


class DrawForm(forms.Form):
    """What a draw needs beside its plan."""

    seed = forms.CharField(label=_("随机种子"), required=False, max_length=64,
                           help_text=_("留空由系统生成。同一抽样框、同一种子，抽到的人相同。"))
    reason = forms.CharField(label=_("替换原因"), required=False, max_length=300,
                             help_text=_("这一期已有样本时必填，会出现在报告里。"))


class ChangeForm(forms.Form):
    """One customer and why."""

    customer = forms.CharField(label=_("客户编号"), max_length=120)
    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
                             help_text=_("会出现在报告里。"))


class SearchForm(forms.Form):
    """What of a sample's list is shown; a wrong value shows everything."""

    q = forms.CharField(label=_("客户编号"), required=False, max_length=120)
    stratum = forms.ChoiceField(label=_("层"), required=False)
    how = forms.ChoiceField(label=_("入样方式"), required=False, choices=[
        ("", _("全部")), *How.choices, ("removed", _("已移出"))])

    def __init__(self, data: Any, *, strata: list[tuple[str, str]]) -> None:
        super().__init__(data)
        # The whole frame as one stratum has no name; its line of the picker needs one.
        self.fields["stratum"].choices = [("", _("全部")), *((f"s{name}", label) for name, label in strata)]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        told, stratum = self.cleaned_data, self.cleaned_data.get("stratum", "")
        return {"stratum": stratum[1:] if stratum else None, "how": told.get("how", ""), "text": told.get("q", "")}


class AssignForm(forms.Form):
    """Who reaches the ticked customers, and by when."""

    kind = forms.ChoiceField(choices=Task.Kind.choices, widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("负责人"))
    due = forms.DateField(label=_("完成期限"), widget=DAY)
    customers = forms.MultipleChoiceField(label=_("客户"), widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, owners: Any, picked: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["customers"].choices = [(one, one) for one in picked]  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """What came of a task."""

    state = forms.ChoiceField(label=_("结果"), choices=Task.State.choices[1:], widget=forms.RadioSelect)
    note = forms.CharField(label=_("结果说明"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RuleForm(forms.Form):
    """How often a customer may be asked."""

    quiet_days = forms.IntegerField(label=_("静默期（天）"), min_value=1, max_value=730,
                                    help_text=_("两次询问之间至少相隔的天数，不论是哪项调查。"))
    most_a_year = forms.IntegerField(label=_("一年内最多询问次数"), min_value=1, max_value=50)
    note = forms.CharField(label=_("修改说明"), required=False, max_length=300)


class PlannerForm(forms.Form):
    """What a survey has to be able to tell."""

    goal = forms.ChoiceField(label=_("目标"), widget=forms.RadioSelect, choices=[
        ("margin", _("误差不超过某个范围")), ("difference", _("看出两期或两组的差别"))])
    margin = forms.FloatField(label=_("误差 ±（百分点）"), min_value=0.5, max_value=49)
    share = forms.FloatField(label=_("预计的满意率（%）"), min_value=1, max_value=99,
                             help_text=_("不知道时填 50，最保守。"))
    before = forms.FloatField(label=_("现在（%）"), min_value=0, max_value=100)
    after = forms.FloatField(label=_("要看出的（%）"), min_value=0, max_value=100)
    power = forms.FloatField(label=_("把握（%）"), min_value=50, max_value=99,
                             help_text=_("差别确实存在时，看得出来的概率。"))
    population = forms.IntegerField(label=_("客户总数"), required=False, min_value=1, max_value=1_000_000_000,
                                    help_text=_("留空按很大计算；填写后按有限总体修正。"))
    effect = forms.FloatField(label=_("设计效应"), min_value=1, max_value=20,
                              help_text=_("不等概率或整群时大于 1；简单随机为 1。"))
    rate = forms.FloatField(label=_("预计回收率（%）"), min_value=0.1, max_value=100)
    valid = forms.FloatField(label=_("预计有效比例（%）"), min_value=1, max_value=100)

    SHIPPED = {"goal": "margin", "margin": 5, "share": 50, "before": 80, "after": 85, "power": 80, "population": "",
               "effect": 1, "rate": 20, "valid": 90}

    @classmethod
    def of(cls, query: Any) -> PlannerForm:
        """Return the form for an address: what it does not say is as shipped."""
        return cls({**cls.SHIPPED, **{name: query.get(name) for name in cls.SHIPPED if name in query}})

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("goal") == "difference" and told.get("before") == told.get("after"):
            self.add_error("after", _("两个数相同，没有差别可看。"))
        return told


def next_week() -> date:
    """Return the day that a task is proposed to be done by."""
    return timezone.localdate() + timedelta(days=7)
