"""What people fill in on the way of a file: how to read it, which mapping, which column for which field, why undo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import drafts, labels

CONSTANT, BY_CONTENT = "=", "#"
ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5", "latin-1")
DELIMITERS = ((",", _("逗号 ,")), ("\t", _("制表符")), (";", _("分号 ;")), ("|", _("竖线 |")))


class ReadingForm(forms.Form):
    """How the file is read. What was recognised is chosen; a person may know better."""

    encoding = forms.ChoiceField(label=_("编码"), required=False)
    delimiter = forms.ChoiceField(label=_("分隔符"), required=False)
    sheet = forms.ChoiceField(label=_("工作表"), required=False)
    header_row = forms.IntegerField(label=_("表头在第几行（没有填 0）"), min_value=0, max_value=200, required=False)

    def __init__(self, *args: Any, recognised: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("encoding", recognised.get("encoding"), [(one, one.upper()) for one in ENCODINGS])
        self._choose("delimiter", recognised.get("delimiter"), list(DELIMITERS))
        self._choose("sheet", recognised.get("sheet"), [(one, one) for one in recognised.get("sheets") or ()])
        if recognised.get("header_row") is None:
            del self.fields["header_row"]

    def _choose(self, name: str, recognised: str | None, choices: list[tuple[str, Any]]) -> None:
        """Offer the choices, the recognised one among them; drop the field where it means nothing for this file."""
        if not recognised:
            del self.fields[name]
            return
        if recognised not in [value for value, _label in choices]:
            choices = [(recognised, recognised), *choices]
        self.fields[name].choices = choices


class PresetForm(forms.Form):
    """Which mapping: a recognised or saved one, or one made field by field for a table."""

    way = forms.ChoiceField(label=_("怎样对应"), choices=[("preset", ""), ("own", "")])
    preset = forms.ChoiceField(label=_("已有映射"), required=False)
    table = forms.ChoiceField(label=_("每一行是什么"), required=False, choices=list(labels.TABLES.items()))

    def __init__(self, *args: Any, presets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["preset"].choices = presets
        self.fields["way"].choices = [
            ("preset", _("使用已有映射")), ("own", _("逐字段对应"))]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("way") == "preset" and not told.get("preset"):
            self.add_error("preset", _("请选择一个映射，或改为逐字段对应。"))
        if told.get("way") == "own" and not told.get("table"):
            self.add_error("table", _("请选择每一行是什么。"))
        return told


class MappingForm(forms.Form):
    """For each field of a table the column it comes from (or a fixed value) and how its cells are read."""

    source = forms.CharField(label=_("来源系统"), max_length=60, required=False,
                             help_text=_("同一系统的文件请用同一个名称：编号相同的记录会更新，不会重复。"))
    dates = forms.ChoiceField(label=_("日期写法"), required=False, choices=[
        ("", pgettext_lazy("dates", "自动")), *labels.DATE_ORDERS.items()],
        help_text=_("只在 3/4/2024 这类写法分不清日和月时需要选。"))
    keep_rest = forms.BooleanField(label=_("把没有对应的列保留为“其他信息”"), required=False)

    def __init__(self, *args: Any, table: str, columns: dict[str, list[str]], **kwargs: Any) -> None:
        """``columns``: for each field the file's columns, likeliest first."""
        super().__init__(*args, **kwargs)
        self.table = table
        for field in drafts.offered_fields(table):
            choices = [("", _("（不导入）")), *((one, one) for one in columns[field]),
                       (BY_CONTENT, _("（没有编号：按整行内容识别）")) if field == "external_id" else
                       (CONSTANT, _("（固定值）"))]
            self.fields[f"column_{field}"] = forms.ChoiceField(
                label=labels.field(field), choices=choices, required=False)
            self.fields[f"parser_{field}"] = forms.ChoiceField(
                label=_("读作"), required=False,
                choices=[(parser, labels.PARSERS[parser]) for parser in drafts.parsers(table, field)])
            self.fields[f"constant_{field}"] = forms.CharField(label=_("固定值"), max_length=200, required=False)
            if drafts.is_moment(table, field):
                self.fields[f"time_{field}"] = forms.ChoiceField(
                    label=_("时刻所在的列"), required=False,
                    choices=[("", _("（日期和时刻在同一列）")), *((one, one) for one in columns[field])])
        if table == "cases":
            self._ask_for_a_rating(sorted({one for listed in columns.values() for one in listed}))

    def _ask_for_a_rating(self, columns: list[str]) -> None:
        self.fields["rating_column"] = forms.ChoiceField(
            label=_("同一行里的客户评价"), required=False,
            choices=[("", _("（没有）")), *((one, one) for one in columns)],
            help_text=_("选了这一列，每行除工单外还写入一份满意度答卷；时间取关闭、解决或受理时间中最晚已知的一个。"))
        self.fields["rating_metric"] = forms.ChoiceField(
            label=_("评价类型"), required=False, choices=list(labels.METRICS.items()))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for field in drafts.offered_fields(self.table):
            # A fixed value that was typed without choosing "fixed value" is meant as one.
            if told.get(f"constant_{field}") and not told.get(f"column_{field}") and field != "external_id":
                told[f"column_{field}"] = CONSTANT
        for field in drafts.required_fields(self.table):
            if not told.get(f"column_{field}"):
                self.add_error(f"column_{field}", _(
                    "请选择编号所在的列；文件没有编号时选最后一项。") if field == "external_id" else
                    _("这个字段不能缺：请选择一列，或填写固定值。"))
        for field in drafts.offered_fields(self.table):
            if told.get(f"column_{field}") == CONSTANT and not told.get(f"constant_{field}"):
                self.add_error(f"constant_{field}", _("请填写固定值。"))
        return told

    def draft(self) -> drafts.Draft:
        """Return what was filled in as a draft."""
        told, fields = self.cleaned_data, {}
        for field in drafts.offered_fields(self.table):
            column = told.get(f"column_{field}")
            if column == CONSTANT:
                fields[field] = {"constant": told[f"constant_{field}"]}
            elif column and column != BY_CONTENT:
                fields[field] = {"column": column, "parser": told.get(f"parser_{field}") or ""}
                if told.get(f"time_{field}"):
                    fields[field]["time"] = told[f"time_{field}"]
        return {"table": self.table, "source": told.get("source", ""), "dates": told.get("dates", ""),
                "keep_rest": bool(told.get("keep_rest")), "fields": fields,
                "by_content": told.get("column_external_id") == BY_CONTENT,
                "rating": {"column": told.get("rating_column") or "", "metric": told.get("rating_metric") or "csat"}}

    def rows(self) -> list[dict[str, Any]]:
        """Return the fields for the page: name, needed, and the three bound inputs."""
        needed = drafts.required_fields(self.table)
        return [{"name": field, "label": labels.field(field), "needed": field in needed,
                 "column": self[f"column_{field}"], "parser": self[f"parser_{field}"],
                 "constant": self[f"constant_{field}"],
                 "time": self[f"time_{field}"] if f"time_{field}" in self.fields else None}
                for field in drafts.offered_fields(self.table)]


def mapping_initial(draft: drafts.Draft) -> dict[str, Any]:
    """Return a draft as the initial values of a MappingForm."""
    initial: dict[str, Any] = {key: draft.get(key) for key in ("source", "dates", "keep_rest")}
    rating = draft.get("rating") or {}
    if draft.get("by_content"):
        initial["column_external_id"] = BY_CONTENT
    initial |= {"rating_column": rating.get("column", ""), "rating_metric": rating.get("metric", "csat")}
    for field, told in draft.get("fields", {}).items():
        initial[f"column_{field}"] = told.get("column") or CONSTANT
        initial[f"parser_{field}"] = told.get("parser", "")
        initial[f"constant_{field}"] = told.get("constant", "")
        initial[f"time_{field}"] = told.get("time", "")
    return initial


class EventForm(forms.Form):
    """One further time of a row and what happened then; a row without a column is none."""

    column = forms.ChoiceField(label=_("时间列"), required=False)
    time = forms.ChoiceField(label=_("时刻所在的列"), required=False)
    plus = forms.ChoiceField(label=_("再加时长"), required=False)
    kind = forms.ChoiceField(label=_("含义"), required=False)
    activity = forms.CharField(label=_("事件名称"), max_length=60, required=False)
    actor = forms.ChoiceField(label=_("执行人列"), required=False)
    actor_kind = forms.ChoiceField(label=_("执行人类别"), required=False)

    def __init__(self, *args: Any, columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed, kinds, actors = [(one, one) for one in columns], *(
            labels.VALUES["events", field].items() for field in ("kind", "actor_kind"))
        for name, choices in (("column", [("", _("（没有）")), *listed]), ("time", [("", _("（同一列）")), *listed]),
                              ("plus", [("", _("（不加）")), *listed]), ("actor", [("", _("（没有）")), *listed]),
                              ("kind", [("", "—"), *kinds]), ("actor_kind", [("", "—"), *actors])):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("column") and not told.get("kind"):
            self.add_error("kind", _("请选择这个时间发生了什么。"))
        if not told.get("column") and (told.get("kind") or told.get("activity")):
            self.add_error("column", _("请选择时间所在的列。"))
        return told


class EventFormSet(BaseFormSet):
    """The further times of a row; each under a name of its own, which tells them apart from import to import."""

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            name = form.is_valid() and form.cleaned_data.get("column") and _name_of(form.cleaned_data)
            if name and name in seen:
                form.add_error("activity", _("已有同名的事件，请换一个名称。"))
            seen.add(name or "")

    def drafted(self) -> list[dict[str, str]]:
        """Return what was filled in as events of a draft."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("column")]
        return [{**{key: value for key, value in row.items() if value}, "activity": _name_of(row)} for row in rows]


def _name_of(told: dict[str, str]) -> str:
    return told.get("activity") or str(labels.VALUES["events", "kind"].get(told.get("kind", ""), ""))


EventForms = formset_factory(EventForm, formset=EventFormSet, extra=2, max_num=20)


def event_forms(draft: drafts.Draft, columns: list[str], data: Any = None) -> EventFormSet | None:
    """Return a draft's events and two empty rows; only cases have times that make events."""
    if draft["table"] != "cases":
        return None
    return EventForms(data, initial=draft.get("events") or [], prefix="events", form_kwargs={"columns": columns})


class SaveMappingForm(forms.Form):
    """The name under which a mapping is kept for the next file of the same system."""

    title = forms.CharField(label=_("映射名称"), max_length=60,
                            help_text=_("例如“热线系统工单导出”。下次会自动认出这种文件。"))


class MappingFileForm(forms.Form):
    """A mapping file that somebody shared."""

    file = forms.FileField(label=_("映射文件（.toml）"), max_length=200,
                           widget=forms.FileInput(attrs={"accept": ".toml"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 256 * 1024:
            raise forms.ValidationError(_("映射文件不会这么大。请选择 .toml 文件。"))
        return file


class UndoForm(forms.Form):
    """Why a batch is taken back."""

    reason = forms.CharField(label=_("撤销原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
