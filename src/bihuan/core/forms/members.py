"""Forms about who belongs to which unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import members
from .lists import ANY
from .people import unit_choices

NONE, NAME = "none", "name"


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class MemberFilter(forms.Form):
    """Which people the list shows; its state is the address."""

    words = forms.CharField(label=_("查找"), required=False, max_length=80)
    unit = forms.ChoiceField(label=_("单位"), required=False)
    state = forms.ChoiceField(label=_("归属"), required=False, choices=[
        ("", ANY), (NONE, _("在职而没有归属")), (NAME, _("写的是姓名，对不上人"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", ANY), *unit_choices()[1:]]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """Return what is looked for; what cannot be read counts as not said."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class MoveForm(forms.Form):
    """Where somebody belongs from a day on."""

    unit = forms.ChoiceField(label=_("调入单位"))
    first = _day(_("从哪一天起"))
    role = forms.CharField(label=_("岗位"), max_length=80, required=False)
    keeps_others = forms.BooleanField(
        label=_("同时保留原来的归属"), required=False,
        help_text=_("不勾选时，原来的归属在前一天结束。重叠的日子里，记录算在开始较晚的单位；自己写明单位的记录算在所写的单位。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices()  # type: ignore[attr-defined]


class NewMemberForm(MoveForm):
    """Somebody no record knows yet, and where they begin."""

    agent = forms.CharField(
        label=_("坐席编号"), max_length=120, help_text=_("与业务系统导出的坐席编号逐字一致，保存后不能修改。"))
    name = forms.CharField(label=_("姓名"), max_length=80)
    field_order = ["agent", "name", "unit", "first", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["keeps_others"]

    def clean_agent(self) -> str:
        agent = self.cleaned_data["agent"].strip()
        if members.find_member(agent, now=timezone.now()) and not members.find_name(agent):
            raise ValidationError(_("记录里已有这个坐席编号，请在列表中打开它调整归属。"))
        return agent


class NameForm(forms.Form):
    """Which agent a name in records is; those who bear it stand first."""

    agent = forms.ChoiceField(label=_("是哪位坐席"), help_text=_(
        "记录本身不改动。以前和以后的记录里，这个写法都算这位坐席；随时可以在这位坐席的页面撤回。"))

    def __init__(self, *args: Any, bearers: Sequence[str] = (), people: Sequence[members.Member] = (),
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ordered = sorted(people, key=lambda one: (one.agent not in bearers, one.agent))
        self.fields["agent"].choices = [("", _("请选择")), *(  # type: ignore[attr-defined]
            (one.agent, f"{one.name} ({one.agent})" if one.name else one.agent) for one in ordered)]


class EndForm(forms.Form):
    """The last day of a stay, which ``stay`` names."""

    stay = forms.CharField(required=False, widget=forms.HiddenInput)
    unit = forms.CharField(widget=forms.HiddenInput)
    last = _day(_("最后一天"))
