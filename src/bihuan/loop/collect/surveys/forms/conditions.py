"""A condition put together from choices: item, operator, value. Nobody types an expression."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.languages import named
from bihuan.engine.survey.questionnaire import Item, Questionnaire
from bihuan.engine.survey.questionnaire.conditions import ALONE, All, Some, Test
from bihuan.engine.survey.questionnaire.expressions import flat, unparse
from bihuan.engine.survey.questionnaire.showing import columns_of, extra_choices

OPERATORS = [("=", _("等于")), ("<>", _("不等于")), ("<", _("小于")), ("<=", _("小于等于")), (">", _("大于")),
             (">=", _("大于等于")),
             ("contains", _("包含")), ("notcontains", _("不包含")), ("empty", _("没有回答")), ("notempty", _("已回答"))]
ROWS = 3


class ConditionForm(forms.Form):
    """``expression`` gives the condition, empty for none. One that no list can show is kept unless it is cleared."""

    join = forms.ChoiceField(label=_("同时满足"), choices=[("all", _("全部条件")),
                                                       ("any", _("任一条件"))], required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, found: Questionnaire, text: str = "", besides: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.offered = named_items(found, besides)
        self.values = value_hints(found)
        listed = flat(text) if text else ("all", ())
        self.nested = text if listed is None else ""
        self.fields["kept"].initial = self.nested
        join, tests = listed or ("all", ())
        self.fields["join"].initial = join
        for row in range(max(ROWS, len(tests))):
            self._add(row, tests[row] if row < len(tests) else None)

    def _add(self, row: int, test: Test | None) -> None:
        value = "" if test is None or test.value is None else test.value
        names = [("", "—"), *self.offered]
        self.fields[f"name{row}"] = forms.ChoiceField(
            label=_("题目"), choices=names, required=False, initial=test.name if test else "")
        self.fields[f"operator{row}"] = forms.ChoiceField(
            label=_("比较"), choices=OPERATORS, required=False, initial=test.operator if test else "=")
        self.fields[f"value{row}"] = forms.CharField(
            label=_("值"), required=False, max_length=120,
            initial=f"{value:g}" if isinstance(value, float) else "；".join(map(str, value)) if isinstance(value, tuple)
            else value, widget=forms.TextInput(attrs={"list": "values"}))

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        count = sum(name.startswith("name") for name in self.fields)
        return [(self[f"name{row}"], self[f"operator{row}"], self[f"value{row}"]) for row in range(count)]

    @property
    def expression(self) -> str:
        tests = [self._test(row) for row in range(len(self.rows)) if self.cleaned_data.get(f"name{row}")]
        if not tests:
            return str(self.cleaned_data.get("kept") or "")
        if len(tests) == 1:
            return unparse(tests[0])
        return unparse((All if self.cleaned_data.get("join") != "any" else Some)(tuple(tests)))

    def _test(self, row: int) -> Test:
        name, operator = self.cleaned_data[f"name{row}"], self.cleaned_data[f"operator{row}"] or "="
        typed = self.cleaned_data[f"value{row}"].strip()
        if operator in ALONE:
            return Test(name, operator)
        if "；" in typed:
            return Test(name, "anyof" if operator == "=" else operator,
                        tuple(part.strip() for part in typed.split("；")))
        try:
            return Test(name, operator, float(typed))
        except ValueError:
            return Test(name, operator, typed)


def named_items(found: Questionnaire, besides: str = "") -> list[tuple[str, str]]:
    """Return what a condition can ask about: the items before ``besides``, rows of a matrix apart."""
    told: list[tuple[str, str]] = []
    for item in found.items():
        if item.name == besides:
            break
        if item.asks:
            told += [(f"{item.name}.{row.value}",
                      named(f"{item.name} {_short(item)}", row.text.default)) for row in item.rows]
            told += [] if item.rows else [(item.name, f"{item.name} {_short(item)}")]
    return told


def value_hints(found: Questionnaire) -> list[tuple[str, str]]:
    """Return the values that choices have, with their words."""
    return [(one.value, named(item.name, one.text.default)) for item in found.items()
            for one in (*item.choices, *columns_of(item), *extra_choices(item))]


def _short(item: Item) -> str:
    return item.title.default[:18]
