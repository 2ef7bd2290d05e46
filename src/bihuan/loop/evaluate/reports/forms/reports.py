"""Forms of the reports: what a new one is about, and the edited text of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.engine.report.contracts import Report as Content
from bihuan.loop.evaluate.indicators.contracts import PRESETS, BoardState, Choice
from bihuan.loop.evaluate.indicators.queries.words import dimension_labels, period_labels
from bihuan.loop.plan.goals.queries.scopes import ScopeVersion

SPLITS = ("team", "centre", "vendor", "channel", "topic", "product", "region")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def scope_choices(scopes: list[ScopeVersion]) -> list[tuple[str, Any]]:
    """Return the review scopes of a picker."""
    return [("", _("不用评价范围")), *((str(one.pk), f"{one.scope.name} · v{one.number}") for one in scopes)]


class NewReportForm(forms.Form):
    """Period, scope and breakdown of a new report."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    review_scope = forms.ChoiceField(label=gettext_lazy("评价范围"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("周期"), initial="last_month")
    start = forms.DateField(label=gettext_lazy("开始"), required=False, widget=DAY)
    end = forms.DateField(label=gettext_lazy("结束"), required=False, widget=DAY)
    unit = forms.ChoiceField(label=gettext_lazy("单位"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("渠道"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("分组"), required=False, initial="team")

    def __init__(
        self, *args: Any, units: list[Choice], channels: list[Choice], scopes: list[ScopeVersion], **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.scopes = {str(one.pk): one for one in scopes}
        everything = [("", _("全部"))]
        periods, dimensions = period_labels(), dimension_labels()
        choices = {
            "review_scope": scope_choices(scopes),
            "period": [(code, periods[code]) for code in PRESETS],
            "unit": everything + [(one.value, "　" * one.depth + one.label) for one in units],
            "channel": everything + [(one.value, one.label) for one in channels],
            "by": [("", _("不分组")), *((name, dimensions[name]) for name in SPLITS)],
        }
        for name, listed in choices.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if cleaned.get("period") == "custom":
            if not (start and end):
                self.add_error("start", _("自定义周期需要开始日期和结束日期。"))
            elif start > end:
                self.add_error("start", _("开始日期晚于结束日期：请对调后再试。"))
        if not cleaned.get("unit") and not cleaned.get("channel"):
            return cleaned
        kept = dict(chosen.kept) if (chosen := self.chosen_scope()) else {}
        for name in ("unit", "channel"):
            if cleaned.get(name) and kept.get(name):
                self.add_error(name, _("评价范围已限定这一项：请留空，或不用评价范围。"))
        return cleaned

    def chosen_scope(self) -> ScopeVersion | None:
        """Return the version of the review scope that was chosen."""
        return self.scopes.get(self.cleaned_data.get("review_scope", ""))

    def state(self) -> BoardState:
        """Return what a valid form asks for, as a board would."""
        cleaned = self.cleaned_data
        custom = cleaned["period"] == "custom"
        chosen = self.chosen_scope()
        filters = (chosen.kept if chosen else ()) + tuple(
            (name, (cleaned[name],)) for name in ("unit", "channel") if cleaned[name])
        return BoardState(
            preset=cleaned["period"], start=cleaned["start"] if custom else None,
            end=cleaned["end"] if custom else None, by=cleaned["by"], filters=filters)


class EditForm(forms.Form):
    """The chapters of a report as text and an owner for each low item; numbers stand in the text as references."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=300, required=False)

    def __init__(self, *args: Any, content: Content, number: int, **options: Any) -> None:
        initial = {"base": number}
        super().__init__(*args, initial=initial, **options)
        self.content = content
        texts = {
            f"chapter_{one.key}": forms.CharField(
                label=one.title, required=False, initial=content.editable(one.key),
                widget=forms.Textarea(attrs={"rows": 10, "class": "chapter-text"}))
            for one in content.chapters
        }
        owners = {
            f"owner_{item.key}": forms.CharField(
                label=_("责任部门/人：{title}").format(title=item.title), required=False, max_length=80,
                initial=item.owner)
            for item in content.items
        }
        self.fields = {"base": self.fields["base"], **texts, **owners, "note": self.fields["note"]}

    def chapters(self) -> dict[str, str]:
        """Return {chapter: text} of a valid form."""
        return {one.key: self.cleaned_data[f"chapter_{one.key}"] for one in self.content.chapters}

    def owners(self) -> dict[str, str]:
        """Return {item: owner} of a valid form."""
        return {item.key: self.cleaned_data[f"owner_{item.key}"] for item in self.content.items}

    def chapter_fields(self) -> list[forms.BoundField]:
        """Return the text fields, in order, for the template."""
        return [self[f"chapter_{one.key}"] for one in self.content.chapters]

    def owner_fields(self) -> list[forms.BoundField]:
        """Return the owner fields, in order."""
        return [self[f"owner_{item.key}"] for item in self.content.items]
