"""How much more is supposed to be resolved at first contact."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

FIRST = 5


class WhatIfForm(forms.Form):
    """Percentage points more, or fewer; nothing comes of nothing, so 0 is no supposition."""

    gain = forms.FloatField(
        label=_("假设一次性解决率变化（百分点）"), min_value=-50, max_value=50, initial=FIRST,
        help_text=_("例如 5 表示从 80% 到 85%；负数表示下降。"),
        widget=forms.NumberInput(attrs={"step": "any"}))
