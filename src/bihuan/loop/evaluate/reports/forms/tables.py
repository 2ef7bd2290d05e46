"""Forms of 表1: what a new one evaluates, one block's lines, an edited file."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.report.table1_contracts import Mark
from bihuan.loop.evaluate.indicators.contracts import PRESETS, BoardState, Choice, Span
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.periods import span_of
from bihuan.loop.evaluate.indicators.queries.words import period_labels
from bihuan.loop.plan.goals.contracts import Filters
from bihuan.loop.plan.goals.queries.scopes import ScopeVersion
from bihuan.loop.plan.goals.rights import topmost

from ..models import EvaluationTable
from .reports import DAY, scope_choices

MOST = 50
LARGEST = 5 * 1024 * 1024
HALVES = [("", "—"), *((f"{half / 2:g}", f"{half / 2:g}") for half in range(2, 11))]


class NewTableForm(forms.Form):
    """Scope, period and whom a table evaluates."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    review_scope = forms.ChoiceField(label=gettext_lazy("评价范围"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("周期"), initial="last_month")
    start = forms.DateField(label=gettext_lazy("开始"), required=False, widget=DAY)
    end = forms.DateField(label=gettext_lazy("结束"), required=False, widget=DAY)
    subject = forms.ChoiceField(
        label=gettext_lazy("评价对象"), choices=EvaluationTable.Subject.choices, widget=forms.RadioSelect)
    codes = forms.CharField(
        label=gettext_lazy("客户或坐席编号"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一个，最多 50 个。留空：客户取期间内工单最多的 20 位，坐席和单位合成一块。"))
    unit = forms.MultipleChoiceField(
        label=gettext_lazy("单位（评价对象为单位时）"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, user: User, units: list[Choice], scopes: list[ScopeVersion], **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.user, self.scopes = user, {str(one.pk): one for one in scopes}
        periods = period_labels()
        for name, listed in {
            "review_scope": scope_choices(scopes), "period": [(code, periods[code]) for code in PRESETS],
            "unit": [(one.value, "　" * one.depth + one.label) for one in units],
        }.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if cleaned.get("period") == "custom" and not (start and end):
            self.add_error("start", _("自定义周期需要开始日期和结束日期。"))
        elif start and end and start > end:
            self.add_error("start", _("开始日期晚于结束日期：请对调后再试。"))
        cleaned["listed"] = list(dict.fromkeys(re.split(r"[\s,，;；、]+", cleaned.get("codes", "").strip())))
        if len(cleaned["listed"]) > MOST:
            self.add_error("codes", _("最多 {n} 个编号：请分成几张表。").format(n=MOST))
        return cleaned

    def chosen_scope(self) -> ScopeVersion | None:
        return self.scopes.get(self.cleaned_data.get("review_scope", ""))

    def chosen(self) -> list[str]:
        """Return the codes of whom a valid form evaluates; empty for the form's usual ones."""
        if self.cleaned_data["subject"] == "unit":
            return list(self.cleaned_data["unit"])
        return [code for code in self.cleaned_data["listed"] if code]

    def filters(self) -> Filters:
        """Return the scope's filters; whoever leads some units evaluates those, and the table says so."""
        chosen = self.chosen_scope()
        kept = chosen.kept if chosen else ()
        own = topmost(scope_of(self.user, "evaluate.fill_table"))
        return kept if not own or "unit" in dict(kept) else (("unit", own), *kept)

    def span(self) -> Span:
        """Return the days of a valid form."""
        cleaned = self.cleaned_data
        return span_of(BoardState(preset=cleaned["period"], start=cleaned["start"], end=cleaned["end"]), engine.today())


class LineForm(forms.Form):
    """What people write in one line; the computed score is shown beside it and is no field."""

    score = forms.ChoiceField(label=gettext_lazy("人工评分"), choices=HALVES, required=False)
    scene = forms.CharField(label=gettext_lazy("具体事例/备注（客户原话、场景）"), required=False, max_length=2000,
                            widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.CharField(label=gettext_lazy("责任部门/人"), required=False, max_length=80)
    measure = forms.CharField(label=gettext_lazy("改进措施"), required=False, max_length=2000,
                              widget=forms.Textarea(attrs={"rows": 2}))
    due = forms.DateField(label=gettext_lazy("完成时限"), required=False, widget=DAY)
    second = forms.ChoiceField(label=gettext_lazy("二次评分"), choices=HALVES, required=False)
    effect = forms.CharField(label=gettext_lazy("效果说明"), required=False, max_length=2000,
                             widget=forms.Textarea(attrs={"rows": 2}))

    def mark(self) -> Mark:
        """Return a valid line, without authors."""
        cleaned = self.cleaned_data
        return Mark(
            score=float(cleaned["score"]) if cleaned["score"] else None, scene=cleaned["scene"],
            owner=cleaned["owner"], measure=cleaned["measure"],
            due=cleaned["due"].isoformat() if cleaned["due"] else "",
            second=float(cleaned["second"]) if cleaned["second"] else None, effect=cleaned["effect"])


def line_initial(mark: Mark) -> dict[str, Any]:
    """Return a stored mark as the form takes it."""
    return {"scene": mark.scene, "owner": mark.owner, "measure": mark.measure, "due": mark.due or None,
            "effect": mark.effect, "score": f"{mark.score:g}" if mark.score is not None else "",
            "second": f"{mark.second:g}" if mark.second is not None else ""}


class BlockForm(forms.Form):
    """What goes with the lines of a block."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=300, required=False)


class FileForm(forms.Form):
    """An edited file of the table."""

    file = forms.FileField(label=gettext_lazy("填写好的 Excel"), widget=forms.ClearableFileInput(
        attrs={"accept": ".xlsx"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("文件超过 5 MB，不会是这张表：请上传从本页下载的 Excel。"))
        return file
