"""The form of a goal, and the rows of a channel's plan."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_to_name
from bihuan.core.rights import scope_of
from bihuan.engine.indicators.contracts import Passport
from bihuan.loop.evaluate.indicators.contracts import BoardState
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.choices import pickers
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.plan.goals.contracts import Filters, PlanItem, Terms
from bihuan.loop.plan.goals.queries.channels import emphasis_labels
from bihuan.loop.plan.goals.queries.scopes import ScopeVersion, usable
from bihuan.loop.plan.goals.rights import below, topmost

from .queries.goals import filters_for
from .queries.questions import baseline_of

SECONDS = {"秒": 1, "s": 1, "分钟": 60, "分": 60, "m": 60, "min": 60, "小时": 3600, "h": 3600, "天": 86400, "d": 86400}
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(秒|分钟|分|小时|天|min|[smhd])?", re.IGNORECASE)
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ROWS = 10
OWN = "improve.view_measures"


class GoalForm(forms.Form):
    """A goal as people state it; its baseline is read from data and is no field."""

    base = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=gettext_lazy("目标（一句话）"), max_length=200,
                            help_text=gettext_lazy("例如：提升电话一次性解决率至90%；降低投诉重复率20%"))
    indicator = forms.ChoiceField(label=gettext_lazy("指标"))
    scope = forms.ChoiceField(label=gettext_lazy("评价范围"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("单位"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("渠道"), required=False)
    aim = forms.ChoiceField(label=gettext_lazy("目标方式"), widget=forms.RadioSelect)
    amount = forms.CharField(
        label=gettext_lazy("目标值或变化幅度"), max_length=20,
        help_text=gettext_lazy("达到：按指标单位填，如 90%、30秒、24小时；改善：填百分比，如 20%"))
    baseline_start = forms.DateField(label=gettext_lazy("基线期开始"), widget=DAY)
    baseline_end = forms.DateField(label=gettext_lazy("基线期结束"), widget=DAY)
    start = forms.DateField(label=gettext_lazy("目标开始"), widget=DAY)
    due = forms.DateField(label=gettext_lazy("截止日期"), widget=DAY)
    measured = forms.ChoiceField(label=gettext_lazy("按什么期间衡量"))
    owner = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("责任人"))
    reason = forms.CharField(label=gettext_lazy("为什么要做"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
                             help_text=gettext_lazy("针对哪个问题、影响哪些客户"))
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=300, required=False)

    def __init__(self, *args: Any, user: User, revised: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user, self.scopes = user, {str(one.pk): one for one in usable(user)}
        reach = scope_of(user, "plan.change_goals")
        offered = pickers(BoardState(), reach)
        known = sorted((one for one in engine.passports().values() if one.direction != "none"),
                       key=lambda one: in_language(one.title))
        everything = [("", _("全部"))]
        choices: dict[str, list[tuple[str, Any]]] = {
            "indicator": [("", "—"), *((one.name, in_language(one.title)) for one in known)],
            "scope": [("", _("不用评价范围")), *((pk, f"{one.scope.name} · v{one.number}")
                                           for pk, one in self.scopes.items())],
            "unit": everything + [(one.value, "　" * one.depth + one.label) for one in offered["unit"]],
            "channel": everything + [(one.value, one.label) for one in offered["channel"]],
            "aim": [("absolute", _("达到一个值")), ("relative", _("比基线改善一个比例"))],
            "measured": [("month", _("最近一个自然月")), ("quarter", _("最近一个自然季度")),
                         ("since", _("自目标开始累计"))],
        }
        for name, listed in choices.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]
        # Who owns a goal works on it by measures: that leaves out personnel, agencies and agents.
        self.fields["owner"].queryset = people_to_name(user, OWN) | User.objects.filter(  # type: ignore[attr-defined]
            pk=self.initial.get("owner"), is_active=True)
        if not revised:
            self.fields["note"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        passport = engine.passports().get(cleaned.get("indicator", ""))
        if passport is not None and cleaned.get("amount"):
            try:
                cleaned["number"] = read_amount(cleaned["amount"], cleaned.get("aim", ""), passport)
            except ValueError as error:
                self.add_error("amount", str(error))
        begin, end = cleaned.get("baseline_start"), cleaned.get("baseline_end")
        if begin and end and begin > end:
            self.add_error("baseline_start", _("开始日期晚于结束日期：请对调后再试。"))
        cleaned["filters"] = self._filters(cleaned)
        return cleaned

    def _filters(self, cleaned: dict[str, Any]) -> Filters:
        chosen, unit = self.chosen_scope(cleaned), cleaned.get("unit", "")
        kept = chosen.kept if chosen else ()
        named = dict(kept).get("unit", ())
        if unit and named and unit not in (below(named) or ()):
            self.add_error("unit", _("所选单位不在评价范围之内。"))
        try:
            filters = filters_for(kept, unit=unit, channel=cleaned.get("channel", ""))
        except ValueError:
            self.add_error("channel", _("所选渠道不在评价范围之内。"))
            return kept
        if "unit" in dict(filters):
            return filters
        # Whoever leads some units sets goals for those, and the goal says so.
        own = topmost(scope_of(self.user, "plan.change_goals"))
        return filters if not own else (("unit", own), *filters)

    def chosen_scope(self, cleaned: dict[str, Any] | None = None) -> ScopeVersion | None:
        return self.scopes.get((self.cleaned_data if cleaned is None else cleaned).get("scope", ""))

    def terms(self) -> Terms:
        """Return the terms of a valid form with the baseline as the data have it."""
        cleaned = self.cleaned_data
        passport = engine.passports()[cleaned["indicator"]]
        baseline = baseline_of(
            passport.name, cleaned["filters"], cleaned["baseline_start"], cleaned["baseline_end"],
            scope_of(self.user, "plan.change_goals"))
        return Terms(
            title=cleaned["title"], indicator=passport.name, direction=passport.direction, unit=passport.unit,
            filters=cleaned["filters"], measured=cleaned["measured"], baseline_start=cleaned["baseline_start"],
            baseline_end=cleaned["baseline_end"], baseline=baseline, aim=cleaned["aim"], amount=cleaned["number"],
            start=cleaned["start"], due=cleaned["due"], reason=cleaned["reason"])


def read_amount(text: str, aim: str, passport: Passport) -> float:
    """Return a typed amount: a share for percent, seconds for times; a relative change gets the sign that is better.

    Raises ValueError with the sentence for the person.
    """
    bare = text.replace("％", "%").replace(" ", "")
    if aim == "relative":
        number = _number(bare.removesuffix("%").lstrip("+-−")) / 100
        if not 0 < number <= 10:
            raise ValueError(_("改善幅度应大于 0，例如 20%。"))
        return -number if passport.direction == "down" else number
    if passport.unit == "s":
        parts = DURATION.findall(bare)
        if not parts or DURATION.sub("", bare):
            raise ValueError(_("请填写时长，例如 30秒、15分钟、24小时。"))
        return float(sum(float(size) * SECONDS[unit.lower() or "s"] for size, unit in parts))
    number = _number(bare.removesuffix("%"))
    return number / 100 if passport.unit == "%" else number


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf"):
        raise ValueError(_("请填写数字，例如 90。"))
    return number


class ItemForm(forms.Form):
    """One row of a channel's plan; a row without an indicator is left out."""

    indicator = forms.ChoiceField(label=gettext_lazy("指标"), required=False)
    core = forms.BooleanField(label=gettext_lazy("核心"), required=False)
    emphasis = forms.ChoiceField(label=gettext_lazy("侧重"), required=False)

    def __init__(self, *args: Any, indicators: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        kept = self.initial.get("indicator", "")
        gone = [] if not kept or kept in dict(indicators) else [(kept, kept)]
        self.fields["indicator"].choices = [("", "—"), *indicators, *gone]  # type: ignore[attr-defined]
        self.fields["emphasis"].choices = [  # type: ignore[attr-defined]
            ("", "—"), *emphasis_labels().items()]

    def item(self) -> PlanItem | None:
        """Return the row of a valid form; None for an empty one."""
        cleaned = self.cleaned_data
        return PlanItem(**cleaned) if cleaned.get("indicator") else None


class ChannelForm(forms.Form):
    """What goes with the rows: the version they were made from, and why."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=300, required=False)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("撤回原因"), max_length=300)


def first_guess(today: date, first: date | None) -> dict[str, date]:
    """Return dates to begin with: the last whole quarter as baseline, this one and the next to reach the target.

    Where the facts begin later (``first``), the month before this one is the baseline; where they are younger still,
    their first half.
    """
    begin = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    baseline = _months_later(begin, -3)
    if first is not None and first > baseline:
        begin = date(today.year, today.month, 1)
        baseline = _months_later(begin, -1)
        if first > baseline:
            baseline, begin = first, first + timedelta(days=max(1, (today - first).days // 2))
    return {"baseline_start": baseline, "baseline_end": begin - timedelta(days=1), "start": begin,
            "due": _months_later(begin, 6) - timedelta(days=1)}


def _months_later(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)
