"""Those not touched as a verdict weighed them one by one: their weights, the line they make, and the placebo test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.engine.effects.contracts import Series
from bihuan.engine.effects.contracts import Verdict as Told
from bihuan.engine.effects.reading import Evidence
from bihuan.engine.effects.synthetic import Placebo, pool_of, synthetic_line
from bihuan.loop.evaluate.indicators.queries.names import group_label, names_of
from bihuan.ui import formats


@dataclass(frozen=True)
class WeighingView:
    """``donors``: (name, weight in per cent) from the heaviest; ``rest``: how many weigh nothing."""

    donors: list[tuple[str, str]]
    rest: int
    placebo: str


def weighing_of(told: Told, evidence: Evidence, judged: dict[str, Any]) -> WeighingView | None:
    """Return the weights in words; None where the others were not weighed."""
    if not told.weights or not evidence.donors:
        return None
    field = judged["donors"]
    names = names_of(field)
    heaviest = sorted(told.weights.items(), key=lambda one: (-one[1], one[0]))
    donors = [(group_label(field, code, names), formats.percent(weight)) for code, weight in heaviest]
    pool = pool_of(evidence.series, evidence.donors, date.fromisoformat(judged["change"]))
    rest = 0 if isinstance(pool, str) else len(pool.names) - len(donors)
    return WeighingView(donors, rest, _placebo_words(told.extra))


def line_of(told: Told, evidence: Evidence, change: date) -> list[float | None] | None:
    """Return the synthetic control's value in each period of the touched; None where there is none."""
    if not told.weights or not evidence.donors:
        return None
    pool = pool_of(evidence.series, evidence.donors, change)
    if isinstance(pool, str):
        return None
    values = dict(zip(pool.starts, synthetic_line(pool, told.weights)))
    return [_known(values.get(start)) for start in evidence.series.starts]


def together_of(series: Series | None, starts: tuple[date, ...]) -> list[float | None] | None:
    """Return the others' value, taken together, in each period."""
    if series is None:
        return None
    place = dict(zip(series.starts, series.values))
    return [_known(place.get(start)) for start in starts]


def _known(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)


def _placebo_words(extra: dict[str, float | None]) -> str:
    p, least, donors = extra.get("placebo_p"), extra.get("placebo_least"), extra.get("placebo_donors")
    if p is None or least is None or donors is None:
        return ""
    text = _("把每个对照当作被改进的一方重算：p = {p}（{donors} 个对照）。").format(
        p=formats.plain(p, 3), donors=formats.plain(donors, 0))
    if Placebo(p, least, int(donors)).decides:
        return text + _("大于 0.05 时不判为有效。")
    return text + _("对照太少，p 最小只能到 {least}，达不到 0.05，仅供参考，不参与判定。").format(
        least=formats.plain(least, 3))
