"""Forms of the handbook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.queries import unit_tree
from bihuan.core.rights import reaches, scope_of

from .contracts import SHAPE
from .rights import WRITE


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class EntryForm(forms.Form):
    question = forms.CharField(label=SHAPE["question"], max_length=300, help_text=_("客户怎样问，就怎样写"))
    answer = forms.CharField(label=SHAPE["answer"], max_length=4000, widget=_area(6), required=False)
    basis = forms.CharField(label=SHAPE["basis"], max_length=2000, widget=_area(3), required=False,
                            help_text=_("制度条款、产品说明或操作规程的名称与编号"))
    escalation = forms.CharField(label=SHAPE["escalation"], max_length=2000, widget=_area(3), required=False,
                                 help_text=_("什么情况下、多久之内、转给谁"))
    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)

    def words(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in SHAPE}


class NewEntryForm(EntryForm):
    topic = forms.CharField(label=_("类别"), max_length=60)
    unit_code = forms.ChoiceField(label=_("维护单位"), required=False)
    field_order = ["topic", "unit_code"]

    def __init__(self, *args: Any, user: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        scope = scope_of(user, WRITE)
        offered = [(one.unit.code, one.unit.name) for one in unit_tree() if reaches(scope, unit=one.unit.code)]
        whole = [("", _("整个公司"))] if reaches(scope, unit="") else []
        self.fields["unit_code"].choices = [*whole, *offered]  # type: ignore[attr-defined]


class ApproveForm(forms.Form):
    effective_on = forms.DateField(
        label=_("生效日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=300)
