"""What a number is made of, in words: its card, as an indicator has its passport."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from bihuan.core.languages import named
from bihuan.core.models import User
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.survey import scores
from bihuan.engine.survey.contracts import Design
from bihuan.engine.survey.groups import select
from bihuan.engine.survey.measures import EFFORT_SCALE, effort, of_dimension, rating

from ..contracts import State, Wave
from ..rights import minimum_for, seen_by
from .lake import load
from .rows import items_of
from .words import CES, NPS, TOP2, group_labels, measure_label, score_result, segment_label, told_of


@dataclass(frozen=True)
class Definition:
    """A number with its card: (name, text) a line; ``result`` as it came, ``weighted`` where weights differ."""

    key: str
    title: str
    result: Result | None
    weighted: Result | None
    card: tuple[tuple[str, str], ...]
    withheld: bool = False


def definition_of(user: User, wave: Wave, state: State, key: str) -> Definition | None:
    """Return the card of a number within what the address chose; None for a number the wave does not have."""
    held = load(wave, seen_by(user), state.within)
    items = items_of(held.design, key)
    if not items:
        return None
    title = measure_label(key, held.design)
    chosen = select(held.responses, held.design, state.filters, minimum=minimum_for(user))
    valid, design = chosen.responses, chosen.design
    score, formula, interval = _score(key, design)
    values = _values(key, valid, design, items[0])
    weights = valid.weights
    known = ~np.isnan(values)
    differ = bool(known.any() and np.ptp(weights[known]))
    card = (
        (_("题目"), _("、").join(measure_label(item, held.design) for item in items)), (_("算法"), formula),
        (_("区间"), interval),
        (_("计入"), _("有效答卷中答了该题的；空白与量表以外的答案不计")),
        (_("剔除"), _("截止后提交、测试、内部人员、未答完、作答过快、各题相同、同一设备、工单或客户重复")),
        (_("量表"), "0–10" if key == NPS else "1–7" if key == CES else f"{design.scale[0]:g}–{design.scale[1]:g}"),
        (_("反向题"), _("、").join(item for item in items if item in design.reversed) or _("无")),
        (_("权重"), _("来源带有权重，原始值与加权值并列") if differ else _("各答卷相等")),
        (_("最小样本"), _("少于 {n} 份不显示，也不能由相减得出；少于 30 份标为样本不足").format(n=design.minimum_n)),
        (_("范围"), _words(state, design) or _("全部有效答卷")), (_("来源"), wave.mapping or wave.code))
    if chosen.withheld:
        return Definition(key, title, None, None, card, withheld=True)
    kind = "nps" if key == NPS else "share" if key == TOP2 else "mean"
    result = told_of(score_result(score(values, np.ones(len(values))), kind), design)
    differ = differ and result is not None and not result.suppressed
    return Definition(key, title, result, score_result(score(values, weights), kind) if differ else None, card)


def _values(key: str, valid, design, item: str) -> np.ndarray:
    if key == CES:
        return effort(valid, design)
    if key == NPS:
        return valid.item(item)
    if key in design.dimensions:
        return of_dimension(valid, design, key)
    return rating(valid, design, item)


def _score(key: str, design):
    def mean(values, weights):
        return scores.within(scores.mean(values, weights), EFFORT_SCALE if key == CES else design.scale)

    t = _("Student t 区间，不超出量表；有权重时用线性化方差")
    if key == NPS:
        return scores.nps, _("9–10 分占比减 0–6 分占比，乘 100"), _("多项分布方差")
    if key == TOP2:
        return (lambda values, weights: scores.top_share(values, design.scale[1], weights)), \
            _("打最高两档的占比"), _("Wilson 区间")
    if key in design.dimensions:
        return mean, _("每人先取该维度所答各题的均值，再对人取均值"), t
    return mean, _("各答卷的均值"), t


def _words(state: State, design: Design) -> str:
    return _("；").join(named(segment_label(name, design), _("、").join(group_labels(name, values, design).values()))
                    for name, values in state.filters)
