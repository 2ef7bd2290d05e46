"""One form a register; what may be written is checked here, what must exist beforehand in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User

from ..contracts import BODIES, PURPOSES
from ..models import Agreement, ComplianceAudit, Consent, ContactRefusal, DataSet, ImpactAssessment, Incident


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _text() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


class DataSetForm(forms.ModelForm):
    purposes = forms.MultipleChoiceField(
        label=_("用途"), choices=list(PURPOSES.items()), widget=forms.CheckboxSelectMultiple,
        help_text=_("用于其他目的时，系统会阻止并记录。"))

    bodies = forms.MultipleChoiceField(
        label=_("系统中的数据"), choices=list(BODIES.items()), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("勾选后，系统里用到这些数据的操作（调查、回访、交给机构、播放录音、导出）都按上面的用途把关。"))

    class Meta:
        model = DataSet
        fields = ["code", "name", "holds", "is_sensitive", "basis", "purposes", "bodies", "place", "kept_days",
                  "keeper", "is_active"]


class AgreementForm(forms.ModelForm):
    accounts = forms.ModelMultipleChoiceField(
        label=_("关联账号"), required=False, queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text=_("协议到期后，这些账号不能再查看或导出个人信息。"))

    class Meta:
        model = Agreement
        fields = ["party", "kind", "purpose", "method", "holds", "protection", "is_abroad", "may_pass_on",
                  "starts_on", "expires_on", "returned_on", "reference", "accounts"]
        widgets = {"protection": _text(), "starts_on": _day(), "expires_on": _day(), "returned_on": _day()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]


class AssessmentForm(forms.ModelForm):
    class Meta:
        model = ImpactAssessment
        fields = ["title", "trigger", "covers", "lawfulness", "impact", "measures", "risk", "valid_until"]
        widgets = {"lawfulness": _text(), "impact": _text(), "measures": _text(), "valid_until": _day()}


class AuditForm(forms.ModelForm):
    class Meta:
        model = ComplianceAudit
        fields = ["title", "first_day", "last_day", "scope", "auditor", "findings", "corrections", "concluded_on",
                  "next_due"]
        widgets = {"scope": _text(), "findings": _text(), "corrections": _text(), "first_day": _day(),
                   "last_day": _day(), "concluded_on": _day(), "next_due": _day()}


class IncidentForm(forms.ModelForm):
    class Meta:
        model = Incident
        fields = ["title", "happened_at", "found_at", "holds", "people", "cause", "harm", "remedies", "advice",
                  "contact", "reported_at", "notified_at", "not_notified", "closed_at"]
        widgets = dict.fromkeys(("cause", "harm", "remedies", "advice"), _text()) | dict.fromkeys(
            ("happened_at", "found_at", "reported_at", "notified_at", "closed_at"), _moment())


class ConsentForm(forms.ModelForm):
    class Meta:
        model = Consent
        fields = ["customer", "purpose", "channel", "given_at", "wording", "evidence"]
        widgets = {"given_at": _moment()}


class RefusalForm(forms.ModelForm):
    class Meta:
        model = ContactRefusal
        fields = ["customer", "channel", "source", "reason", "until"]
        widgets = {"until": _moment()}


class WayForm(forms.Form):
    way = forms.CharField(label=_("撤回方式"), max_length=200,
                          help_text=_("例如：来电要求撤回，工单 1024。不要写个人信息。"))


class SearchForm(forms.Form):
    words = forms.CharField(label=_("客户编号"), required=False, max_length=120)

    def chosen(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("words", "").strip()
