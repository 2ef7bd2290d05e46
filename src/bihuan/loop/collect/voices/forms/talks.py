"""Forms of interviews and visits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User

from ..contracts import AREAS, VERDICTS
from ..models import Guide, Interview, Scenario
from ..rights import INTERVIEW, MANAGE
from .feedback import unit_field

MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
# What a first guide asks; people change it.
SHIPPED: dict[str, str] = {
    "touchpoint": _("您最近一次是通过什么渠道联系我们的？当时的经过是怎样的？\n哪一步最顺利，哪一步最不顺利？"),
    "attitude": _("接待您的人员给您留下了什么印象？请举一个例子。"),
    "efficiency": _("从提出问题到得到答复用了多久？您原本期望多久？"),
    "resolution": _("问题最后解决了吗？您是怎样知道的？\n如果再遇到同样的事，您希望我们怎样做？")}


class GuideForm(forms.ModelForm):
    """A guide: one question a line, by area."""

    class Meta:
        model = Guide
        fields = ["name", "purpose", "unit_code", "is_active"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"] = unit_field(user, MANAGE)
        kept = {part["area"]: "\n".join(part["questions"]) for part in self.instance.sections}
        for area, label in AREAS.items():
            first = kept.get(area, "") if self.instance.pk else str(SHIPPED.get(area, ""))
            self.fields[f"area_{area}"] = forms.CharField(
                label=label, required=False, max_length=4000, initial=first, widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("每行一个问题。") if area == "touchpoint" else "")

    def questions(self) -> dict[str, list[str]]:
        """Return the questions by area."""
        return {area: self.cleaned_data.pop(f"area_{area}").splitlines() for area in AREAS}


class InterviewForm(forms.ModelForm):
    """The head of a record."""

    consent = forms.BooleanField(label=_("受访者同意访谈，并知道内容只用于改进服务、可随时撤回"))
    field_order = ["guide", "kind", "consent", "consent_how", "sound_allowed"]

    class Meta:
        model = Interview
        fields = ["guide", "kind", "unit_code", "customer", "respondent", "place", "held_at", "minutes", "consent_how",
                  "sound_allowed"]
        widgets = {"kind": forms.RadioSelect, "held_at": MOMENT}
        help_texts = {"customer": _("选填；不是客户或不愿留名时留空。"),
                      "respondent": _("例如：企业采购经理、门店顾客。不要写姓名。"),
                      "consent_how": _("例如：签署同意书、录音开头口头同意。")}

    def __init__(self, *args: Any, user: User, guides: QuerySet[Guide], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"] = unit_field(user, INTERVIEW)
        self.fields["guide"].queryset = guides.filter(is_active=True)  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """A passage and its theme."""

    message = forms.CharField(max_length=40)
    start = forms.IntegerField(required=False, min_value=0)
    end = forms.IntegerField(required=False, min_value=0)
    tag = forms.IntegerField()


class ScenarioForm(forms.ModelForm):
    """A scenario: a line of the checklist is section | item | weight, with ! for a critical item."""

    checklist_text = forms.CharField(
        label=_("检查表"), widget=forms.Textarea(attrs={"rows": 10}), max_length=20_000,
        help_text=_("每行一项：分组 | 检查项 | 权重；关键项在权重后加 !，没做到时整次暗访单独标出。"))

    class Meta:
        model = Scenario
        fields = ["name", "channel", "story", "unit_code", "is_active"]
        widgets = {"story": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"] = unit_field(user, MANAGE)
        self.initial["checklist_text"] = "\n".join(
            f"{item['section']} | {item['text']} | {item['weight']:g}{'!' if item.get('critical') else ''}"
            for item in self.instance.checklist)

    def clean_checklist_text(self) -> list[dict[str, Any]]:
        lines = [line for line in self.cleaned_data["checklist_text"].splitlines() if line.strip()]
        return [_item(number, line) for number, line in enumerate(lines, 1)]


class VisitForm(forms.Form):
    """Whom to send where."""

    scenario = forms.ModelChoiceField(label=_("场景"), queryset=Scenario.objects.none())
    visitor = forms.ModelChoiceField(label=_("暗访员"), queryset=User.objects.none())
    place = forms.CharField(label=_("网点或渠道"), max_length=120, required=False)
    planned_on = forms.DateField(label=_("计划日期"), widget=forms.DateInput(attrs={"type": "date"}),
                                 initial=timezone.localdate)

    def __init__(self, *args: Any, user: User, scenarios: QuerySet[Scenario], visitors: QuerySet[User],
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"] = unit_field(user, MANAGE)
        self.fields["unit_code"].label = _("受访单位")
        self.fields["scenario"].queryset = scenarios.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["visitor"].queryset = visitors  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """What a visit found: a verdict and a note an item."""

    visited_at = forms.DateTimeField(label=_("到访时间"), widget=MOMENT)
    case = forms.CharField(label=_("留下的工单"), max_length=200, required=False, help_text=_(
        "暗访在服务系统里留下工单时填写：复核后，其评价不计入客户统计。"))

    def __init__(self, *args: Any, checklist: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in checklist:
            self.fields[f"v_{item['key']}"] = forms.ChoiceField(
                label=f"{item['text']}{_critical()}" if item.get("critical") else item["text"],
                widget=forms.RadioSelect, required=False,
                choices=[(value, label) for value, (label, _credit) in VERDICTS.items()])
            self.fields[f"n_{item['key']}"] = forms.CharField(label=_("说明"), required=False, max_length=2000)
        self.fields["n_all"] = forms.CharField(label=_("总体印象"), required=False, max_length=2000,
                                               widget=forms.Textarea(attrs={"rows": 3}))

    def by(self, letter: str) -> dict[str, str]:
        return {name[2:]: value for name, value in self.cleaned_data.items() if name.startswith(f"{letter}_") and value}

    def lines(self) -> list[tuple[Any, Any]]:
        """The fields of each item: (verdict, note)."""
        return [(self[name], self[f"n_{name[2:]}"]) for name in self.fields if name.startswith("v_")]


def _critical() -> str:
    return _now("（关键项）")


def _item(number: int, line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    weight = parts[-1].replace("！", "!")
    try:
        value = float(weight.rstrip("!"))
        if len(parts) != 3 or not all(parts) or not 0 < value <= 1000:
            raise ValueError(line)
    except ValueError:
        raise forms.ValidationError(
            _now("第 %(line)s 行看不懂：%(text)s。请写成“分组 | 检查项 | 权重”，权重为大于 0 的数。"),
            params={"line": number, "text": line[:60]}) from None
    return {"section": parts[0], "text": parts[1], "weight": value, "critical": weight.endswith("!")}
