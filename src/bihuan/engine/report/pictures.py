"""The charts of a report."""

from __future__ import annotations

from ..charts.control import control_chart
from ..charts.groups import band_radar, grouped_bars
from ..indicators.contracts import Result
from .contracts import Item, Report
from .parts import Picture
from .standing import lowest_groups
from .words import Words

SPOKES = (3, 12)     # a radar of fewer or more spokes cannot be read
BARS = 12            # groups in one bar chart, the lowest
LOWEST = 2           # indicators whose groups are drawn


def trend_picture(item: Item, words: Words) -> Picture | None:
    """Return the control chart of an item; None with fewer than three periods that have a value."""
    known = [point for point in item.trend if point.result.value is not None and not point.result.suppressed]
    if len(known) < 3:
        return None
    option = control_chart(item.trend, target=item.result.target, labels=words.labels)
    return Picture(option, words.say("图：{title}的走势与控制限", title=item.title))


def band_picture(report: Report, words: Words) -> Picture | None:
    """Return the radar of levels, this period against the one before when every spoke has both."""
    judged = [item for item in report.items if item.result.band is not None and not item.result.suppressed]
    if not SPOKES[0] <= len(judged) <= SPOKES[1]:
        return None
    shapes: dict[str, list[Result | None]] = {words.say("本期"): [item.result for item in judged]}
    before = [item.previous for item in judged]
    if all(one is not None and one.band is not None for one in before):
        shapes[words.say("上期")] = list(before)
    option = band_radar(shapes, axes=[item.title for item in judged], labels=words.labels)
    return Picture(option, words.say("图：各指标等级（1–5）"), height=340)


def breakdown_pictures(report: Report, words: Words) -> list[Picture]:
    """Return bars with error bars for the lowest indicators that have several groups."""
    pictures: list[Picture] = []
    for item in report.items:
        groups = [one for one in lowest_groups(report, item) if one.value is not None and not one.small][:BARS]
        if len(groups) < 2 or len(pictures) == LOWEST:
            continue
        values = [one.group[report.by] for one in groups]
        names = {value or "": words.value(report.by, value, report.names) for value in values}
        option = grouped_bars(groups, by=report.by, names=names, target=item.result.target, labels=words.labels)
        caption = words.say(
            "图：按{dimension}的{title}（误差线为 95% 区间）", dimension=words.dimension(report.by), title=item.title)
        pictures.append(Picture(option, caption))
    return pictures


def relation_picture(report: Report, words: Words) -> Picture | None:
    """Return satisfaction of resolved and other cases by channel and topic; None when no group is large enough."""
    groups = [one for one in report.relations if one.dimension != "all"][:BARS]
    if not groups:
        return None
    results: list[Result] = []
    for one in groups:
        name = words.value(one.dimension, one.group, {})
        yes: dict[str, str | None] = {"group": name, "split": words.say("一次性解决")}
        no: dict[str, str | None] = {"group": name, "split": words.say("其余")}
        results += [
            Result("csat", "", "", yes, one.mean_yes, one.n_yes, unit="score"),
            Result("csat", "", "", no, one.mean_no, one.n_no, unit="score"),
        ]
    option = grouped_bars(results, by="group", split="split", labels=words.labels)
    return Picture(option, words.say("图：一次性解决与其余工单的满意度均值（相关而非因果）"))
