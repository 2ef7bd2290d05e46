"""The forms of meetings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import scope_of
from bihuan.loop.diagnose.findings.queries import findings_for

from .models import REPEATS, Decision, Idea, Meeting
from .rights import HOLD, people_of
from .services.holding import Words

MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
MOST_FINDINGS = 200


def finding_choices(user: User) -> list[tuple[str, str]]:
    """Return the open findings a person sees, to choose from."""
    rows = findings_for(user).exclude(state__in=("settled", "dismissed"))[:MOST_FINDINGS]
    return [("", str(_("不针对某个问题"))), *((str(row.pk), str(row)) for row in rows)]


def choose(field: Any, choices: list[tuple[str, str]]) -> None:
    field.choices = choices


class NewForm(forms.Form):
    """A meeting that is called."""

    kind = forms.ChoiceField(label=_("类型"), choices=Meeting.Kind.choices)
    title = forms.CharField(label=_("名称"), max_length=120, help_text=_("如“9 月客诉归因会议”。"))
    unit_code = forms.ChoiceField(label=_("单位"), required=False, help_text=_("议程只取这个单位和它下属单位的数据。"))
    at = forms.DateTimeField(label=_("时间"), widget=MOMENT)
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    repeat = forms.ChoiceField(label=_("重复"), required=False, choices=[("", _("不重复")), *REPEATS.items()],
                               help_text=_("到时间后自动召集下一次，参会人会收到邀请；改为不重复即停止。"))
    finding = forms.TypedChoiceField(label=_("针对的问题"), required=False, coerce=int, empty_value=None)
    topics = forms.CharField(label=_("补充议题"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(user, HOLD)
        units = [(code, name) for code, name in unit_names().items() if scope.units is None or code in scope.units]
        whole = [("", str(_("全公司")))] if scope.units is None and scope.agents is None else []
        choose(self.fields["unit_code"], [*whole, *units])
        choose(self.fields["finding"], finding_choices(user))

    def words(self) -> Words:
        kept = self.cleaned_data
        return Words(kept["title"], kept["at"], kept["place"], kept["topics"], finding_id=kept["finding"],
                     repeat=kept["repeat"])


class EditForm(forms.Form):
    """When, where, with whom."""

    title = forms.CharField(label=_("名称"), max_length=120)
    at = forms.DateTimeField(label=_("时间"), widget=MOMENT)
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    repeat = forms.ChoiceField(label=_("重复"), required=False, choices=[("", _("不重复")), *REPEATS.items()],
                               help_text=_("到时间后自动召集下一次，参会人会收到邀请；改为不重复即停止。"))
    chair = forms.ModelChoiceField(label=_("主持人"), queryset=User.objects.none())
    participants = forms.ModelMultipleChoiceField(label=_("参会人"), queryset=User.objects.none(),
                                                  widget=forms.CheckboxSelectMultiple)
    guests = forms.CharField(label=_("列席（没有账号的人）"), max_length=300, required=False)
    finding = forms.TypedChoiceField(label=_("针对的问题"), required=False, coerce=int, empty_value=None)
    topics = forms.CharField(label=_("补充议题"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, user: User, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=[one.pk for one in people_of(meeting.unit_code)])
        for name in ("chair", "participants"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        choose(self.fields["finding"], finding_choices(user))

    def words(self) -> Words:
        kept = self.cleaned_data
        return Words(kept["title"], kept["at"], kept["place"], kept["topics"], kept["guests"], kept["chair"],
                     tuple(kept["participants"]), kept["finding"], kept["repeat"])


class MinutesForm(forms.Form):
    """The minutes; of a workshop also the direction."""

    minutes = forms.CharField(label=_("纪要"), required=False, widget=forms.Textarea(attrs={"rows": 10}))
    direction = forms.CharField(label=_("优化方向"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not meeting.is_workshop:
            del self.fields["direction"]


class DecisionForm(forms.Form):
    text = forms.CharField(label=_("决定"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(label=_("责任人"), queryset=User.objects.none())
    due_on = forms.DateField(label=_("完成期限"), widget=DAY)
    finding = forms.TypedChoiceField(label=_("问题"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, user: User, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [one.pk for one in people_of(meeting.unit_code)]
        self.fields["owner"].queryset = User.objects.filter(pk__in=people)  # type: ignore[attr-defined]
        choose(self.fields["finding"], finding_choices(user))


class SettleForm(forms.Form):
    state = forms.ChoiceField(label=_("状态"), choices=Decision.State.choices)
    result = forms.CharField(label=_("结果"), max_length=300, required=False)


class IdeaForm(forms.Form):
    text = forms.CharField(label=_("想法"), max_length=300)


class RankForm(forms.Form):
    priority = forms.ChoiceField(label=_("优先级"), required=False, choices=[("", "—"), *Idea.Priority.choices])
