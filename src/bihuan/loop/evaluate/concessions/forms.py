"""What people type on the page of concessions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Policy


class PolicyForm(forms.Form):
    """Clauses, one a line, with the most that each allows."""

    text = forms.CharField(
        label=_("让步政策"), required=False, widget=forms.Textarea(attrs={"rows": 6, "class": "font-monospace"}),
        help_text=_("每行一条：条款: 单笔上限。条款名须与导入的“制度条款”一致；不限额写 *。"
                    "没有写出的条款一律视为超出政策。"))
    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)


class DecisionForm(forms.Form):
    """Why a concession beyond the policy is right, or is not."""

    reason = forms.CharField(label=_("理由"), max_length=300)


def text_of(policy: Policy | None) -> str:
    """Return a policy as people type it."""
    return "\n".join(f"{clause}: {'*' if most is None else f'{most:g}'}"
                     for clause, most in (policy.clauses if policy else {}).items())
