"""Why somebody wants to see what is masked."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("查看原因"), max_length=200, help_text=_("至少 4 个字，会记入审计日志。"))
