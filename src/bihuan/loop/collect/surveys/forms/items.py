"""The form of one item: only the settings its type has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.engine.survey.questionnaire import Choice, Item, Questionnaire, Text
from bihuan.engine.survey.questionnaire import contracts as c
from bihuan.engine.survey.questionnaire.parts import NAME
from bihuan.engine.survey.questionnaire.reading import NONE_WORDS, NOT_APPLICABLE_WORDS, OTHER_WORDS

from .heads import Texts

METRICS = [("rating", _("评分（不计入 CSAT/NPS/CES 指标）")), ("csat", _("满意度 CSAT（1-5）")),
           ("nps", _("推荐意愿 NPS（0-10）")),
           ("ces", _("费力程度 CES（1-7）"))]
ROLES = [("", "—"), ("overall", _("总体评价")), ("dimension", _("维度评价")), ("open", _("开放建议")),
         ("profile", _("基本情况")),
         ("screening", _("甄别"))]
INPUTS = [("text", _("文字")), ("number", _("数字")), ("date", _("日期")), ("email", _("邮箱")), ("tel", _("电话"))]
SPARE = 3
LISTS = {c.RADIO: ("choices",), c.CHECKBOX: ("choices",), c.DROPDOWN: ("choices",), c.RANKING: ("choices",),
         c.MATRIX: ("rows", "columns")}
TITLES = {"choices": _("选项"), "rows": _("行"), "columns": _("列")}


class ItemForm(Texts):
    """Changes of ``item``; ``changed`` gives the item as typed. What the form does not show stays as it was."""

    def __init__(self, *args: Any, item: Item, found: Questionnaire, dimensions: Sequence[tuple[str, str]],
                 **more: Any) -> None:
        super().__init__(*args, **more)
        self.item, self.found, self.dimensions = item, found, [("", "—"), *dimensions]
        self.add_text("title", _("说明文字") if item.type == c.HTML else _("题目"), item.title, rows=2,
                      required=item.type != c.PANEL, hint=_("用 {q1} 引用前面题目的回答。"))
        if item.type != c.HTML:
            self.add_text("description", _("题目下方说明"), item.description)
        self.fields["name"] = forms.RegexField(
            NAME, label=_("题目编号"), initial=item.name, max_length=40,
            help_text=_("各期相同的编号才能比较；改编号会同时改掉引用。"))
        if item.asks:
            self._add("required", forms.BooleanField, _("必答"), item.required)
            self._choice("role", _("作用"), ROLES, item.role)
        if item.type in (c.RATING, c.COMMENT, c.MATRIX, *c.CHOOSING):
            self._choice("dimension", _("评价维度"), self.dimensions, item.dimension)
        own = getattr(self, f"_fields_{item.type}", None)
        if own:
            own()
        for key in LISTS.get(item.type, ()):
            self._add_list(key, getattr(item, key))

    # The settings of each type.

    def _fields_rating(self) -> None:
        item = self.item
        self._choice("metric", _("计入指标"), METRICS, item.metric or "rating")
        self._number("low", _("最低分"), item.low, 0, 10, required=True)
        self._number("high", _("最高分"), item.high, 1, 20, required=True)
        self.add_text("low_text", _("最低分的意思"), item.low_text)
        self.add_text("high_text", _("最高分的意思"), item.high_text)
        self._add("reversed", forms.BooleanField, _("分数越低越好"), item.reversed)
        self._number("reason_below", _("评到几分及以下须说明原因"), item.reason_below, 0, 10)
        others = [(one.name, f"{one.name} {one.title.default[:24]}") for one in self.found.items()
                  if one.type == c.RATING and one.name != item.name and not one.expects]
        self._choice("expects", _("这是哪道题的期望题"), [("", "—"), *others], item.expects)
        self._add("not_applicable", forms.BooleanField, _("提供“不清楚 / 不适用”"), item.not_applicable is not None)

    def _fields_matrix(self) -> None:
        self._add("not_applicable", forms.BooleanField, _("提供“不清楚 / 不适用”"),
                  self.item.not_applicable is not None)

    def _fields_radiogroup(self) -> None:
        self._add("other", forms.BooleanField, _("提供“其他”并可填写"), self.item.other is not None)
        self._add("none", forms.BooleanField, _("提供“以上都不是”"), self.item.none is not None)

    _fields_dropdown = _fields_radiogroup

    def _fields_checkbox(self) -> None:
        self._fields_radiogroup()
        self._number("most", _("最多选几项"), self.item.most, 1, 50)

    def _fields_text(self) -> None:
        self._choice("input_type", _("填写内容"), INPUTS, self.item.input_type)

    def _add(self, name: str, kind: type[forms.Field], label: Any, initial: Any) -> None:
        self.fields[name] = kind(label=label, initial=initial, required=False)

    def _choice(self, name: str, label: Any, choices: Sequence[tuple[str, Any]], initial: str) -> None:
        known = [*choices, *([(initial, initial)] if initial not in dict(choices) else [])]
        self.fields[name] = forms.ChoiceField(label=label, choices=known, initial=initial, required=False)

    def _number(self, name: str, label: Any, initial: int | None, low: int, high: int, required: bool = False) -> None:
        self.fields[name] = forms.IntegerField(label=label, initial=initial, min_value=low, max_value=high,
                                               required=required)

    # Choices, rows and columns: a line each, some lines to spare.

    def _add_list(self, key: str, listed: Sequence[Choice]) -> None:
        count = len(listed) + SPARE
        if self.is_bound:
            line = re.compile(rf"{re.escape(self.add_prefix(key))}-(\d+)-text")
            count = max((int(match[1]) + 1 for name in self.data if (match := line.fullmatch(name))), default=count)
        for row in range(min(count, 80)):
            one = listed[row] if row < len(listed) else None
            others = dict(one.text.others) if one else {}
            for part, label, initial in (
                    ("order", _("顺序"), row + 1), ("text", TITLES[key], one.text.default if one else ""),
                    ("hant", _("繁體"), others.get("zh-tw", "")), ("en", _("English"), others.get("en", "")),
                    ("value", _("代码"), one.value if one else "")):
                field = forms.IntegerField if part == "order" else forms.CharField
                self.fields[f"{key}-{row}-{part}"] = field(label=f"{label} {row + 1}", initial=initial, required=False)
            if key == "rows":
                self._choice(f"{key}-{row}-dimension", f"{_('评价维度')} {row + 1}", self.dimensions,
                             one.dimension if one else "")

    @property
    def lists(self) -> list[tuple[Any, list[list[Any]]]]:
        return [(TITLES[key], self._lines(key)) for key in LISTS.get(self.item.type, ())]

    def _lines(self, key: str) -> list[list[Any]]:
        parts = ("order", "text", "en", "hant", "value", *(("dimension",) if key == "rows" else ()))
        count = sum(re.fullmatch(rf"{key}-\d+-text", name) is not None for name in self.fields)
        return [[self[f"{key}-{row}-{part}"] for part in parts] for row in range(count)]

    def _typed(self, key: str, listed: Sequence[Choice]) -> tuple[Choice, ...]:
        lines = []
        for row in range(len(self._lines(key))):
            told = {part: self.cleaned_data.get(f"{key}-{row}-{part}") for part in
                    ("order", "text", "hant", "en", "value", "dimension")}
            if told["text"]:
                lines.append((told["order"] or row + 1, row, told))
        taken = {told["value"] for *_place, told in lines if told["value"]}
        found = []
        for *_place, told in sorted(lines, key=lambda one: one[:2]):
            value = told["value"] or _free(key[0], taken)
            taken.add(value)
            others = {code: told[part] for code, part in (("zh-tw", "hant"), ("en", "en")) if told[part]}
            found.append(Choice(value, Text(told["text"], tuple(sorted(others.items()))), told["dimension"] or ""))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        low, high = told.get("low"), told.get("high")
        if low is not None and high is not None and not low < high <= low + 10:
            self.add_error("high", _("最高分须大于最低分，最多11级。"))
        metric = told.get("metric", "")
        if metric in c.SCALES and (low, high) != c.SCALES[metric]:
            one, other = c.SCALES[metric]
            self.add_error("metric", _("这个指标的分值范围必须是 {low} 到 {high}。").format(low=one, high=other))
        if metric in c.SCALES and told.get("reversed"):
            self.add_error("reversed", _("这个指标必须分数越高越好。"))
        for key in LISTS.get(self.item.type, ()):
            if len(self._typed(key, ())) < (1 if key == "rows" else 2):
                self.add_error(None, _("“{list}”太少，请至少填写两行。").format(list=TITLES[key]))
        return told

    @property
    def changed(self) -> Item:
        told, item = self.cleaned_data, self.item
        texts = {name: self.text(name, getattr(item, name)) for name in ("title", "description", "low_text",
                                                                         "high_text")
                 if name in self.fields}
        plain = {name: told[name] for name in ("name", "required", "role", "dimension", "metric", "low", "high",
                                               "reversed",
                                               "reason_below", "expects", "input_type", "most") if name in self.fields}
        offered = {name: (getattr(item, name) or usual) if told[name] else None for name, usual in (
            ("other", OTHER_WORDS), ("none", NONE_WORDS),
            ("not_applicable", NOT_APPLICABLE_WORDS)) if name in self.fields}
        lists = {key: self._typed(key, getattr(item, key)) for key in LISTS.get(item.type, ())}
        return replace(item, **texts, **plain, **offered, **lists)


def _free(letter: str, taken: set[Any]) -> str:
    return next(f"{letter}{number}" for number in range(1, 1000) if f"{letter}{number}" not in taken)
