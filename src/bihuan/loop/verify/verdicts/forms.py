"""The forms of closing, promoting and taking over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_to_name
from bihuan.core.queries import unit_tree
from bihuan.core.rights import scope_of


class CloseForm(forms.Form):
    accepts_cannot_tell = forms.BooleanField(label=_("我具名接受“无法判断”"), required=False)
    next_round = forms.BooleanField(label=_("问题没有解决，进入下一轮"), required=False)
    note = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class PromoteForm(forms.Form):
    note = forms.CharField(label=_("怎样照做，要注意什么"), widget=forms.Textarea(attrs={"rows": 3}))


class AdoptForm(forms.Form):
    unit_code = forms.ChoiceField(label=_("采用的单位"))
    accountable = forms.ModelChoiceField(User.objects.none(), label=_("责任人（唯一）"))
    reason = forms.CharField(label=_("缘由"), max_length=500, help_text=_("这个单位为什么需要它"))

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        scope = scope_of(user, "improve.change_measures")
        self.fields["unit_code"].choices = [  # type: ignore[attr-defined]
            (one.unit.code, "　" * one.depth + one.unit.name) for one in unit_tree()
            if scope.units is None or one.unit.code in scope.units]
        self.fields["accountable"].queryset = people_to_name(  # type: ignore[attr-defined]
            user, "improve.view_measures")
