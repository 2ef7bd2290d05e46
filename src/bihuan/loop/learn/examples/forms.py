"""Forms of examples."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .contracts import FIELDS


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ExampleForm(forms.Form):
    title = forms.CharField(label=FIELDS["title"], max_length=200)
    problem = forms.CharField(label=FIELDS["problem"], max_length=4000, widget=_area(3))
    cause = forms.CharField(label=FIELDS["cause"], max_length=4000, widget=_area(3), required=False)
    measure = forms.CharField(label=FIELDS["measure"], max_length=4000, widget=_area(4))
    limits = forms.CharField(label=FIELDS["limits"], max_length=4000, widget=_area(4),
                             help_text=_("在哪里验证过，什么情况下不一定成立"))
    lesson = forms.CharField(label=FIELDS["lesson"], max_length=4000, widget=_area(3), required=False,
                             help_text=_("效果数字由系统从结论写出，这里写怎样照做、要注意什么"))
    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput)

    def words(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in FIELDS}


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("撤下的原因"), max_length=300)
