"""How a survey's numbers, segments and reasons are called, and engine scores as results that pages draw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.queries import unit_names
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.survey.contracts import MINIMUM_VALID, Design, Score
from bihuan.engine.survey.validity import REASONS
from bihuan.serve.customers.queries.words import channels

from .within import within_labels

UNITS = {"mean": "score", "share": "%", "nps": "points"}
OVERALL, TOP2, NPS, CES = "overall", "top2", "nps", "ces"


def attribute_labels() -> dict[str, str]:
    return {"@within": _("评价范围"), "@channel": _("渠道"), "@region": _("区域"), "@tier": _("客户等级"),
            "@product": _("产品"), "@topic": _("主题"), "@unit": _("组织单元")}


def segment_label(name: str, design: Design | None = None) -> str:
    """Return how a segment is called: an attribute of the records by its word, an item by its title, else its name."""
    return attribute_labels().get(name) or (design.titles.get(name, name) if design else name)


def group_labels(segment: str, groups: Iterable[str], design: Design | None = None) -> dict[str, str]:
    """Return how a segment's groups are called: channels and units by their words, others as the design says."""
    own = design.labels.get(segment, {}) if design else {}
    groups = list(groups)
    known = {"@channel": channels, "@unit": unit_names, "@within": lambda: within_labels(groups)}.get(
        segment, lambda: own)()
    return {group: known.get(group, group) for group in groups}


def measure_label(name: str, design: Design | None = None) -> str:
    """Return how a number is called; a dimension or an item by its title, else by its own name."""
    known = {OVERALL: _("总体满意度"), TOP2: _("满意度（前两档占比）"), NPS: _("净推荐值（NPS）"),
             CES: _("费力度（CES）")}.get(name)
    bare = name.removeprefix("item:")
    return known or (design.titles.get(bare, bare) if design else bare)


def words_of(name: str, design: Design) -> str:
    """Return how a measure of the engine is called: the overall item and that of the NPS by what they are."""
    return measure_label({design.overall: OVERALL, design.nps: NPS}.get(name, name) if name else name, design)


def reason_label(code: str) -> str:
    """Return why a response does not count."""
    english = (get_language() or "").startswith("en")
    named = {"late": _("截止后提交"), "test": _("测试答卷"), "staff": _("内部人员"), "withdrawn": _("已撤回"),
             "incomplete": _("未答完"),
             "fast": _("作答过快"), "straight": _("各题答案相同"), "device": _("同一设备重复"),
             "case": _("同一工单重复"), "customer": _("同一客户重复")}
    return str(named.get(code) or REASONS.get(code, (code, code))[english])


def quadrant_label(code: str) -> str:
    return {"concentrate": _("优先改进"), "keep_up": _("继续保持"), "low_priority": _("次要"),
            "possible_overkill": _("可能过度")}.get(code, "")


def result_of(raw: dict[str, Any] | None, kind: str, name: str = "") -> Result | None:
    """Return a score of ``analyse`` as a result; None for a number that was not asked for."""
    if raw is None:
        return None
    return Result(name, "1", "", {}, raw["value"], raw["n"], raw["low"], raw["high"], unit=UNITS[kind],
                  small=raw["small"], method=_method(raw["value"], raw["low"], raw["n"]))


def told_of(result: Result | None, design: Design) -> Result | None:
    """Return a result as it may be told: without its value where fewer answered this item than are told of."""
    if result is None or result.n == 0 or result.n >= design.minimum_n:
        return result
    return replace(result, value=None, low=None, high=None, suppressed=True)


def _method(value: float | None, low: float | None, n: int) -> str:
    """Return why a value of several answers has no interval: all of them are alike."""
    return "alike" if value is not None and low is None and n > 1 else ""


def score_result(score: Score | None, kind: str, name: str = "", group: dict[str, str | None] | None = None,
                 ) -> Result | None:
    """Return an engine score as a result."""
    if score is None:
        return None
    return Result(name, "1", "", group or {}, score.value, score.n, score.low, score.high, unit=UNITS[kind],
                  small=score.small, method=_method(score.value, score.low, score.n))


def plain_result(value: float, low: float | None, high: float | None, n: int, kind: str) -> Result:
    return Result("", "1", "", {}, value, n, low, high, unit=UNITS[kind], small=n < MINIMUM_VALID)
