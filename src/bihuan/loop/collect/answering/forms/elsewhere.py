"""Which column of a file is which item."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from bihuan.engine.survey.elsewhere import AT, CUSTOMER, ID, SECONDS, STATUS, WEIGHT, ColumnPlan

SIGNS = ((ID, _("答卷编号")), (AT, _("提交时间")), (SECONDS, _("用时")), (CUSTOMER, _("客户编号（链接参数）")),
         (WEIGHT, _("权重")), (STATUS, _("状态（Qualtrics）")))
DATES = (("", _("自动")), ("ymd", _("年/月/日")), ("mdy", _("月/日/年")), ("dmy", _("日/月/年")))
LONGEST = 28
APART = re.compile(r"[\s,，、]+")
DAY = forms.DateInput(attrs={"type": "date"})


class Choose(forms.Select):
    """A select drawn in one piece: a file of a hundred columns has one each, with a hundred items to choose from."""

    def __init__(self, options: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.drawn = options

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = escape(value or "")
        options = self.drawn.replace(f'value="{chosen}"', f'value="{chosen}" selected', 1)
        return format_html('<select class="form-select" name="{}" id="id_{}" aria-labelledby="of-{}">{}</select>',
                           name, name, name, mark_safe(options))


def _options(choices: Sequence[tuple[Any, Any]]) -> str:
    def drawn(pairs: Sequence[tuple[Any, Any]]) -> str:
        return format_html_join("", '<option value="{}">{}</option>', pairs)

    return "".join(format_html('<optgroup label="{}">{}</optgroup>', label, drawn(inner))
                   if isinstance(inner, list | tuple) else drawn([(label, inner)]) for label, inner in choices)


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("答卷文件"), help_text=_("问卷星下载的 XLSX 或 CSV、Qualtrics 导出、每份答卷一行的表格。"))


class ColumnsForm(forms.Form):
    """A select a column, and what the columns do not tell."""

    missing = forms.CharField(
        label=_("缺失编码"), required=False, max_length=400,
        help_text=_("表示未作答、不适用的编码，用空格分开，例如 0 6 11 Blank。某题自己有这个编码时，在那题仍算答案。"))
    dates = forms.ChoiceField(label=_("日期写法"), required=False, choices=DATES,
                              help_text=_("3/4/2024 这类看不出先月后日的，请指明。"))
    first_day = forms.DateField(label=_("第 1 天是"), required=False, widget=DAY,
                                help_text=_("时间列只写第几天（1、2、3…）时填写。"))
    day = forms.DateField(label=_("答卷属于哪一天"), required=False, widget=DAY,
                          help_text=_("文件里没有时间列时填写。"))

    def __init__(self, *args: Any, columns: Sequence[str], roles: Mapping[str, str], plan: ColumnPlan,
                 **kwargs: Any) -> None:
        initial = {"missing": " ".join(plan.missing), "dates": plan.dates, "first_day": plan.first_day,
                   "day": plan.day}
        super().__init__(*args, initial=initial, **kwargs)
        self.columns, self.plan = list(columns), plan
        items = [(role, f"{words[:LONGEST]}{'…' if len(words) > LONGEST else ''}"
                        f"{'' if words == role else f' · {role}'}") for role, words in roles.items()]
        choices = [("", "—"), (_("答卷本身"), SIGNS), (_("题目"), items)]
        options = _options(choices)
        for place, column in enumerate(self.columns):
            self.fields[f"c{place}"] = forms.ChoiceField(
                label=column, choices=choices, required=False, initial=plan.roles.get(column, ""),
                widget=Choose(options))

    def lines(self, samples: Mapping[str, list[str]]) -> list[tuple[forms.BoundField, list[str]]]:
        """Return the select of every column with a few of its values; those that are decided first."""
        found = [(self[f"c{place}"], samples.get(column, [])) for place, column in enumerate(self.columns)]
        return sorted(found, key=lambda line: not line[0].value())

    def asked(self) -> ColumnPlan:
        told = self.cleaned_data
        roles = {column: told[f"c{place}"] for place, column in enumerate(self.columns) if told[f"c{place}"]}
        days = {name: told[name].isoformat() if told[name] else "" for name in ("first_day", "day")}
        return replace(self.plan, roles=roles, missing=tuple(filter(None, APART.split(told["missing"]))),
                       dates=told["dates"], **days)
