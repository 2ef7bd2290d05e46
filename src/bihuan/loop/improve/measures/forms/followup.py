"""The small forms of carrying a measure out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_to_name
from bihuan.core.queries import unit_tree

from ..contracts import EVIDENCE_KINDS
from ..rights import VIEW
from .measures import DAY


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=500)


class PostponeForm(forms.Form):
    due_on = forms.DateField(label=_("新的计划完成时间"), widget=DAY)
    reason = forms.CharField(label=_("原因"), max_length=500)


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(User.objects.none(), label=_("新责任人"))
    reason = forms.CharField(label=_("原因"), max_length=500)

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["to"].queryset = people_to_name(user, VIEW)  # type: ignore[attr-defined]


class MilestoneForm(forms.Form):
    title = forms.CharField(label=_("阶段"), max_length=120)
    deliverable = forms.CharField(label=_("交付物"), max_length=200, required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("责任人"))
    due_on = forms.DateField(label=_("计划日期"), widget=DAY)

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = people_to_name(user, VIEW)  # type: ignore[attr-defined]


class ProgressForm(forms.Form):
    share = forms.IntegerField(label=_("完成百分比"), min_value=0, max_value=100)
    text = forms.CharField(label=_("本周进展"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    difficulty = forms.CharField(label=_("难点"), max_length=500, required=False)
    adjustment = forms.CharField(label=_("调整"), max_length=500, required=False)


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=_("材料种类"), choices=list(EVIDENCE_KINDS.items()))
    file = forms.FileField(label=_("文件"), max_length=200)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)
    is_free = forms.BooleanField(
        label=_("我确认文件里没有客户的个人信息"), required=False,
        help_text=_("图片、PDF 等机器读不了的文件，确认后原件才装入归档包；文本和办公文件由系统检查"))


class DepartmentForm(forms.Form):
    unit = forms.ChoiceField(label=_("验收部门"))
    duty = forms.CharField(label=_("该部门的责任"), max_length=300, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (one.unit.code, "　" * one.depth + one.unit.name) for one in unit_tree()]


class AcceptanceForm(forms.Form):
    accepted = forms.ChoiceField(label=_("验收结果"), choices=[("yes", _("通过")), ("no", _("不通过"))],
                                 widget=forms.RadioSelect)
    note = forms.CharField(label=_("意见"), max_length=300, required=False)


class CompleteForm(forms.Form):
    change_on = forms.DateField(label=_("新做法的第一天"), widget=DAY,
                                help_text=_("效果从这一天起算，完成之后不能再改"))
    delay_reason = forms.CharField(label=_("延期原因"), max_length=500, required=False)


class OutcomeForm(forms.Form):
    outcome = forms.CharField(label=_("实施情况简述"), widget=forms.Textarea(attrs={"rows": 3}), required=False)


class UseForm(forms.Form):
    budget = forms.FloatField(label=_("已用预算（元）"), min_value=0, required=False)
    staff = forms.FloatField(label=_("已用人力（人天）"), min_value=0, required=False)
