"""The form of an indicator's definition; what can be computed is decided by the engine's own check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core import languages
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.indicators.contracts import Passport
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.passports import from_dict, to_dict

from ..queries.definable import field_label
from ..queries.families import family_labels
from ..queries.words import said

AREA = {"rows": 2, "spellcheck": "false", "class": "formula"}
# The interval that suits what is computed; a person who defines an indicator need not know its name.
INTERVALS = {"rate": "wilson", "mean": "t", "median": "order_statistics", "nps": "multinomial", "ratio": "bootstrap",
             "count": "poisson"}
EDITED = ("name", "grain", "anchor", "aggregation", "numerator", "denominator", "exclusions", "value", "window",
          "window_from", "credit", "minimum_n", "unit", "direction", "family", "owner", "source")
# What one may choose there depends on the kind of rows.
OF_GRAIN = ("anchor", "window_from", "credit")


def grain_choices() -> list[tuple[str, str]]:
    """Return the kinds of rows an indicator may count."""
    labels = {"case": _("工单"), "segment": _("处理段"), "answer": _("客户回答"), "invitation": _("调查邀请"),
              "agent_state": _("坐席状态"), "exposure": _("业务基数")}
    return [(grain, labels.get(grain, grain)) for grain in GRAINS]


class PassportForm(forms.Form):
    """One version of a definition. ``definition()`` is what the engine reads; errors are laid to their fields."""

    name = forms.SlugField(label=gettext_lazy("代码"), max_length=60,
                           help_text=gettext_lazy("小写字母、数字和下划线，例如 fcr_vip；发布后不能改。"))
    title_zh = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    title_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=120, required=False)
    sentence_zh = forms.CharField(label=gettext_lazy("一句话说明"), max_length=300,
                                  widget=forms.Textarea(attrs={"rows": 2}))
    sentence_en = forms.CharField(label=gettext_lazy("英文说明"), max_length=300, required=False,
                                  widget=forms.Textarea(attrs={"rows": 2}))
    family = forms.ChoiceField(label=gettext_lazy("类别"))
    grain = forms.ChoiceField(label=gettext_lazy("统计对象"))
    aggregation = forms.ChoiceField(label=gettext_lazy("算法"))
    anchor = forms.ChoiceField(label=gettext_lazy("归期时间"),
                               help_text=gettext_lazy("按哪个时间点归入周期。"))
    denominator = forms.CharField(
        label=gettext_lazy("分母（哪些计入）"), initial="true", widget=forms.Textarea(attrs=AREA),
        help_text=gettext_lazy("条件表达式，例如 kind = complaint and channel = phone；true 表示全部。"))
    numerator = forms.CharField(label=gettext_lazy("分子（哪些算达成）"), required=False,
                                widget=forms.Textarea(attrs=AREA),
                                help_text=gettext_lazy("比率必填，例如 first_response_s <= 24h。"))
    value = forms.CharField(label=gettext_lazy("取值"), required=False, widget=forms.Textarea(attrs=AREA),
                            help_text=gettext_lazy("平均、中位数等必填，例如 resolution_s。"))
    exclusions = forms.CharField(label=gettext_lazy("剔除"), required=False, widget=forms.Textarea(attrs=AREA))
    window = forms.CharField(label=gettext_lazy("观察期"), required=False, max_length=12,
                             help_text=gettext_lazy("例如 7d；期满前的工单不计入，标为未满观察期。"))
    window_from = forms.ChoiceField(label=gettext_lazy("观察期起点"), required=False)
    credit = forms.ChoiceField(label=gettext_lazy("归属坐席"))
    unit = forms.ChoiceField(label=gettext_lazy("单位"))
    direction = forms.ChoiceField(label=gettext_lazy("方向"))
    minimum_n = forms.IntegerField(label=gettext_lazy("样本下限"), min_value=1, initial=30,
                                   help_text=gettext_lazy("少于此数标为样本不足。"))
    owner = forms.CharField(label=gettext_lazy("负责人"), max_length=80, required=False)
    source = forms.CharField(label=gettext_lazy("出处"), max_length=200, required=False)
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=300, required=False)

    def __init__(self, *args: Any, passport: Passport | None = None, **options: Any) -> None:
        self.passport = passport
        if passport is not None:
            options.setdefault("initial", _initial(passport))
        super().__init__(*args, **options)
        for name, choices in self._choices().items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if passport is not None:
            self.fields["name"].disabled = True

    @property
    def kind_of_rows(self) -> str:
        """The kind of rows that is chosen at present."""
        typed = self.data.get("grain") if self.is_bound else None
        grain = typed or (self.passport.grain if self.passport else "case")
        return grain if grain in GRAINS else "case"

    def _choices(self) -> dict[str, list[tuple[str, str]]]:
        schema = GRAINS[self.kind_of_rows]
        times = [(field.name, field_label(field.name)) for field in schema if str(field.type).startswith("timestamp")]
        agents = [name for name in ("agent", "responder", "answerer") if name in schema.names] or ["agent"]
        labels = {"agent": _("最后负责人"), "responder": _("首次响应人"), "answerer": _("接起人")}
        return {
            "family": list(family_labels().items()), "grain": grain_choices(), "anchor": times,
            "window_from": [("", "—"), *times], "credit": [(name, labels[name]) for name in agents],
            "aggregation": [("rate", _("比率")), ("mean", _("平均值")), ("median", _("中位数")), ("nps", "NPS"),
                            ("count", _("计数"))],
            "unit": [("%", "%"), ("s", _("时长")), ("score", _("分")), ("points", _("点（-100 到 100）")),
                     ("count", _("个"))],
            "direction": [("up", _("越高越好")), ("down", _("越低越好")), ("none", _("不分好坏"))],
        }

    def fit(self) -> None:
        """Take the first of the choices where the one that was sent belongs to another kind of rows."""
        data = self.data.copy()
        for name in OF_GRAIN:
            known = [value for value, _label in self.fields[name].choices]  # type: ignore[attr-defined]
            if data.get(name) not in known:
                data[name] = known[0]
        self.data = data

    def definition(self) -> dict[str, Any]:
        """Return the definition of a valid form; parts the form does not show are kept from the version before."""
        kept = to_dict(self.passport) if self.passport else {}
        given = {name: self.cleaned_data[name] for name in EDITED if self.cleaned_data.get(name) not in ("", None)}
        base = {name: content for name, content in kept.items() if name not in EDITED and name != "version"}
        if self.passport is None or self.passport.aggregation != given["aggregation"]:
            base["interval"] = INTERVALS[given["aggregation"]]
        return {
            **base, **given,
            "title": {"zh": self.cleaned_data["title_zh"], "en": self.cleaned_data["title_en"]},
            "sentence": {"zh": self.cleaned_data["sentence_zh"], "en": self.cleaned_data["sentence_en"]},
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            from_dict({**self.definition(), "version": "0"})
        except IndicatorError as error:
            self.lay(error)
        return cleaned

    def lay(self, error: IndicatorError) -> None:
        """Put an engine's refusal beside the field it speaks of."""
        field = error.params.get("field")
        reason = error.params.get("reason_zh" if languages.reads_chinese() else "reason")
        if field in self.fields and reason:
            self.add_error(field, languages.in_script(reason))
        else:
            self.add_error(None, said(error))


def _initial(passport: Passport) -> dict[str, Any]:
    entry = {name: getattr(passport, name) for name in EDITED}
    days = passport.window
    entry["window"] = "" if days is None else f"{days // 86400}d" if days % 86400 == 0 else f"{days}s"
    return {
        **entry, "title_zh": passport.title.get("zh", ""), "title_en": passport.title.get("en", ""),
        "sentence_zh": passport.sentence.get("zh", ""), "sentence_en": passport.sentence.get("en", ""),
    }
