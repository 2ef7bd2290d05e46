"""The form of a measure; the fields of its kind are asked beside the common ones."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_to_name
from bihuan.core.queries import unit_tree
from bihuan.core.rights import scope_of
from bihuan.loop.diagnose.causes.queries import causes_of
from bihuan.loop.diagnose.findings.queries import findings_for

from ..contracts import KINDS, TERMS, Money
from ..models import Measure
from ..rights import CHANGE, VIEW
from ..services import Words

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ONE_TO_FIVE = [("", "—"), *((str(one), str(one)) for one in range(1, 6))]
MONEY = ("budget", "staff")


class MeasureForm(forms.Form):
    """A measure as people write it."""

    finding = forms.ChoiceField(label=_("针对的问题"), required=False)
    finding_cause = forms.ChoiceField(label=_("针对的原因"), required=False)
    reason = forms.CharField(label=_("缘由"), required=False, max_length=500,
                             help_text=_("没有对应的问题时填写：为什么要做"))
    problem = forms.CharField(label=_("问题描述（对应调查维度）"), required=False, max_length=500,
                              help_text=_("印在改进措施表上；不填则用问题的标题"))
    title = forms.CharField(label=_("措施（一句话）"), max_length=200,
                            help_text=_("如：首次响应由 2 小时降到 30 分钟；18–21 时热线二组增加 2 人"))
    plan = forms.CharField(label=_("具体做法"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    aim = forms.CharField(label=_("预期达到"), max_length=200, required=False,
                          help_text=_("从多少到多少，如：一次性解决率由 76% 提高到 82%"))
    kind = forms.ChoiceField(label=_("类型"))
    term = forms.ChoiceField(label=_("期限类别"), widget=forms.RadioSelect)
    unit_code = forms.ChoiceField(label=_("责任部门"))
    accountable = forms.ModelChoiceField(User.objects.none(), label=_("责任人（唯一）"))
    helpers = forms.ModelMultipleChoiceField(User.objects.none(), label=_("协助人"), required=False)
    boundary = forms.CharField(label=_("责任边界"), widget=forms.Textarea(attrs={"rows": 2}), required=False,
                               help_text=_("跨部门时必填：各部门做什么、不做什么"))
    starts_on = forms.DateField(label=_("计划开始"), widget=DAY, required=False)
    due_on = forms.DateField(label=_("计划完成"), widget=DAY, required=False)
    budget = forms.FloatField(label=_("申请预算（元）"), min_value=0, required=False)
    staff = forms.FloatField(label=_("申请人力（人天）"), min_value=0, required=False)
    impact = forms.ChoiceField(label=_("影响（1–5）"), choices=ONE_TO_FIVE, required=False,
                               help_text=_("客户反馈越强烈越高"))
    ease = forms.ChoiceField(label=_("易行（1–5）"), choices=ONE_TO_FIVE, required=False, help_text=_("越容易落地越高"))

    def __init__(self, *args: Any, user: User, measure: Measure | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user, self.measure = user, measure
        people = people_to_name(user, VIEW)
        if measure is not None:       # who answered for it stays, whatever became of their role
            people = people | User.objects.filter(pk=measure.accountable_id)
        self.fields["accountable"].queryset = people  # type: ignore[attr-defined]
        self.fields["helpers"].queryset = people  # type: ignore[attr-defined]
        self.fields["helpers"].widget.attrs["size"] = 5
        scope = scope_of(user, CHANGE)
        findings = [(str(one.pk), f"{one.number} {one.title}") for one in findings_for(user) if one.is_open]
        chosen = self.data.get("finding") if self.is_bound else self.initial.get("finding")
        causes = causes_of(int(chosen)) if chosen and str(chosen).isdecimal() else []
        listed: dict[str, list[tuple[str, Any]]] = {
            "finding": [("", _("没有对应的问题")), *findings],
            "finding_cause": [("", "—"), *((str(one.id), one.text) for one in causes)],
            "kind": [(key, one.label) for key, one in KINDS.items()], "term": list(TERMS.items()),
            "unit_code": [("", "—"), *(
                (one.unit.code, "　" * one.depth + one.unit.name) for one in unit_tree()
                if scope.units is None or one.unit.code in scope.units)],
        }
        for name, choices in listed.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for kind in KINDS.values():
            for detail in kind.details:
                self.fields[f"detail_{detail.name}"] = forms.CharField(
                    label=detail.label, help_text=detail.help, max_length=500, required=False)

    def details(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """Return the fields of each kind: its code, its label, its fields."""
        return [(key, kind.label, [self[f"detail_{one.name}"] for one in kind.details]) for key, kind in KINDS.items()]

    def words(self) -> Words:
        """Return what a valid form says."""
        told = self.cleaned_data
        kept = {one: Money(**(getattr(self.measure, one) or {})) if self.measure else Money() for one in MONEY}
        money = {one: Money(told[one], kept[one].approved, kept[one].used) for one in MONEY}
        return Words(
            **{name: told[name] for name in ("title", "kind", "unit_code", "accountable", "plan", "aim", "problem",
                                             "reason", "term", "boundary", "starts_on", "due_on")},
            finding_id=int(told["finding"]) if told["finding"] else None, helpers=list(told["helpers"]),
            finding_cause_id=int(told["finding_cause"]) if told["finding_cause"] else None,
            details={detail.name: told[f"detail_{detail.name}"] for detail in KINDS[told["kind"]].details},
            impact=int(told["impact"]) if told["impact"] else None, ease=int(told["ease"]) if told["ease"] else None,
            table_row=self.measure.table_row if self.measure else self.initial.get("table_row") or {},
            adopted_from_id=self.measure.adopted_from_id if self.measure else None, **money)


def measure_initial(measure: Measure) -> dict[str, Any]:
    """Return what the form of a measure begins with."""
    kept = {name: getattr(measure, name) for name in (
        "reason", "problem", "title", "plan", "aim", "kind", "term", "unit_code", "boundary", "starts_on", "due_on",
        "impact", "ease")}
    return kept | {
        "finding": str(measure.finding_id or ""), "finding_cause": str(measure.finding_cause_id or ""),
        "accountable": measure.accountable_id, "helpers": [one.pk for one in measure.helpers.all()],
        "budget": measure.budget.get("asked"), "staff": measure.staff.get("asked"),
        **{f"detail_{name}": text for name, text in measure.details.items()}}
