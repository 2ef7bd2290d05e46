"""How long a shared report can be opened."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ShareForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("有效期"), coerce=int, choices=[(7, _("7 天")), (30, _("30 天")), (90, _("90 天"))], initial=7)
