"""Forms of follow-ups: a survey's rule, what was done, and what came of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_to_name
from bihuan.loop.collect.surveys.contracts import Mode
from bihuan.loop.collect.surveys.queries.reach import Survey

from ..contracts import FollowResult
from ..queries.followups import consent_choices, rated_items, rule_of
from ..rights import FOLLOW

SHIPPED = {"csat": 2, "nps": 6, "ces": 3}      # up to here a score is offered as low


class LowScoreForm(forms.Form):
    """From which score on customers of a survey are spoken to."""

    item = forms.ChoiceField(label=_("评分题"))
    at_most = forms.FloatField(label=_("几分及以下算低分"), min_value=0, max_value=100)
    due_hours = forms.IntegerField(label=_("跟进时限（工作小时）"), min_value=1, max_value=200,
                                   help_text=_("从开立时起按工作日历计算。"))
    consent = forms.ChoiceField(label=_("客户怎样表示同意联系"), required=False, help_text=_(
        "选一道单选题中表示同意的选项。保密调查必须有；实名调查不选则都跟进，登记勿扰的仍不联系。"))
    person = forms.ModelChoiceField(label=_("跟进人"), queryset=User.objects.none(), required=False,
                                    empty_label=_("不指定：通知本单位有跟进权限的人，由其中一位接手"))
    is_active = forms.BooleanField(label=_("启用"), required=False, help_text=_(
        "从启用或修改评分题、分数、同意选项时起收到的答卷才跟进。"))

    def __init__(self, *args: Any, survey: Survey, user: User, language: str, **kwargs: Any) -> None:
        rule, items = rule_of(survey), rated_items(survey)
        first = next(iter(items.values()), None)
        super().__init__(*args, initial={
            "item": rule.item if rule else "", "due_hours": rule.due_hours if rule else 8,
            "at_most": f"{rule.at_most:g}" if rule else SHIPPED.get(first.metric, first.low + 1) if first else 2,
            "consent": f"{rule.consent_item}={rule.consent_value}" if rule and rule.consent_item else "",
            "person": rule.person_id if rule else None, "is_active": rule.is_active if rule else True}, **kwargs)
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            *([("", _("请选择"))] if rule and rule.item not in items else []),
            *((name, f"{item.title.in_language(language)}（{item.low}–{item.high}）") for name, item in items.items())]
        choices, kept = consent_choices(survey, language), self.initial["consent"]
        if kept and kept not in dict(choices):      # else a save would let everybody be spoken to
            choices.append((kept, _("原来选的题目或选项，问卷里已经没有")))
        self.fields["consent"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        self.fields["consent"].required = survey.mode == Mode.CONFIDENTIAL
        self.fields["person"].queryset = people_to_name(user, FOLLOW)  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """Return what was filled in as the service takes it."""
        told = dict(self.cleaned_data)
        item, _sign, value = told.pop("consent").partition("=")
        return {**told, "consent_item": item, "consent_value": value}


class CallForm(forms.Form):
    """What came of a call."""

    reached = forms.ChoiceField(label=_("结果"), choices=[("yes", _("联系上了")), ("no", _("没有联系上"))],
                                widget=forms.RadioSelect)
    note = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
                           help_text=_("客户怎么说、答应了什么。不要写个人信息。"))


class WriteForm(forms.Form):
    """An answer to the customer."""

    text = forms.CharField(label=_("答复内容"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
                           help_text=_("按发放问卷的方式发给客户，末尾附退订链接。"))


class CloseForm(forms.Form):
    """What came of it."""

    result = forms.ChoiceField(label=_("结果"), choices=[("", _("请选择")), *FollowResult.choices])
    note = forms.CharField(label=_("办结说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
                           help_text=_("问题出在哪个环节、怎样解决的。写事，不写谁的错。"))
