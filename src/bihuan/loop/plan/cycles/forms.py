"""The forms of reviews."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.queries import unit_tree
from bihuan.core.rights import scope_of
from bihuan.loop.plan.goals.contracts import Filters, filters_of
from bihuan.loop.plan.goals.queries.scopes import ScopeVersion, usable

from .contracts import KEY_INDICATORS, KINDS, RECURRING, ROLES, Opening
from .queries.scoring import indicator_titles
from .rights import MANAGE

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def people() -> Any:
    return User.objects.filter(is_active=True).order_by("display_name", "username")


class IndicatorsField(forms.MultipleChoiceField):
    """The key indicators, to be ticked."""

    def __init__(self) -> None:
        super().__init__(label=_("关键指标"), choices=[], widget=forms.CheckboxSelectMultiple,
                         help_text=_("这一范围的记录无法计算的指标会自动略去。"))


class CycleForm(forms.Form):
    """A review as a person opens it; its numbers are read from data and are no field."""

    kind = forms.ChoiceField(label=_("类型"), choices=list(KINDS.items()))
    title = forms.CharField(label=_("标题"), max_length=200)
    subject = forms.CharField(label=_("对象"), max_length=200, required=False,
                              help_text=_("哪件投诉、哪个问题、哪项上线、哪家外包商"))
    start = forms.DateField(label=_("开始"), widget=DAY)
    end = forms.DateField(label=_("结束"), widget=DAY)
    scope = forms.ChoiceField(label=_("评价范围"), required=False)
    unit = forms.ChoiceField(label=_("单位"), required=False, help_text=_("评价范围已含单位时不用选"))
    owner = forms.ModelChoiceField(User.objects.none(), label=_("负责人"))
    why = forms.CharField(label=_("为什么复盘"), max_length=500, required=False,
                          widget=forms.Textarea(attrs={"rows": 2}))
    indicators = IndicatorsField()
    cases = forms.CharField(label=_("背后的工单"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
                            help_text=_("每行一个工单号；由投诉或高频问题开启时必填"))

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.scopes = {str(one.pk): one for one in usable(user)}
        reach = scope_of(user, MANAGE)
        choose: Any = self.fields
        named = [(key, one.scope.name) for key, one in self.scopes.items()]
        choose["scope"].choices = [("", _("不用评价范围")), *named]
        lines = [one for one in unit_tree() if reach.units is None or one.unit.code in reach.units]
        choose["unit"].choices = [("", _("全部单位") if reach.units is None else _("按评价范围")),
                                  *((one.unit.code, "　" * one.depth + one.unit.name) for one in lines)]
        choose["owner"].queryset = people()
        choose["indicators"].choices = list(indicator_titles().items())
        self.fields["indicators"].initial = list(KEY_INDICATORS)

    def version(self) -> ScopeVersion | None:
        return self.scopes.get(self.cleaned_data["scope"])

    def opening(self) -> Opening:
        """Return what a valid form opens."""
        told, version = self.cleaned_data, self.version()
        cases = list(dict.fromkeys(line.strip() for line in told["cases"].splitlines() if line.strip()))
        return Opening(
            kind=told["kind"], title=told["title"], start=told["start"], end=told["end"],
            filters=self._filters(version), scope_id=version.pk if version else None, why=told["why"],
            indicators=tuple(told["indicators"]), subject=told["subject"], cases=[(case, told["subject"])
                                                                                for case in cases])

    def _filters(self, version: ScopeVersion | None) -> Filters:
        kept = {name: list(values) for name, values in version.kept} if version else {}
        if self.cleaned_data["unit"] and not kept.get("unit"):
            kept["unit"] = [self.cleaned_data["unit"]]
        return filters_of(kept)


class RhythmForm(forms.Form):
    """A review that comes round."""

    kind = forms.ChoiceField(label=_("类型"), choices=list(RECURRING.items()))
    title = forms.CharField(label=_("名称"), max_length=120,
                            help_text=_("每一期的标题为名称加期间，如“服务质量复盘 2026-Q1”"))
    scope = forms.ChoiceField(label=_("评价范围"), required=False)
    first = forms.DateField(label=_("从哪一期开始"), widget=DAY, help_text=_("填该期内任意一天；已过去的各期会补开"))
    wait_days = forms.IntegerField(label=_("期末后第几个工作日开启"), min_value=0, max_value=60, initial=3,
                                   help_text=_("按办公日历数，节假日与补班照算；等数据到齐再冻结"))
    owner = forms.ModelChoiceField(User.objects.none(), label=_("负责人"))
    indicators = IndicatorsField()

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.scopes = {str(one.scope_id): one.scope for one in usable(user)}
        choose: Any = self.fields
        choose["scope"].choices = [("", _("全部记录")), *((key, one.name) for key, one in self.scopes.items())]
        choose["owner"].queryset = people()
        choose["indicators"].choices = list(indicator_titles().items())
        self.fields["indicators"].initial = list(KEY_INDICATORS)


class MemberForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label=_("成员"))
    role = forms.ChoiceField(label=_("角色"), choices=list(ROLES.items()))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choose: Any = self.fields
        choose["user"].queryset = people()


class CaseForm(forms.Form):
    case = forms.CharField(label=_("工单号"), max_length=200)
    why = forms.CharField(label=_("为什么列入"), max_length=200, required=False)


class GoalLinkForm(forms.Form):
    goal = forms.ChoiceField(label=_("目标"))

    def __init__(self, *args: Any, goals: list[Any], linked: set[int], **more: Any) -> None:
        super().__init__(*args, **more)
        choose: Any = self.fields
        choose["goal"].choices = [(one.goal_id, (_("移出：{title}") if one.goal_id in linked else "{title}").format(
            title=one.title)) for one in goals]


class CloseForm(forms.Form):
    conclusion = forms.CharField(label=_("结论"), widget=forms.Textarea(attrs={"rows": 4}),
                                 help_text=_("哪些目标达成、哪些没有、下一期先做什么"))


class FreezeForm(forms.Form):
    reason = forms.CharField(label=_("为什么重新取数"), max_length=300)
