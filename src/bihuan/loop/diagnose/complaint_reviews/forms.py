"""The forms of complaint reviews."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.languages import beside
from bihuan.loop.diagnose.causes.contracts import FAMILIES
from bihuan.loop.diagnose.causes.queries import taxonomy

from .models import PRIORITY_WORDS
from .services.writing import Words


class ReviewForm(forms.Form):
    """What is written of a complaint."""

    course = forms.CharField(label=_("经过"), required=False, widget=forms.Textarea(attrs={"rows": 8}),
                             help_text=_("已按工单的事件填好，请补充关键的转折；手机号等个人信息保存时会遮蔽。"))
    cause = forms.TypedChoiceField(label=_("原因分类"), required=False, coerce=int, empty_value=None)
    cause_text = forms.CharField(label=_("原因"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    handling = forms.CharField(label=_("处置"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    responsibility = forms.CharField(label=_("责任"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
                                     help_text=_("写部门与环节，不写个人过错。"))
    prevention = forms.CharField(label=_("预防措施"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in taxonomy():
            groups.setdefault(one.family, []).append((str(one.pk), one.label))
        self.fields["cause"].choices = [  # type: ignore[attr-defined]
            ("", _("未分类")), *((FAMILIES[family], rows) for family, rows in groups.items())]

    def words(self) -> Words:
        kept = self.cleaned_data
        return Words(**{name: kept[name] for name in (
            "course", "cause_text", "handling", "responsibility", "prevention", "cause")})


class CheckForm(forms.Form):
    reason = forms.CharField(label=_("退回的原因"), max_length=300, required=False)


class RuleForm(forms.Form):
    """Which closed complaints get a review."""

    active = forms.BooleanField(label=_("自动开立"), required=False)
    escalated = forms.BooleanField(label=_("升级过的投诉"), required=False)
    priorities = forms.MultipleChoiceField(label=_("重大：这些优先级"), required=False,
                                           widget=forms.CheckboxSelectMultiple)
    reopens = forms.IntegerField(label=_("重开至少几次"), required=False, min_value=1, max_value=20,
                                 help_text=_("不填就不看重开。"))
    days_back = forms.IntegerField(label=_("只看最近几天关闭的"), min_value=1, max_value=366)
    due_days = forms.IntegerField(label=_("几天内写完"), min_value=1, max_value=366)

    def __init__(self, *args: Any, priorities: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["priorities"].choices = [
            (one, beside(PRIORITY_WORDS[one.casefold()], one) if one.casefold() in PRIORITY_WORDS else one)
            for one in priorities]  # type: ignore[attr-defined]
