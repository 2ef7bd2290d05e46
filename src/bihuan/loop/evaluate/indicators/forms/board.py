"""The address of a board: read leniently where nothing is at stake, refused where a number would be wrong."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from ..contracts import COMPARISONS, FILTERS, GRAINS, PRESETS, SPLITS, BoardState
from ..queries.address import DEFAULT

# An address longer than this is not typed by anybody.
MOST_INDICATORS = 100


def read_state(params: QueryDict) -> tuple[BoardState, list[str]]:
    """Return the state an address asks for and what is wrong with it.

    With problems nothing may be computed: showing the numbers of another period than the one asked for is worse
    than showing none. Keys that are not ours are left alone.
    """
    problems: list[str] = []
    preset = _one_of(params, "period", PRESETS, DEFAULT.preset, problems)
    start, end = _day(params, "from", problems), _day(params, "to", problems)
    if preset == "custom" and not (start or end) and not problems:
        problems.append(_("自定义周期需要开始日期或结束日期。"))
    if start and end and start > end:
        problems.append(_("开始日期晚于结束日期：请对调后再试。"))
    state = BoardState(
        preset=preset,
        start=start if preset == "custom" else None,
        end=end if preset == "custom" else None,
        grain=_one_of(params, "grain", GRAINS, DEFAULT.grain, problems),
        by=_one_of(params, "by", ("", *SPLITS), DEFAULT.by, problems),
        family=params.get("family", ""),
        indicators=tuple(dict.fromkeys(name for name in params.getlist("indicator") if name))[:MOST_INDICATORS],
        compare=_one_of(params, "compare", COMPARISONS, DEFAULT.compare, problems),
        other=params.get("other", ""),
        filters=_filters(params),
        sort=params.get("sort", ""),
        page=_page(params),
    )
    if state.compare == "unit" and not state.other:
        problems.append(_("请选择要对比的部门或团队。"))
    return state, problems


def _one_of(params: QueryDict, key: str, allowed: tuple[str, ...], usual: str, problems: list[str]) -> str:
    value = params.get(key, "") or usual
    if value in allowed:
        return value
    problems.append(_("地址中的 {key}={value} 无法识别：请在上方重新选择。").format(key=key, value=value))
    return usual


def _day(params: QueryDict, key: str, problems: list[str]) -> date | None:
    text = params.get(key, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(_("日期 {value} 无法识别：请写成 2026-03-31 的形式。").format(value=text))
        return None


def _filters(params: QueryDict) -> tuple[tuple[str, tuple[str, ...]], ...]:
    chosen = ((dimension, tuple(sorted({v for v in params.getlist(dimension) if v}))) for dimension in FILTERS)
    return tuple((dimension, values) for dimension, values in chosen if values)


def _page(params: QueryDict) -> int:
    text = params.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1
