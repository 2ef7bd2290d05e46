"""The forms of recurrence watches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_to_name
from bihuan.core.queries import unit_tree
from bihuan.core.rights import scope_of
from bihuan.engine.effects.recurrence import BEFORE_DAYS
from bihuan.loop.diagnose.causes.contracts import FAMILIES
from bihuan.loop.diagnose.causes.queries import taxonomy
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.plan.goals.queries.scopes import offered

from .contracts import BASES
from .models import CHANGE
from .services import LEAST_DAYS, MOST_DAYS, STATES, Told


class WatchForm(forms.Form):
    """A type, why it happens, what prevents it, who is told."""

    topic = forms.ChoiceField(label=_("投诉类型（主题）"))
    product = forms.ChoiceField(label=_("产品"), required=False)
    unit_code = forms.ChoiceField(label=_("单位"), required=False)
    base = forms.ChoiceField(label=_("每 1,000 件什么"), choices=list(BASES.items()), initial="cases",
                             help_text=_("分母：同一单位、同一段日子里的这些工单"))
    before_days = forms.IntegerField(label=_("之前看几天"), min_value=LEAST_DAYS, max_value=MOST_DAYS,
                                     initial=BEFORE_DAYS, help_text=_("预防生效之前的这些天是比较的水平"))
    cause = forms.TypedChoiceField(label=_("根因"), coerce=int, empty_value=None)
    measure = forms.ModelChoiceField(Measure.objects.none(), label=_("预防措施"),
                                     help_text=_("从它的新做法第一天起算；还没填的，填了之后自动起算"))
    owner = forms.ModelChoiceField(User.objects.none(), label=_("负责人"), help_text=_("复发时通知他和措施的责任人"))

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        scope, values = scope_of(user, CHANGE), offered(user)
        choose: Any = self.fields
        for name, empty in (("topic", _("请选择")), ("product", _("全部产品"))):
            known = [one.value for one in values[name]]
            asked = self.data.get(name) if self.is_bound else self.initial.get(name)
            extra = [asked] if asked and asked not in known else []
            choose[name].choices = [("", empty), *((one, one) for one in [*extra, *known])]
        units = [(one.unit.code, "　" * one.depth + one.unit.name) for one in unit_tree()
                 if scope.units is None or one.unit.code in scope.units]
        choose["unit_code"].choices = ([("", _("整个工作区"))] if scope.units is None else []) + units
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in taxonomy():
            groups.setdefault(one.family, []).append((str(one.pk), one.label))
        choose["cause"].choices = [("", _("请选择")), *((FAMILIES[key], rows) for key, rows in groups.items())]
        choose["measure"].queryset = Measure.objects.for_user(user).filter(state__in=STATES).order_by("-pk")
        choose["owner"].queryset = people_to_name(user, "improve.view_measures")

    def told(self) -> Told:
        """Return what a valid form sets up."""
        return Told(**{name: self.cleaned_data[name] for name in (
            "topic", "product", "unit_code", "base", "before_days")})


class EndForm(forms.Form):
    reason = forms.CharField(label=_("停止的原因"), max_length=300)
