"""The form of a yardstick, and that of an approval."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.engine.effects.synthetic import FEWEST_BEFORE, FEWEST_DONORS
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.words import in_language

from ..queries.foresight import donor_fields, onset_words
from ..services import Proposal
from .measures import DAY

RAMPS = (0, 2, 4, 6, 8, 12, 16, 26)


class YardstickForm(forms.Form):
    """By what a measure will be judged."""

    indicator = forms.ChoiceField(label=_("指标"))
    where = forms.CharField(label=_("统计哪些记录"), max_length=500, required=False,
                            help_text=_("如：unit = T13 and channel = online；不填为您可见的全部记录"))
    against = forms.CharField(label=_("对照：没有受影响的一方"), max_length=500, required=False,
                              help_text=_("如：unit = V12；有对照时用双重差分，不填则用间断时间序列"))
    donors = forms.ChoiceField(
        label=_("对照按什么逐个区分"), required=False,
        help_text=format_lazy(
            _("变化前两方走势不平行时，按此把对照逐个加权（合成对照）；至少要 {donors} 个对照、变化前 {periods} 期"),
            donors=FEWEST_DONORS, periods=FEWEST_BEFORE))
    worthwhile = forms.FloatField(label=_("值得做的最小变化"), required=False, min_value=0,
                                  help_text=_("按指标单位：5 个百分点写 0.05，时长按秒；不填用口径里的规定"))
    change = forms.DateField(label=_("新做法预计从哪天起"), widget=DAY)
    ramp = forms.TypedChoiceField(
        label=_("见效方式"), coerce=int, empty_value=0, required=False, initial=0,
        help_text=_("培训、推广一类慢慢起作用的，选几周内见效；结论说的是全部见效时的变化。批准后不能再改"))
    weeks_before = forms.IntegerField(label=_("变化前看多少周"), min_value=8, max_value=260, initial=52)
    weeks_after = forms.IntegerField(label=_("变化后看多少周（复评窗口）"), min_value=1, max_value=104, initial=12)
    guards = forms.MultipleChoiceField(label=_("不能变差的指标"), required=False)
    selected_from = forms.IntegerField(
        label=_("从多少个对象里挑出来的"), min_value=1, max_value=10_000, initial=1,
        help_text=_("因为“最差”才被选中的对象，下期往往自己变好；结论会扣除这一部分"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = sorted(((one.name, in_language(one.title)) for one in engine.passports().values()
                        if one.direction in ("up", "down")), key=lambda one: one[1])
        self.fields["indicator"].choices = [("", "—"), *known]  # type: ignore[attr-defined]
        self.fields["donors"].choices = [("", _("不区分，合在一起")), *donor_fields()]  # type: ignore[attr-defined]
        kept = self.initial.get("ramp") or 0
        self.fields["ramp"].choices = [(one, onset_words(one))  # type: ignore[attr-defined]
                                       for one in sorted({*RAMPS, kept})]
        self.fields["guards"].choices = known  # type: ignore[attr-defined]
        self.fields["guards"].widget.attrs["size"] = 6

    def proposal(self) -> Proposal:
        """Return what a valid form proposes."""
        told = self.cleaned_data
        return Proposal(**told | {"guards": tuple(told["guards"]), "where": told["where"].strip(),
                                  "against": told["against"].strip()})


class ApproveForm(forms.Form):
    """An approval: what is granted, and why in spite of a yardstick that will probably not tell."""

    budget = forms.FloatField(label=_("批准预算（元）"), min_value=0, required=False)
    staff = forms.FloatField(label=_("批准人力（人天）"), min_value=0, required=False)
    accepts_doubt = forms.CharField(label=_("明知可能无法判断效果，仍批准的理由"), max_length=500, required=False)
