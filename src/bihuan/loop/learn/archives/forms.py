"""Forms of filing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class FilingForm(forms.Form):
    quarter = forms.CharField(label=_("季度"), max_length=7, help_text=_("如 2026-Q4"))
    line = forms.CharField(label=_("业务线"), max_length=120)


class RuleForm(forms.Form):
    kept = forms.IntegerField(label=_("保存月数（留空为一直保存）"), min_value=1, max_value=600, required=False)
