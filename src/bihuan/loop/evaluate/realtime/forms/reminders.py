"""The form of a reminder rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.queries.inbox import company_groups
from bihuan.engine.facts.schema import CASE_KINDS, CHANNELS
from bihuan.engine.facts.urgency import by_urgency
from bihuan.engine.indicators.contracts import Scope
from bihuan.loop.evaluate.indicators.contracts import BoardState
from bihuan.loop.evaluate.indicators.queries.choices import values
from bihuan.loop.evaluate.indicators.queries.words import value_labels
from bihuan.loop.evaluate.indicators.rights import visible_units

from ..contracts import CLOCKS
from ..queries.reminders import Wanted

SIDES = [("before", _("到时限之前")), ("after", _("到时限之后"))]
MINUTES = [("0", _("到时限时")), ("15", _("15 分钟")), ("30", _("30 分钟")), ("60", _("1 小时")), ("120", _("2 小时")),
           ("240", _("4 小时")), ("480", _("8 小时")), ("1440", _("1 天")), ("2880", _("2 天"))]


class RuleForm(forms.Form):
    """Who is reminded of which cases, and when."""

    name = forms.CharField(label=_("名称"), max_length=80)
    clock = forms.ChoiceField(label=_("时限"), choices=list(CLOCKS.items()))
    minutes = forms.TypedChoiceField(label=_("多久"), choices=MINUTES, coerce=int, initial="60")
    side = forms.ChoiceField(label=_("之前或之后"), choices=SIDES)
    unit_code = forms.ChoiceField(label=_("单位"), required=False)
    channels = forms.MultipleChoiceField(label=_("渠道"), required=False, widget=forms.CheckboxSelectMultiple,
                                         help_text=_("都不选表示全部。"))
    kinds = forms.MultipleChoiceField(label=_("服务类型"), required=False, widget=forms.CheckboxSelectMultiple)
    priorities = forms.MultipleChoiceField(label=_("优先级"), required=False, widget=forms.CheckboxSelectMultiple)
    to_agent = forms.BooleanField(label=_("提醒处理坐席"), required=False, initial=True)
    to_leader = forms.BooleanField(label=_("提醒其班组长"), required=False, initial=True,
                                   help_text=_("工单所在单位的班组长；没有时为上级单位的主管。"))
    people = forms.ModelMultipleChoiceField(label=_("另外提醒"), queryset=User.objects.none(), required=False)
    groups = forms.ModelMultipleChoiceField(label=_("发到群"), queryset=Channel.objects.none(), required=False,
                                            widget=forms.CheckboxSelectMultiple)
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(unit.code, unit.name) for unit in visible_units(scope)]
        everything = [("", _("全部单位"))] if scope.units is None and scope.agents is None else []
        labels = value_labels()
        own = {choice.value for choice in values("priority", BoardState(), scope)}
        self._choose("unit_code", [*everything, *units])
        self._choose("channels", [(name, labels.get("channel", {}).get(name, name)) for name in CHANNELS])
        self._choose("kinds", [(name, labels.get("kind", {}).get(name, name)) for name in CASE_KINDS])
        self._choose("priorities", [(name, labels.get("priority", {}).get(name, name)) for name in by_urgency(own)])
        if not own:
            del self.fields["priorities"]
        self.fields["people"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["groups"].queryset = company_groups()  # type: ignore[attr-defined]
        if not company_groups().exists():
            del self.fields["groups"]

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """Return what decides which cases the rule sees."""
        told = self.cleaned_data
        return Wanted(told["clock"], self.lead_minutes(), told["unit_code"], told["channels"], told["kinds"],
                      told.get("priorities", ()))

    def lead_minutes(self) -> int:
        return int(self.cleaned_data["minutes"]) * (1 if self.cleaned_data["side"] == "before" else -1)

    def columns(self) -> dict[str, Any]:
        """Return what the service takes."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("minutes", "side")}
        return {**told, "lead_minutes": self.lead_minutes()}
