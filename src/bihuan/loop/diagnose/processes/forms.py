"""Forms of the register: a process, a step, a file of steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import scope_of
from bihuan.engine.process.register import (
    LETTERS,
    RegisterError,
    Step,
    read_bpmn,
    read_mermaid,
    read_sheet,
)
from bihuan.engine.process.register.sheet import names_in_lines
from bihuan.engine.process.register.steps import names_in

from .contracts import MODES
from .rights import CHANGE
from .services.errors import told

DUTIES = {"R": _("负责执行（R）"), "A": _("最终负责（A，只能一个）"), "C": _("被咨询（C）"), "I": _("被告知（I）")}
LARGEST = 20 * 1024 * 1024


class ProcessForm(forms.Form):
    """A process by name, unit and the cases that run it."""

    name = forms.CharField(label=_("名称"), max_length=120, help_text=_("如“退换货”、“报修”。"))
    unit_code = forms.ChoiceField(label=_("单位"), required=False)
    where = forms.CharField(label=_("哪些工单走这个流程"), max_length=300, required=False,
                            help_text=_("条件，如 topic = 退款 或 channel in (phone, online)；留空为全部工单。"))
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(user, CHANGE)
        units = [(code, name) for code, name in unit_names().items() if scope.units is None or code in scope.units]
        whole = [("", _now("全公司"))] if scope.units is None and scope.agents is None else []
        self.fields["unit_code"].choices = [*whole, *units]  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """One step with who does what."""

    name = forms.CharField(label=_("步骤"), max_length=120)
    activities = forms.CharField(label=_("流水中的活动"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
                                 help_text=_("每行一个，与流水中的写法相同；留空则与步骤同名。"))
    started_by = forms.CharField(label=_("开始活动"), required=False, widget=forms.Textarea(attrs={"rows": 1}),
                                 help_text=_("标志这一步开始的活动，每行一个；没有则不计算处理时间。"))
    input = forms.CharField(label=_("输入"), max_length=300, required=False)
    output = forms.CharField(label=_("输出"), max_length=300, required=False)
    performer = forms.CharField(label=_("执行者"), max_length=120, required=False)
    minutes = forms.FloatField(label=_("所需时间（分钟）"), min_value=0, max_value=1e6, required=False)
    mode = forms.ChoiceField(label=_("线上/线下"), choices=[("", "—"), *MODES.items()], required=False)
    optional = forms.BooleanField(label=_("可以跳过"), required=False)
    repeatable = forms.BooleanField(label=_("可以重复"), required=False)

    def __init__(self, *args: Any, step: Step | None = None, **kwargs: Any) -> None:
        if step is not None:
            kwargs["initial"] = {
                **{name: getattr(step, name) for name in ("name", "input", "output", "performer", "minutes", "mode",
                                                          "optional", "repeatable")},
                "activities": "\n".join(step.activities), "started_by": "\n".join(step.started_by),
                **{letter: "、".join(step.roles(letter)) for letter in LETTERS}}
        super().__init__(*args, **kwargs)
        for letter in LETTERS:
            self.fields[letter] = forms.CharField(
                label=DUTIES[letter], max_length=200, required=False, help_text=_("岗位名称，用顿号分开。"))

    def step(self) -> Step:
        """Return the step as filled in; its number is given by the register."""
        data = self.cleaned_data
        return Step(
            0, data["name"].strip(), names_in_lines(data["activities"].replace("\r", "")),
            names_in_lines(data["started_by"].replace("\r", "")), data["input"].strip(), data["output"].strip(),
            data["performer"].strip(), data["minutes"], data["mode"], data["optional"], data["repeatable"],
            tuple((letter, names_in(data[letter])) for letter in LETTERS))


class ImportForm(forms.Form):
    """A file of steps: Excel, BPMN or Mermaid."""

    file = forms.FileField(
        label=_("文件"), help_text=_("Excel（xlsx）、BPMN 2.0（bpmn、xml）或 Mermaid（mmd、md、txt）。"))
    steps: list[Step]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_now("文件太大。"))
        name, data = file.name.lower(), file.read()
        try:
            if name.endswith(".xlsx"):
                self.steps = read_sheet(data)
            else:
                text = data.decode("utf-8-sig")
                self.steps = read_bpmn(text) if text.lstrip().startswith("<") else read_mermaid(text)
        except UnicodeDecodeError:
            raise forms.ValidationError(_now("文件不是 UTF-8 编码的文本。")) from None
        except RegisterError as error:
            raise forms.ValidationError(told(error)) from error
        return file


class PublishForm(forms.Form):
    """Why a version comes into force."""

    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)
