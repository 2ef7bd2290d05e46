"""Forms of the questionnaire around its items: texts, pages, skips, quotas, what is pasted or imported."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.languages import beside
from bihuan.engine.survey.questionnaire import Page, Questionnaire, Text
from bihuan.engine.survey.questionnaire.contracts import EMPTY

LANGUAGES = (("", _("简体")), ("_hant", _("繁體")), ("_en", _("English")))
MOST_FILE = 1024 * 1024


class Texts(forms.Form):
    """A form with texts in three languages: fields ``x``, ``x_hant`` and ``x_en``."""

    base = forms.IntegerField(widget=forms.HiddenInput)

    def add_text(self, name: str, label: Any, text: Text | None, *, rows: int = 1, required: bool = False,
                 hint: Any = "") -> None:
        others = dict((text or EMPTY).others)
        for suffix, language in LANGUAGES:
            widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
            initial = {"": (text or EMPTY).default, "_hant": others.get("zh-tw", ""), "_en": others.get("en",
                                                                                                        "")}[suffix]
            self.fields[name + suffix] = forms.CharField(
                label=f"{label}" if not suffix else beside(label, language), required=required and not suffix,
                initial=initial, widget=widget, max_length=4000, help_text=hint if not suffix else "")

    def text(self, name: str, kept: Text | None = None) -> Text:
        """The text as typed; languages that the form does not know stay as they were."""
        foreign = {code: one for code, one in (kept or EMPTY).others if code not in ("zh-tw", "en")}
        typed = {"zh-tw": self.cleaned_data.get(f"{name}_hant", ""), "en": self.cleaned_data.get(f"{name}_en", "")}
        others = {code: one for code, one in {**foreign, **typed}.items() if one}
        return Text(self.cleaned_data.get(name, ""), tuple(sorted(others.items())))

    def group(self, name: str) -> list[Any]:
        return [self[name + suffix] for suffix, _language in LANGUAGES]


class HeadForm(Texts):
    """Title, notice of purpose, consent, reward, thanks."""

    def __init__(self, *args: Any, found: Questionnaire, **more: Any) -> None:
        super().__init__(*args, **more)
        self.add_text("title", _("问卷标题"), found.title, required=True)
        self.add_text("description", _("调查说明"), found.description, rows=3, hint=_("调查目的、保密承诺、大约用时。"))
        self.add_text("consent", _("同意条款"), found.consent, rows=2, hint=_("填写后，作答前须先勾选同意。"))
        self.add_text("reward", _("答谢说明"), found.reward, rows=2, hint=_("积分或小礼品；答谢台账与答案分开保存。"))
        self.add_text("completed", _("结束语"), found.completed, rows=2)

    @property
    def groups(self) -> list[list[Any]]:
        return [self.group(name) for name in ("title", "description", "consent", "reward", "completed")]


class PageForm(Texts):
    """A page's title and notice; its condition is a form of its own."""

    def __init__(self, *args: Any, page: Page, **more: Any) -> None:
        super().__init__(*args, **more)
        self.add_text("title", _("页标题"), page.title)
        self.add_text("description", _("页说明"), page.description, rows=2)

    @property
    def groups(self) -> list[list[Any]]:
        return [self.group(name) for name in ("title", "description")]


class SkipForm(forms.Form):
    """Where a skip leads; its condition is a form of its own."""

    goto = forms.ChoiceField(label=_("跳到"), required=False)

    def __init__(self, *args: Any, found: Questionnaire, **more: Any) -> None:
        super().__init__(*args, **more)
        pages = [(page.name, f"{page.name} {page.title.default}") for page in found.pages[1:]]
        items = [(item.name, f"{item.name} {item.title.default[:18]}") for item in found.items()]
        self.fields["goto"].choices = [("", _("结束问卷")), (_("页"), pages),
                                       (_("题目"), items)]  # type: ignore[attr-defined]


class QuotaForm(forms.Form):
    name = forms.CharField(label=_("配额名称"), max_length=40)
    limit = forms.IntegerField(label=_("上限（份）"), min_value=1, max_value=1_000_000)


class VariableForm(forms.Form):
    variables = forms.CharField(
        label=_("链接变量"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "每行一个：名称 = 预览用的示例，例如 product = 宽带。"
            "题目里写 {product} 即可引用；不要放个人信息。"))


class PasteForm(forms.Form):
    """Questions as people have them in a document."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("粘贴题目"), max_length=60_000, widget=forms.Textarea(attrs={"rows": 14}),
                           help_text=_(
        "题目以编号开头，选项另起一行，以 A. 或 ○ 开头；可写【多选题】【排序题】【填空题】，1-5分会成为评分题。"))


class ImportForm(forms.Form):
    """A SurveyJS JSON file."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    file = forms.FileField(label=_("SurveyJS JSON 文件"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_FILE:
            raise forms.ValidationError(_("文件超过 1 MB，不像是一份问卷。"))
        try:
            return json.loads(file.read().decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("文件不是 JSON。请从 SurveyJS 导出 JSON 后再导入。")) from error


class DimensionForm(forms.Form):
    code = forms.SlugField(label=_("编号"), max_length=40, help_text=_("英文字母、数字、下划线；定下后不能改。"))
    name = forms.CharField(label=_("名称"), max_length=40)
    name_en = forms.CharField(label=_("英文名称"), max_length=60, required=False)
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)
