"""Forms of procedures and rules of escalation."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import scope_of
from bihuan.loop.diagnose.processes.contracts import CLOCKS
from bihuan.loop.diagnose.processes.queries.register import current_processes

from .contracts import CHAPTERS
from .models import EscalationRule, ProcedureVersion
from .rights import WRITE

LEVEL = re.compile(r"^(.{1,60}?)[\s:：]+(\d+(?:\.\d+)?)\s*$")


def units_for(user: User) -> list[tuple[str, str]]:
    """Return the units a person may write for; the whole organisation only for who reaches all of it."""
    scope = scope_of(user, WRITE)
    units = [(code, name) for code, name in unit_names().items() if scope.units is None or code in scope.units]
    return [*([("", _now("全公司"))] if scope.units is None and scope.agents is None else []), *units]


class ProcedureForm(forms.Form):
    """A new procedure."""

    title = forms.CharField(label=_("名称"), max_length=120)
    unit_code = forms.ChoiceField(label=_("单位"), required=False)
    process_id = forms.TypedChoiceField(
        label=_("从现行流程取步骤和职责"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"].choices = units_for(user)  # type: ignore[attr-defined]
        self.fields["process_id"].choices = [  # type: ignore[attr-defined]
            ("", "—"), *((one.id, one.name) for one in current_processes(user))]


class VersionForm(forms.Form):
    """The chapters of the fixed template."""

    exam = forms.URLField(label=_("考试链接"), required=False, assume_scheme="https")
    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)

    def __init__(self, *args: Any, version: ProcedureVersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"exam": version.exam, "note": version.note}, **kwargs)
        chapters = {
            key: forms.CharField(label=heading, required=False, max_length=20_000,
                                 initial=version.chapters.get(key, ""), widget=forms.Textarea(attrs={"rows": 4}))
            for key, heading, _must in CHAPTERS}
        self.fields = {**chapters, **self.fields}

    def chapters(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key, _heading, _must in CHAPTERS}


class ApproveForm(forms.Form):
    effective_on = forms.DateField(label=_("生效日期"), widget=forms.DateInput(attrs={"type": "date"}))


class RefuseForm(forms.Form):
    reason = forms.CharField(label=_("退回原因"), max_length=300)


class RuleForm(forms.Form):
    """Levels as lines “name hours”, activities as lines."""

    name = forms.CharField(label=_("名称"), max_length=120)
    unit_code = forms.ChoiceField(label=_("单位"), required=False)
    where = forms.CharField(label=_("适用工单"), max_length=300, required=False,
                            help_text=_("条件，如 topic = 退款 或 channel in (phone, online)；留空为全部工单。"))
    clock = forms.ChoiceField(label=_("计时"), choices=list(CLOCKS.items()))
    levels = forms.CharField(label=_("层级"), widget=forms.Textarea(attrs={"rows": 3}),
                             help_text=_("每行一级：名称和小时数，如“班组长 4”；超过这些小时仍未办结就升到这一级。"))
    done = forms.CharField(label=_("办结活动"), widget=forms.Textarea(attrs={"rows": 2}),
                           help_text=_("每行一个，与流水中的写法相同；第一次出现即算办结。"))
    approvals = forms.CharField(label=_("审批活动"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
                                help_text=_("每行一个；每件工单的审批次数以下面的上限为限。"))
    most = forms.IntegerField(label=_("审批上限"), min_value=0, max_value=50)

    def __init__(self, *args: Any, user: User, rule: EscalationRule | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"clock": "business", "most": 1}
        if rule:
            initial = {name: getattr(rule, name) for name in ("name", "unit_code", "where", "clock", "most")} | {
                "levels": "\n".join(f"{name} {hours:g}" for name, hours in rule.levels),
                "done": "\n".join(rule.done), "approvals": "\n".join(rule.approvals)}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["unit_code"].choices = units_for(user)  # type: ignore[attr-defined]

    def clean_levels(self) -> list[tuple[str, float]]:
        found = []
        for line in self.cleaned_data["levels"].splitlines():
            if line.strip():
                parts = LEVEL.match(line.strip())
                if parts is None:
                    raise forms.ValidationError(_now("“{line}”无法识别：请写成“班组长 4”。").format(line=line.strip()))
                found.append((parts[1].strip(), float(parts[2])))
        return found

    def clean_done(self) -> list[str]:
        return _lines(self.cleaned_data["done"])

    def clean_approvals(self) -> list[str]:
        return _lines(self.cleaned_data["approvals"])


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
