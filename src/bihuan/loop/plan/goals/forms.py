"""The form of a scope: its name, its kind of period and a list of values for every dimension."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .contracts import DIMENSIONS
from .queries.scopes import Offered, dimension_labels, period_labels


class ScopeForm(forms.Form):
    """A scope; ``offered`` are the values facts have. What is kept already stays on offer even without facts."""

    base = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("例如：电话 · VIP 客户 · 月度"))
    period_kind = forms.ChoiceField(label=_("评价周期"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)

    def __init__(self, *args: Any, offered: dict[str, list[Offered]], kept: dict[str, list[str]], **more: Any) -> None:
        super().__init__(*args, **more)
        labels = dimension_labels()
        self.fields["period_kind"].choices = list(period_labels().items())  # type: ignore[attr-defined]
        pickers = {}
        for name in DIMENSIONS:
            listed = [(one.value, "　" * one.depth + one.label) for one in offered[name]]
            known = {value for value, _label in listed}
            listed += [(value, value) for value in kept.get(name, []) if value not in known]
            pickers[name] = forms.MultipleChoiceField(
                label=labels[name], required=False, choices=listed, initial=kept.get(name, []),
                widget=forms.CheckboxSelectMultiple)
        self.fields = {"base": self.fields["base"], "name": self.fields["name"],
                       "period_kind": self.fields["period_kind"], **pickers, "note": self.fields["note"]}

    def values(self) -> dict[str, list[str]]:
        """Return {dimension: values} of a valid form."""
        return {name: self.cleaned_data[name] for name in DIMENSIONS}

    def pickers(self) -> list[forms.BoundField]:
        """Return the fields of the dimensions that have something to choose."""
        return [self[name] for name in DIMENSIONS if self.fields[name].choices]  # type: ignore[attr-defined]
