"""Forms of a survey and its waves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import Unit, User
from bihuan.core.rights import scope_of
from bihuan.engine.survey.lint import purpose_gaps

from ..contracts import Every, Kind, Mode
from ..models import Survey, Version
from ..rights import WRITE

GAPS = {"metric": _("测量什么（如满意度、推荐意愿）"), "object": _("针对谁或什么（如宽带新装客户、售后热线）"),
        "period": _("哪个期间（如2026年第一季度）")}


class SurveyForm(forms.ModelForm):
    """What ISO 10004 wants a survey to say, and when a response counts."""

    fastest_s = forms.IntegerField(label=_("最短答题秒数"), required=False, min_value=0, max_value=3600,
                                   help_text=_("快于此的答卷不计入；不填即不检查。"))
    straight_items = forms.IntegerField(label=_("直线作答题数"), required=False, min_value=3, max_value=100,
                                        help_text=_("至少这么多道评分题全选同一分时不计入。"))
    answered_share = forms.FloatField(label=_("最低作答比例"), required=False, min_value=0, max_value=1,
                                      help_text=_("0 到 1，例如 0.5。"))
    minimum_n = forms.IntegerField(label=_("最小公布人数"), required=False, min_value=2, max_value=100,
                                   help_text=_("少于此人数的分组不显示任何结果。"))
    one_per_device = forms.BooleanField(label=_("每台设备只计一份"), required=False)
    one_per_customer = forms.BooleanField(label=_("每位客户只计一份"), required=False)

    class Meta:
        model = Survey
        fields = ["title", "kind", "about", "purpose", "scope_text", "unit_code", "responsible", "every", "every_days",
                  "frequency", "method", "resources", "mode"]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("purpose", "scope_text", "resources")}
        help_texts = {
            "purpose": _("写明测量什么、针对谁、哪个期间。"),
            "scope_text": _("客户类型和数量，例如：VIP 客户 200 户、新客户 500 户。"),
            "every": _("只对常规反馈收集：到期前两周自动起草下一期，并通知负责人。"),
            "every_days": _("选“自定间隔”时填写，7 到 1100 天。"),
            "frequency": _("例如：避开春节、与对账同期。"), "method": _("例如：短信链接、电话访问。"),
            "about": _("专项诊断针对的事件、问题或链接。"),
            "mode": _("匿名：不保存身份、IP、设备和链接，因此没有按人催答、去重和漏斗。做不到的请选保密。"),
        }

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        rules = self.instance.rules or {}
        for name, usual in (("fastest_s", None), ("straight_items", 8), ("answered_share", 0.5), ("minimum_n", 5),
                            ("one_per_device", True), ("one_per_customer", True)):
            self.fields[name].initial = rules.get(name, usual)
        scope = scope_of(user, WRITE)
        units = Unit.objects.filter(is_current=True)
        units = units if scope.units is None else units.filter(code__in=scope.units)
        whole = [("", _("全组织"))] if scope.units is None and scope.agents is None else []
        self.fields["unit_code"] = forms.ChoiceField(
            label=_("所属单位"), required=not whole, choices=[*whole, *((one.code, one.name) for one in units)])
        self.fields["responsible"].queryset = User.objects.filter(is_active=True).order_by("display_name")
        self.fields["kind"].choices = Kind.choices
        self.fields["every"].choices = [("", _("不定期")), *Every.choices]
        self.fields["every_days"].validators += [MinValueValidator(7), MaxValueValidator(1100)]
        self.fields["mode"].choices = Mode.choices

    @property
    def rules(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in (
            "fastest_s", "straight_items", "answered_share", "minimum_n", "one_per_device", "one_per_customer")}

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def gaps_of(purpose: str) -> list[Any]:
    """Return in words what a purpose does not name."""
    return [GAPS[gap] for gap in purpose_gaps(purpose)]


class WaveForm(forms.Form):
    """When a wave is asked and in which wording."""

    name = forms.CharField(label=_("名称"), required=False, max_length=80)
    version = forms.ModelChoiceField(label=_("问卷版本"), queryset=Version.objects.none(), empty_label=None)
    opens_at = forms.DateTimeField(label=_("开放时间"), required=False, widget=forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}), help_text=_("到时自动开放；不填则手动开放。"))
    closes_at = forms.DateTimeField(label=_("截止时间"), required=False, widget=forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("到时自动截止，之后的答卷另存，不计入。"))

    def __init__(self, *args: Any, survey: Survey, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["version"]
        field.queryset = survey.versions.order_by("-number")
        field.label_from_instance = lambda one: f"v{one.number} · {one.get_state_display()}"
