"""Forms of the staffing sandbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core import workspace
from bihuan.core.models import Unit, User
from bihuan.core.rights import scope_of
from bihuan.engine.staffing.reading import known_days
from bihuan.loop.evaluate.indicators.queries.engine import today
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.serve.customers.queries.words import channels

from .models import PLAN, WEEKDAYS, Plan

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is tried, on which contacts."""

    people = forms.IntegerField(label=_("增减人数"), min_value=-500, max_value=500, initial=0,
                                help_text=_("正数为增加，负数为减少，按同时在岗人数计。"))
    first = forms.IntegerField(label=_("从几点"), min_value=0, max_value=23, initial=18)
    last = forms.IntegerField(label=_("到几点"), min_value=1, max_value=24, initial=21)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期"), coerce=int, choices=list(enumerate(WEEKDAYS, start=1)), widget=forms.CheckboxSelectMultiple)
    handling = forms.FloatField(label=_("处理时长变为原来的（%）"), min_value=10, max_value=300, initial=100)
    taken = forms.FloatField(label=_("由机器人或自助分流（%）"), min_value=0, max_value=99, initial=0)
    price = forms.DecimalField(label=_("每人每小时成本（元）"), min_value=0, max_digits=10, decimal_places=2,
                               required=False, help_text=_("留空则不计算成本。"))
    target_s = forms.IntegerField(label=_("接起目标（秒）"), min_value=1, max_value=3600, initial=20)

    class Meta:
        model = Plan
        fields = ["name", "unit_code", "channel", "start", "end", "target_s", "people", "first", "last", "weekdays",
                  "handling", "taken", "price"]
        widgets = {"start": DAY, "end": DAY}

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        scope = scope_of(user, PLAN)
        units = Unit.objects.filter(is_current=True)
        units = units if scope.units is None else units.filter(code__in=scope.units)
        whole = [("", _("全组织"))] if scope.units is None and scope.agents is None else []
        self.fields["unit_code"] = forms.ChoiceField(
            label=_("单位"), required=not whole, choices=[*whole, *((one.code, one.name) for one in units)])
        self.fields["channel"] = forms.ChoiceField(label=_("渠道"), choices=list(channels().items()))
        self.order_fields(self.Meta.fields)
        spans = _("；").join(f"{channels().get(name, name)} {first:%Y-%m-%d} – {last:%Y-%m-%d}"
                         for name, (first, last) in known_days(workspace.home()).items())
        self.fields["end"].help_text = _("有排队记录的日期：%(spans)s") % {"spans": spans or "—"}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in ("handling", "taken"):
            if name in told:
                told[name] /= 100
        return told

    @staticmethod
    def proposed() -> dict[str, Any]:
        """The last four whole weeks of the channel with the latest queue, every day of the week."""
        days = known_days(workspace.home())
        channel = "phone" if "phone" in days or not days else max(days, key=lambda one: days[one][1])
        last = days[channel][1] if days else today()
        end = last - timedelta(days=last.isoweekday() % 7)
        return {"start": end - timedelta(days=27), "end": end, "weekdays": [1, 2, 3, 4, 5, 6, 7], "channel": channel}


class CompareForm(forms.Form):
    """Since when the plan has been in force."""

    in_force = forms.DateField(label=_("实施日期"), widget=DAY)


class ErlangForm(forms.Form):
    """A queue in its steady state."""

    contacts = forms.FloatField(label=_("联系量"), min_value=0, max_value=1_000_000)
    minutes = forms.FloatField(label=_("每多少分钟"), min_value=1, max_value=1440)
    handle_s = forms.FloatField(label=_("平均处理时长（秒）"), min_value=1, max_value=36_000)
    target_s = forms.FloatField(label=_("接起目标（秒）"), min_value=0, max_value=3600)
    level = forms.FloatField(label=_("目标服务水平（%）"), min_value=1, max_value=99.9)
    occupancy = forms.FloatField(label=_("占用率上限（%）"), min_value=10, max_value=100)
    shrinkage = forms.FloatField(label=_("损耗率（%）"), min_value=0, max_value=90,
                                 help_text=_("付薪时间中不在岗的比例：休息、培训、请假。"))
    patience_s = forms.FloatField(label=_("平均耐心（秒）"), min_value=1, max_value=36_000,
                                  help_text=_("客户平均等多久会放弃。"))

    SHIPPED = {"contacts": 100, "minutes": 30, "handle_s": 180, "target_s": 20, "level": 80, "occupancy": 85,
               "shrinkage": 30, "patience_s": 120}

    @classmethod
    def of(cls, query: Any) -> ErlangForm:
        """Return the form for an address: what it does not say is as shipped."""
        return cls({**cls.SHIPPED, **{name: query[name] for name in cls.SHIPPED if name in query}})


class MeasureForm(forms.Form):
    """Which measure puts the plan into force."""

    measure = forms.ModelChoiceField(label=_("对应的改进措施"), queryset=Measure.objects.none(), required=False,
                                     help_text=_("措施复评时，按新做法的第一天把预测与实际对照。"))

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["measure"].queryset = Measure.objects.for_user(user).exclude(  # type: ignore[attr-defined]
            state=Measure.State.WITHDRAWN)
