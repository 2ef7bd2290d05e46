"""Forms of calls: the script, the list, what came of a call, and answers read from the shared fragments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bihuan.engine.survey.questionnaire import Questionnaire
from bihuan.engine.survey.questionnaire import contracts as c

from ..models import CallAttempt, CallTarget, Script

Outcome = CallAttempt.Outcome
# Error codes of the engine's check, in the words of somebody who types for another.
ERRORS: dict[str, Any] = {
    "required": _("请回答这一题。"), "reason": _("请说明原因。"), "range": _("请填写范围内的数值。"),
    "choice": _("请从选项中选择。"), "number": _("请填写数字。"), "date": _("请填写日期。"),
    "email": _("请填写邮箱地址。"), "phone": _("请填写电话号码。"), "too_many": _("选择的项数过多。"),
    "rows": _("请回答每一行。"), "places": _("每个名次只能用一次，并请排完全部选项。"),
    "other": _("请写明“其他”是什么。"), "long": _("文字太长，请缩短。"),
    "empty": _("还没有作答。请至少回答一题。"),
}


class ScriptForm(forms.ModelForm):
    """What is read out, and how often a customer is called."""

    class Meta:
        model = Script
        fields = ["opening", "consent", "closing", "most_attempts", "retry_hours"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("opening", "consent", "closing")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in (("most_attempts", 10), ("retry_hours", 168)):
            self.fields[name] = forms.IntegerField(label=self.fields[name].label, min_value=1, max_value=most)


class SourceForm(forms.Form):
    """From where customers come onto the list."""

    source = forms.ChoiceField(label=_("把谁列入名单"), choices=CallTarget.Source.choices, widget=forms.RadioSelect)


class ReasonForm(forms.Form):
    """Why somebody looks at a number."""

    reason = forms.CharField(label=_("查看原因"), max_length=200, help_text=_("例如“按名单电话访问”。会记入查看记录。"))


class EndForm(forms.Form):
    """What came of a call without answers."""

    outcome = forms.ChoiceField(label=_("结果"), widget=forms.RadioSelect, choices=[
        (one.value, one.label) for one in (Outcome.NO_ANSWER, Outcome.CALL_BACK, Outcome.REFUSED, Outcome.WRONG)])
    callback_at = forms.DateTimeField(label=_("约定再拨时间"), required=False, widget=forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
    no_more = forms.BooleanField(label=_("客户不希望再接到任何电话（登记勿扰）"), required=False)
    note = forms.CharField(label=_("说明"), required=False, max_length=300, help_text=_("不要写个人信息。"))


def typed_answers(found: Questionnaire, post: QueryDict) -> dict[str, Any]:
    """Return what a form of the shared fragments holds; what was left empty is not there."""
    given: dict[str, Any] = {}
    for item in found.items():
        if item.type == c.CHECKBOX:
            given[item.name] = post.getlist(item.name)
        elif item.type == c.MATRIX:
            rows = {row.value: post.get(f"{item.name}.{row.value}") for row in item.rows}
            given[item.name] = {row: value for row, value in rows.items() if value}
        elif item.type == c.RANKING:
            places = {one.value: post.get(f"{item.name}.{one.value}", "") for one in item.choices}
            given[item.name] = {value: place for value, place in places.items() if place}
        elif item.asks:
            given[item.name] = post.get(item.name, "").strip()
        given[item.name + c.COMMENT_SUFFIX] = post.get(item.name + c.COMMENT_SUFFIX, "").strip()
    return {name: value for name, value in given.items() if value not in (None, "", [], {})}
