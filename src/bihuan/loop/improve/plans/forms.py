"""The forms of plans and their phases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_to_name
from bihuan.core.queries import unit_tree
from bihuan.core.rights import scope_of
from bihuan.loop.improve.measures.queries.info import Measure

from .models import CHANGE, VIEW, Phase
from .services import Words

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.Form):
    title = forms.CharField(label=_("计划"), max_length=200)
    goal = forms.CharField(label=_("目标"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
                           help_text=_("哪个指标从多少到多少，到什么时候"))
    unit_code = forms.ChoiceField(label=_("责任部门"), required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("总负责人"))

    def __init__(self, *args: Any, user: User, is_new: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        scope, choose = scope_of(user, CHANGE), dict[str, Any](self.fields)
        units = [(one.unit.code, "　" * one.depth + one.unit.name) for one in unit_tree()
                 if scope.units is None or one.unit.code in scope.units]
        choose["unit_code"].choices = ([("", _("整个工作区"))] if scope.units is None else []) + units
        choose["owner"].queryset = people_to_name(user, VIEW)
        if not is_new:
            del self.fields["unit_code"]


class PhaseForm(forms.Form):
    """One phase with the measures it holds."""

    title = forms.CharField(label=_("阶段"), max_length=120)
    deliverable = forms.CharField(label=_("交付物"), max_length=300, help_text=_("阶段结束时看得见的东西"))
    owner = forms.ModelChoiceField(User.objects.none(), label=_("责任人"))
    starts_on = forms.DateField(label=_("计划开始"), widget=DAY)
    due_on = forms.DateField(label=_("计划完成"), widget=DAY)
    measures = forms.ModelMultipleChoiceField(Measure.objects.none(), label=_("改进措施"), required=False,
                                              widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, user: User, phase: Phase | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        choose: Any = self.fields
        choose["owner"].queryset = people_to_name(user, VIEW)
        held = [] if phase is None else list(phase.measures.values_list("pk", flat=True))
        seen = Measure.objects.for_user(user).order_by("-pk")
        choose["measures"].queryset = seen.exclude(state__in=("verified", "withdrawn")) | seen.filter(pk__in=held)

    def words(self) -> Words:
        return Words(**{name: self.cleaned_data[name] for name in (
            "title", "deliverable", "owner", "starts_on", "due_on")})


class FinishForm(forms.Form):
    delivered = forms.CharField(label=_("交付了什么"), max_length=500)


class CloseForm(forms.Form):
    closing = forms.CharField(label=_("结束说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
