"""数据统计表: the series by period, the frozen yardstick, the definitions, and what gives the verdict again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.effects.bundle import JUDGED, PASSPORTS
from bihuan.engine.effects.contracts import FIRST_RULES
from bihuan.engine.effects.keeping import yardstick_from_json
from bihuan.engine.effects.reading import agreed_passport
from bihuan.engine.indicators.passports import find, to_dict
from bihuan.loop.improve.measures.queries.foresight import onset_words, rules_words
from bihuan.loop.verify.verdicts.queries.words import reason_of

from .base import Parts

PART = "数据统计表"


def write_statistics(parts: Parts) -> None:
    """Write the numbers behind the verdict; the same file lets anybody compute it again."""
    verdict, frozen = parts.verdict, parts.measure.yardstick
    parts.write_json(*JUDGED.split("/"), {
        "yardstick": verdict.judged, "approved": {"terms": frozen["terms"], "hash": frozen["hash"]},
        "evidence": verdict.evidence, "result": verdict.result})
    home = workspace.home()
    judged = yardstick_from_json({key: value for key, value in verdict.judged.items() if key != "hash"})
    passports = [agreed_passport(home, judged), *(find(home, name) for name in judged.guards)]
    parts.definitions = {one.name: one.definition_hash for one in passports}
    parts.write_json(*PASSPORTS.split("/"), {one.name: to_dict(one) for one in passports})
    parts.write_json(PART, "批准的标尺.json", frozen)
    head = (_("期间起"), _("指标"), _("对象"), _("数值"), "n")
    parts.write_table(PART, "分期数值.csv", head, _rows(verdict.evidence, judged.indicator))
    result = verdict.result
    parts.write_table(PART, "结论.csv", (_("项目"), _("数值")), [
        (_("结论"), verdict.get_verdict_display()), (_("效果"), result["effect"]), (_("95% 下限"), result["low"]),
        (_("95% 上限"), result["high"]), (_("计量单位"), result["unit"]),
        (_("值得做的最小变化"), result["worthwhile"]), (_("变化前 n"), result["n_before"]),
        (_("变化后 n"), result["n_after"]), (_("方法"), result["method"]),
        (_("见效方式"), onset_words(result.get("ramp", 0))),
        (_("判定规则"), rules_words(verdict.judged.get("rules", FIRST_RULES))),
        (_("原因"), reason_of(result, judged.change)),
        *((_("合成对照的权重 {name}").format(name=name), weight)
          for name, weight in result.get("weights", {}).items())])


def _rows(evidence: dict[str, Any], indicator: str) -> Iterator[tuple[Any, ...]]:
    """The series of the touched, of the others, and of what must not suffer."""
    yield from _series(evidence["series"], indicator, _("受影响的一方"))
    yield from _series(evidence["against"], indicator, _("未受影响的一方"))
    for name, told in (evidence.get("donors") or {}).items():
        yield from _series(told, indicator, _("对照 {name}").format(name=name))
    for name, (own, other, *_rest) in evidence["guards"].items():
        yield from _series(own, name, _("受影响的一方"))
        yield from _series(other, name, _("未受影响的一方"))


def _series(told: dict[str, Any] | None, indicator: str, who: str) -> Iterator[tuple[Any, ...]]:
    if told is not None:
        for start, value, n in zip(told["starts"], told["values"], told["n"], strict=True):
            yield start, indicator, who, value, n
