"""The pickers of the live board and the form of a saved view."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core import workspace
from bihuan.core.models import Unit
from bihuan.engine.indicators.contracts import Scope
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.evaluate.indicators.rights import visible_units

from ..contracts import STALE_MINUTES, WITHIN_MINUTES, LiveState
from ..queries.dashboards import role_choices

MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def unit_choices(scope: Scope) -> list[tuple[str, str]]:
    units: list[Unit] = visible_units(scope)
    return [("", str(_("全部单位"))), *((unit.code, unit.name) for unit in units)]


class BoardForm(forms.Form):
    """What the address of a board may say; what cannot be read counts as not said."""

    unit = forms.ChoiceField(label=_("单位"), required=False)
    within = forms.TypedChoiceField(label=_("即将超时"), required=False, coerce=int, empty_value=None,
                                    choices=list(WITHIN_MINUTES.items()))
    clock = forms.ChoiceField(label=_("时刻"), required=False, choices=[
        ("", _("自动")), ("now", _("现在")), ("data", _("数据截至时刻"))])
    at = forms.DateTimeField(label=_("回放到"), required=False, widget=MOMENT, input_formats=["%Y-%m-%dT%H:%M"])

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(scope)  # type: ignore[attr-defined]

    def state(self, usual: LiveState) -> LiveState:
        """Return the state that an address asks for, a saved view's where it says nothing."""
        self.is_valid()
        told = self.cleaned_data
        at = told.get("at")
        return usual.with_(
            unit=told["unit"] if self.data.get("unit") is not None and "unit" in told else usual.unit,
            within_minutes=told.get("within") or usual.within_minutes, at=at,
            clock="data" if at else told.get("clock") or usual.clock)


class ViewForm(forms.Form):
    """One saved view; its tiles are chosen and ordered by buttons on its page."""

    name = forms.CharField(label=_("名称"), max_length=80)
    unit_code = forms.ChoiceField(label=_("单位"), required=False)
    within_minutes = forms.TypedChoiceField(label=_("即将超时的范围"), coerce=int, choices=list(WITHIN_MINUTES.items()),
                                            initial=60)
    stale_minutes = forms.IntegerField(label=_("数据多久未更新算陈旧（分钟）"), min_value=1, max_value=1440,
                                       initial=STALE_MINUTES)
    indicators = forms.MultipleChoiceField(label=_("指标"), required=False, widget=forms.CheckboxSelectMultiple,
                                           help_text=_("最多显示 8 项；不选时显示常用的。"))
    is_shared = forms.BooleanField(label=_("公司内可见"), required=False,
                                   help_text=_("有链接的同事可以打开；每个人只看到自己数据范围内的数字。"))
    role_key = forms.ChoiceField(label=_("作为角色的首选"), required=False)

    def __init__(self, *args: Any, scope: Scope, may_manage: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"].choices = unit_choices(scope)  # type: ignore[attr-defined]
        self.fields["indicators"].choices = [  # type: ignore[attr-defined]
            (name, in_language(one.title)) for name, one in engine.passports().items()]
        if may_manage:
            self.fields["role_key"].choices = [("", "—"), *role_choices()]  # type: ignore[attr-defined]
        else:
            del self.fields["role_key"]


def local_text(moment: Any) -> str:
    """Return a moment as the picker writes it."""
    return moment.astimezone(workspace.zone()).strftime("%Y-%m-%dT%H:%M")
