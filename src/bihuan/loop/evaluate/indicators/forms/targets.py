"""The form that sets a target and bands for a scope."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.languages import beside
from bihuan.engine.indicators.contracts import Band, Bonus, Passport
from bihuan.ui.formats import band_labels

from ..contracts import Choice
from .amounts import AmountField

SCORES = (5, 4, 3, 2)


class TargetForm(forms.Form):
    """Target, four band limits, the scope and the day from which they judge."""

    scope = forms.ChoiceField(label=gettext_lazy("适用范围"), required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("生效日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("结束于这一天及以后的周期按新值评价；更早的周期保留原来的目标与分档。"))
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=300, required=False)

    def __init__(self, *args: Any, passport: Passport, scopes: list[Choice], **options: Any) -> None:
        super().__init__(*args, **options)
        self.passport = passport
        self.fields["scope"].choices = [(choice.value, choice.label) for choice in scopes]  # type: ignore[attr-defined]
        first = {"target": AmountField(unit=passport.unit, label=_("目标值"), help_text=_hint(passport.unit))}
        sign = "≤" if passport.direction == "down" else "≥"
        words = band_labels()
        bands = {
            f"band_{score}": AmountField(unit=passport.unit, label=beside(f"{score} · {words[score]}", sign))
            for score in SCORES
        }
        self.fields = {**first, **bands, **self._bonus_fields(), **self.fields}

    def _bonus_fields(self) -> dict[str, AmountField]:
        if self.passport.unit != "%":
            return {}
        return {
            "per_point": AmountField(unit="%", label=_("奖金阶梯：每差 1 个百分点扣减（%）"), help_text=_(
                "可不填。未达目标时每差 1 个百分点（不足 1 个按 1 个计）扣减奖金的百分之几。")),
            "most": AmountField(unit="%", label=_("奖金阶梯：最多扣减（%）")),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        limits = [cleaned.get(f"band_{score}") for score in SCORES]
        if any(limit is None for limit in limits) and any(limit is not None for limit in limits):
            self.add_error(None, _("分档要么四档都填，要么都不填（沿用口径自带的分档）。"))
        if (cleaned.get("per_point") is None) != (cleaned.get("most") is None):
            self.add_error("most", _("奖金阶梯的两项要么都填，要么都不填。"))
        return cleaned

    def bands(self) -> list[Band] | None:
        """Return the four bands of a valid form; None when it keeps those of the definition."""
        if self.cleaned_data["band_2"] is None:
            return None
        side = "most" if self.passport.direction == "down" else "least"
        return [Band(score, self.cleaned_data[f"band_{score}"], side) for score in SCORES]

    def bonus(self) -> Bonus | None:
        """Return the step table of a valid form; None without one."""
        per_point, most = self.cleaned_data.get("per_point"), self.cleaned_data.get("most")
        return None if per_point is None or most is None else Bonus(per_point, most)

    def scope_values(self) -> dict[str, str]:
        """Return the chosen scope as {dimension: value}; empty for everyone."""
        dimension, _sign, value = self.cleaned_data["scope"].partition("=")
        return {dimension: value} if dimension else {}


def _hint(unit: str) -> str:
    if unit == "%":
        return _("按百分数填写，例如 95 表示 95%。")
    return _("例如 30s、15m、24h、2d。") if unit == "s" else ""
