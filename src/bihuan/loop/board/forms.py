"""The form of a review that is opened from a problem."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReviewForm(forms.Form):
    """A review of a problem: the rest is taken from the problem."""

    title = forms.CharField(label=_("标题"), max_length=200)
    start = forms.DateField(label=_("开始"), widget=DAY)
    end = forms.DateField(label=_("结束"), widget=DAY)
