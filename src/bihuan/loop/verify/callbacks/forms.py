"""Forms of call-backs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .contracts import CLOSING, MOST_CALLS, OPENING, QUESTION, WINDOW_DAYS, WORTHWHILE, Benefit, Improve
from .models import Attempt
from .queries.affected import WEEKS

Outcome = Attempt.Outcome
LARGEST = 10 * 1024 * 1024


class OpenForm(forms.Form):
    """How a round is carried out."""

    weeks = forms.IntegerField(label=gettext_lazy("名单往前取多少周"), min_value=1, max_value=104, initial=WEEKS,
                               help_text=gettext_lazy("问题自己有期间的，以问题的期间为准。"))
    most = forms.IntegerField(label=gettext_lazy("每组最多回访"), min_value=5, max_value=500, initial=MOST_CALLS)
    worthwhile = forms.FloatField(label=gettext_lazy("值得做的最小变化（分）"), min_value=0.05, max_value=4,
                                  initial=WORTHWHILE)
    window_days = forms.IntegerField(label=gettext_lazy("复现与流失的窗口（天）"), min_value=7, max_value=180,
                                     initial=WINDOW_DAYS)
    opening = forms.CharField(label=gettext_lazy("开场白"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000,
                              help_text=gettext_lazy(
                                  "{company} 读作公司名称，{interviewer} 读作回访员的工号，没有坐席工号的读姓名。"))
    question = forms.CharField(label=gettext_lazy("评分问题"), widget=forms.Textarea(attrs={"rows": 2}),
                               max_length=500, help_text=gettext_lazy("两组客户听到的话完全一样，建立后不能改。"))
    closing = forms.CharField(label=gettext_lazy("其余问题"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500)
    seed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in (("opening", OPENING), ("question", QUESTION), ("closing", CLOSING)):
            self.fields[name].initial = str(text)


class AssignForm(forms.Form):
    """Who calls how many."""

    caller = forms.ChoiceField(label=gettext_lazy("回访人"))
    count = forms.IntegerField(label=gettext_lazy("人数"), min_value=1, max_value=500, initial=10)

    def __init__(self, *args: Any, people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caller"].choices = [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why somebody looks at a number."""

    reason = forms.CharField(label=gettext_lazy("查看原因"), max_length=200,
                             help_text=gettext_lazy("例如“按名单回访”。会记入查看记录。"))


class EndForm(forms.Form):
    """What came of a call without feedback."""

    outcome = forms.ChoiceField(label=gettext_lazy("结果"), widget=forms.RadioSelect, choices=[
        (one.value, one.label) for one in (Outcome.NO_ANSWER, Outcome.LATER, Outcome.REFUSED, Outcome.WRONG)])
    later_at = forms.DateTimeField(label=gettext_lazy("约定再拨时间"), required=False, widget=forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
    no_more = forms.BooleanField(label=gettext_lazy("客户不希望再接到任何电话（登记勿扰）"), required=False)
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=300,
                           help_text=gettext_lazy("不要写个人信息。"))


class FeedbackForm(forms.Form):
    """The line of form (五)."""

    score = forms.TypedChoiceField(label=gettext_lazy("客户满意度评分(1-5分)"), coerce=int, widget=forms.RadioSelect,
                                   choices=[(one, str(one)) for one in range(1, 6)])
    opinion = forms.CharField(label=gettext_lazy("客户意见建议"), required=False, max_length=2000,
                              widget=forms.Textarea(attrs={"rows": 3}))
    improve = forms.ChoiceField(label=gettext_lazy("是否持续改进"), required=False, widget=forms.RadioSelect,
                                choices=[("", gettext_lazy("没有说")), *Improve.choices])
    remark = forms.CharField(label=gettext_lazy("备注"), required=False, max_length=300,
                             help_text=gettext_lazy("例如：客户流失风险降低。"))


class BenefitForm(forms.Form):
    """What came of it for the business."""

    kind = forms.ChoiceField(label=gettext_lazy("业务结果"), choices=Benefit.choices)
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=300)


class ConcludeForm(forms.Form):
    """The end of a round."""

    note = forms.CharField(label=gettext_lazy("提前结束的原因"), required=False, max_length=300,
                           help_text=gettext_lazy("还有客户没有回访完时必填。"))


class SampleForm(forms.Form):
    """Onto which wave's sample the list goes."""

    wave = forms.TypedChoiceField(label=gettext_lazy("调查期次"), coerce=int)

    def __init__(self, *args: Any, waves: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wave"].choices = waves  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A filled-in form (五)."""

    file = forms.FileField(label=gettext_lazy("填写好的 Excel"))

    def clean_file(self) -> Any:
        if self.cleaned_data["file"].size > LARGEST:
            raise forms.ValidationError(_("文件太大：回访表不超过 10 MB。"))
        return self.cleaned_data["file"]
