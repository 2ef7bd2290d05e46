"""The forms of findings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import Unit, User
from bihuan.core.queries import unit_names
from bihuan.core.rights import scope_of
from bihuan.loop.plan.goals.queries.scopes import usable

from .contracts import KINDS
from .models import VIEW, Finding
from .queries.findings import findings_for
from .queries.statement import Statement
from .queries.words import shown_title

STATES = {"open": _("待处理与处理中"), "new": _("待处理"), "working": _("处理中"), "accepted": _("查原因中"),
          "diagnosed": _("待改进"), "settled": _("已解决"), "dismissed": _("不处理"), "all": _("全部")}


class FilterForm(forms.Form):
    """What of the inbox is shown."""

    state = forms.ChoiceField(label=_("状态"), choices=list(STATES.items()), required=False)
    kind = forms.ChoiceField(label=_("来源"), required=False, choices=[("", _("全部来源")), *KINDS.items()])
    unit = forms.ChoiceField(label=_("单位"), required=False)
    mine = forms.BooleanField(label=_("我负责的"), required=False)
    scope = forms.ChoiceField(label=_("评价范围"), required=False)
    cycle = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=_("查找"), required=False, max_length=80)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(user, VIEW)
        units = [(code, name) for code, name in unit_names().items() if scope.units is None or code in scope.units]
        self.fields["unit"].choices = [("", _("全部单位")), *units]  # type: ignore[attr-defined]
        self.fields["scope"].choices = [("", _("不限")), *scope_choices(user)]  # type: ignore[attr-defined]


def scope_choices(user: User) -> list[tuple[str, str]]:
    """Return the review scopes a person may keep a list to."""
    return [(str(one.pk), one.scope.name) for one in usable(user)]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("不处理的原因"), max_length=300)


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(label=_("负责人"), queryset=User.objects.none())

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seeing = [user.pk for user in User.objects.filter(is_active=True)
                  if Finding.objects.for_user(user).filter(pk=finding.pk).exists()]
        self.fields["owner"].queryset = User.objects.filter(pk__in=seeing)  # type: ignore[attr-defined]


class FindingField(forms.ModelChoiceField):
    """Problems by number and title, in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {shown_title(obj)}"


class JoinForm(forms.Form):
    """Which open finding leads."""

    leader = FindingField(label=_("领头的问题"), queryset=Finding.objects.none(),
                                    help_text=_("归在一起便于一起看；每个问题仍各自受理、各自计数。"))

    def __init__(self, *args: Any, finding: Finding, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = findings_for(user).filter(bundle=None).exclude(pk=finding.pk).exclude(
            state__in=(Finding.State.SETTLED, Finding.State.DISMISSED)).order_by("-last_seen", "-pk")
        self.fields["leader"].queryset = found  # type: ignore[attr-defined]


class StatementForm(forms.Form):
    """Step, action, metric, threshold."""

    step = forms.CharField(label=_("环节"), max_length=120, help_text=_("哪个环节，如“退换货审批”。"))
    action = forms.CharField(label=_("动作"), max_length=120, help_text=_("哪个动作出了问题，如“区域复核重复审批”。"))
    metric = forms.CharField(label=_("指标"), max_length=120, help_text=_("用什么衡量，如“解决周期”。"))
    threshold = forms.CharField(label=_("界限"), max_length=120, help_text=_("带数字，如“多等 20 小时”。"))

    def statement(self) -> Statement:
        return Statement(**{name: self.cleaned_data[name] for name in ("step", "action", "metric", "threshold")})


class NewForm(StatementForm):
    """A problem that a person brings up."""

    unit_code = forms.ChoiceField(label=_("单位"), required=False)
    evidence = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(user, "diagnose.work_findings")
        units = [(code, name) for code, name in unit_names().items() if scope.units is None or code in scope.units]
        whole = [("", _("全公司"))] if scope.units is None and scope.agents is None else []
        self.fields["unit_code"].choices = [*whole, *units]  # type: ignore[attr-defined]


class IssueForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("责任部门"), queryset=Unit.objects.filter(is_current=True))


class AnswerForm(forms.Form):
    text = forms.CharField(label=_("答复"), widget=forms.Textarea(attrs={"rows": 3}))


class MovementForm(forms.Form):
    """Which indicator, which month against which, by which groups."""

    AGAINST = {"previous": _("上个月"), "last_year": _("去年同月")}

    finding = forms.CharField(required=False, widget=forms.HiddenInput)
    indicator = forms.ChoiceField(label=_("指标"))
    month = forms.ChoiceField(label=_("月份"))
    against = forms.ChoiceField(label=_("对比"), choices=list(AGAINST.items()))
    by = forms.ChoiceField(label=_("分组"))
    also = forms.ChoiceField(label=_("第二维度"), required=False)
    third = forms.ChoiceField(label=_("第三维度"), required=False)
    scope = forms.ChoiceField(label=_("评价范围"), required=False)

    def __init__(self, *args: Any, indicators: Any, months: Any, dimensions: Any, scopes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = indicators  # type: ignore[attr-defined]
        self.fields["month"].choices = [(name, name) for name in reversed(months)]  # type: ignore[attr-defined]
        self.fields["by"].choices = dimensions  # type: ignore[attr-defined]
        for name in ("also", "third"):
            self.fields[name].choices = [("", "—"), *dimensions]  # type: ignore[attr-defined]
        self.fields["scope"].choices = [("", _("不限")), *scopes]  # type: ignore[attr-defined]
