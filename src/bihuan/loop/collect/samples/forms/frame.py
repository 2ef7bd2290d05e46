"""Whom a survey is about, as a person picks it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import Unit
from bihuan.core.privacy.contracts import CHANNELS
from bihuan.core.rights import descendants
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.loop.plan.goals.queries.scopes import Offered
from bihuan.serve.customers.contracts import TYPE_LABELS

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
PICKED = {"channel": ("channels", _("服务渠道")), "unit": ("units", _("单位")), "product": ("products", _("产品")),
          "region": ("regions", _("地区")), "tier": ("tiers", _("客户等级")), "kind": ("kinds", _("服务类型")),
          "topic": ("topics", _("问题类型")), "priority": ("priorities", _("优先级"))}


class FrameForm(forms.Form):
    """A frame's rule; what is not picked is not limited."""

    scope = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    start = forms.DateField(label=_("服务期间从"), widget=DAY)
    end = forms.DateField(label=_("到"), widget=DAY)
    types = forms.MultipleChoiceField(label=_("客户类型"), required=False, choices=list(TYPE_LABELS.items()),
                                      widget=forms.CheckboxSelectMultiple)
    complained = forms.ChoiceField(label=_("投诉历史"), required=False, choices=[
        ("", _("不限")), ("yes", _("只要期间投诉过的")), ("no", _("只要期间未投诉的"))])
    spend_field = forms.CharField(label=_("消费金额字段"), required=False, max_length=60,
                                  help_text=_("客户档案中记消费金额的字段名，例如 spend。"))
    spend_from = forms.FloatField(label=_("消费金额不低于"), required=False)
    spend_to = forms.FloatField(label=_("低于"), required=False)
    spend_cuts = forms.CharField(label=_("消费金额分段"), required=False, max_length=120,
                                 help_text=_("分段的界限，用逗号隔开，例如 1000, 5000。"))
    key_types = forms.MultipleChoiceField(label=_("重点客户：类型"), required=False, choices=list(TYPE_LABELS.items()),
                                          widget=forms.CheckboxSelectMultiple)
    ask_by = forms.MultipleChoiceField(
        label=_("询问方式"), choices=list(CHANNELS.items()), widget=forms.CheckboxSelectMultiple,
        help_text=_("没有其中任何一种联系方式的客户不能询问，会列在“没有可用的联系方式”下。"))

    def __init__(self, *args: Any, offered: dict[str, list[Offered]], **more: Any) -> None:
        super().__init__(*args, **more)
        for name, (field, label) in PICKED.items():
            choices = [(one.value, "　" * one.depth + one.label) for one in offered.get(name, [])]
            # A scope may name what no case has had so far.
            choices += [(one, one) for one in self.initial.get(field, ()) if one not in dict(choices)]
            self.fields[field] = forms.MultipleChoiceField(
                label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple)
        self.fields["key_tiers"] = forms.MultipleChoiceField(
            label=_("重点客户：等级"), required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(one.value, one.label) for one in offered.get("tier", [])])


    def clean_spend_cuts(self) -> tuple[float, ...]:
        text = self.cleaned_data["spend_cuts"]
        try:
            return tuple(sorted({float(part) for part in re.split(r"[,，\s]+", text) if part}))
        except ValueError:
            raise forms.ValidationError(_now("请填写数字，用逗号隔开。")) from None

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        uses_spend = told.get("spend_cuts") or told.get("spend_from") is not None or told.get("spend_to") is not None
        if uses_spend and not told.get("spend_field"):
            self.add_error("spend_field", _("要按消费金额筛选或分段，请写明字段名。"))
        return told

    def rule(self) -> FrameRule:
        """Return the rule of a valid form; a picked unit stands for all that lies below it too."""
        told = dict(self.cleaned_data)
        told["units"] = list(descendants(told["units"], Unit.objects.only("code", "parent_code")))
        told["complained"] = {"yes": True, "no": False}.get(told["complained"])
        told["scope"] = ""
        return FrameRule(**{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()})
