"""Forms of the masking rules, the preferences, reveals, requests and exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.core import languages
from bihuan.engine.facts.privacy.errors import PrivacyError
from bihuan.engine.facts.privacy.rules import KINDS, OwnPattern, Rules, rules_from, rules_to

from ..contracts import CHANNELS, PURPOSES, Preferences
from ..models import SubjectRequest


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, languages.in_script(words[0 if languages.reads_chinese() else 1])) for kind, words in KINDS.items()]


class MaskingForm(forms.Form):
    """Which kinds are masked, numbers that never are, and patterns of one's own, one a line: 名称 = 正则."""

    kinds = forms.MultipleChoiceField(
        label=_("要遮蔽的类别"), choices=kind_choices, widget=forms.CheckboxSelectMultiple)
    own = forms.CharField(
        label=_("自定义规则"), required=False, widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("每行一条：名称 = 正则表达式（RE2），例如：会员号 = 会员号[:：]?(M\\d{6})。"
                    "有括号时只遮蔽括号内的部分。"))
    never = forms.CharField(
        label=_("从不遮蔽"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个，例如本公司的热线号码。"))
    on_import = forms.BooleanField(
        label=_("导入时即遮蔽，原文加密另存"), required=False,
        help_text=_("开启后，新导入的记录只含占位符；原文按客户加密，凭权限和原因才能查看。已有记录不受影响。"))

    @classmethod
    def of(cls, rules: Rules) -> dict[str, Any]:
        """Return the initial values that show rules."""
        return {"kinds": sorted(rules.kinds), "never": "\n".join(sorted(rules.never)), "on_import": rules.on_import,
                "own": "\n".join(f"{each.label} = {each.pattern}" for each in rules.own)}

    def clean_own(self) -> tuple[OwnPattern, ...]:
        found = []
        for number, line in enumerate(self.cleaned_data["own"].splitlines(), 1):
            label, sign, pattern = (part.strip() for part in line.partition("="))
            if not line.strip():
                continue
            if not (label and sign and pattern) or len(label) > 12:
                raise ValidationError(_("第 %(line)s 行应写成“名称 = 正则表达式”，名称不超过 12 个字。"),
                                      params={"line": number})
            found.append(OwnPattern(label, pattern))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        if "own" in self.cleaned_data and "kinds" in self.cleaned_data:
            try:
                self.rules()
            except PrivacyError as error:
                self.add_error("own", error.text(get_language() or "zh"))
        return self.cleaned_data

    def rules(self) -> Rules:
        """Return the rules that the form states; PrivacyError for a pattern that cannot be used."""
        told = self.cleaned_data
        never = frozenset(line.strip() for line in told["never"].splitlines() if line.strip())
        return rules_from(rules_to(Rules(frozenset(told["kinds"]), told["own"], never, told["on_import"])))


class TrialForm(forms.Form):
    """A text to try the rules on; it is stored nowhere."""

    text = forms.CharField(label=_("试一试"), max_length=5000, strip=False, widget=forms.Textarea(attrs={"rows": 4}),
                           help_text=_("输入一段文字，看哪些内容会被遮蔽。内容不会保存。"))


class PreferencesForm(forms.Form):
    """Hours of contact, the term of an answer, limits of exports."""

    contact_from = forms.TimeField(
        label=_("联系时段自"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    contact_until = forms.TimeField(
        label=_("联系时段至"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    request_days = forms.IntegerField(label=_("个人信息请求答复期限（工作日）"), min_value=1, max_value=60)
    export_rows = forms.IntegerField(label=_("超过多少行的明细导出须审批"),
                                     help_text=_("含个人信息的导出一律须审批。"), min_value=0, max_value=10_000_000)
    link_hours = forms.IntegerField(label=_("下载链接有效小时数"), min_value=1, max_value=720)

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("contact_from"), self.cleaned_data.get("contact_until")
        if first and last and first >= last:
            self.add_error("contact_until", _("结束时间须晚于开始时间。"))
        return self.cleaned_data

    def chosen(self) -> Preferences:
        return Preferences(**self.cleaned_data)


class RevealForm(forms.Form):
    """Whom to show, and why."""

    by = forms.ChoiceField(label=_("查找方式"), choices=[
        ("customer", _("客户编号")), ("phone", _("电话")), ("name", _("姓名")), ("email", _("邮箱"))])
    value = forms.CharField(label=_("内容"), max_length=200)
    reason = forms.CharField(label=_("查看原因"), max_length=200, help_text=_("至少 4 个字，会记入审计日志。"))


class RequestForm(forms.ModelForm):
    class Meta:
        model = SubjectRequest
        fields = ["customer", "kind", "channel", "detail", "received_at"]
        widgets = {"received_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
                   "detail": forms.Textarea(attrs={"rows": 3})}


class IdentityForm(forms.Form):
    how = forms.CharField(label=_("身份核实方式"), max_length=200,
                          help_text=_("例如：回拨预留号码并核对最近一笔订单。"))


class AnswerForm(forms.Form):
    """What was done; for a correction also the right values."""

    outcome = forms.CharField(label=_("办理结果"), required=False, max_length=1000,
                              widget=forms.Textarea(attrs={"rows": 3}), help_text=_("告知请求人的内容。"))

    def __init__(self, *args: Any, kind: str, strangers: Sequence[tuple[str, int, int]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if strangers:
            self.fields["stay"] = forms.MultipleChoiceField(
                label=_("保留这些本公司人员的名字"), required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(name, _("%(name)s（这位客户的 %(cases)s 个工单；还在另外 %(others)s 位客户的工单里）") % {
                    "name": name, "cases": cases, "others": others}) for name, cases, others in strangers],
                help_text=_("来源没有注明他们是客户还是员工，名册里也没有，但在多位客户的工单里写过。不勾选的一律清空；"
                            "无法确认是同事的，不要勾选。"))
        if kind == SubjectRequest.Kind.CORRECT:
            self.fields["name"] = forms.CharField(label=_("正确的姓名"), required=False, max_length=80)
            self.fields["phone"] = forms.CharField(label=_("正确的电话"), required=False, max_length=40)
            self.fields["email"] = forms.EmailField(label=_("正确的邮箱"), required=False)

    def corrections(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in ("name", "phone", "email")}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("拒绝理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class PurposeForm(forms.Form):
    """Say what a file is for, and whether it goes abroad."""

    use = forms.ChoiceField(label=_("用途类别"), choices=list(PURPOSES.items()), initial="improvement",
                            help_text=_("与数据收集时登记的用途不符的，会被阻止并记录。"))
    purpose = forms.CharField(label=_("用途"), max_length=200,
                              help_text=_("会写入文件水印，例如：三季度满意度电话回访。"))
    abroad = forms.CharField(label=_("境外接收方"), max_length=120, required=False,
                             help_text=_("文件不出境请留空；出境须先有对该接收方的影响评估（情形：向境外提供）。"))


class ContactsForm(PurposeForm):
    """Ask for a list of contacts."""

    field_order = ["title", "customers", "channel", "use", "purpose", "abroad"]

    title = forms.CharField(label=_("名称"), max_length=120, initial=_("联系名单"))
    customers = forms.CharField(label=_("客户编号"), widget=forms.Textarea(attrs={"rows": 5}),
                                help_text=_("每行一个，最多 5000 个。"))
    channel = forms.ChoiceField(label=_("联系渠道"), choices=list(CHANNELS.items()))

    def clean_customers(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["customers"].splitlines())
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > 5000:
            raise ValidationError(_("一次最多 5000 个客户编号，请分批申请。"))
        return found


class DecisionForm(forms.Form):
    note = forms.CharField(label=_("审批意见"), required=False, max_length=200)
