"""The picture of a map, ready to print: boxes and arrows with their words, addresses and widths."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import can
from bihuan.engine.process.layout import HEIGHT, WIDTH
from bihuan.engine.process.picture import BEGIN, END
from bihuan.ui import formats

from ..contracts import State
from ..rights import ROWS
from .address import write_state
from .maps import map_of, picture_of

# Characters that fit into one line of a box: a Chinese one is as wide as two Latin ones.
LINE = 22


@dataclass(frozen=True)
class DrawnBox:
    left: int
    top: int
    x: int
    y: int
    lines: tuple[str, ...]
    note: str
    url: str
    title: str
    round: bool
    shade: int                          # 0 (rare) to 4 (in nearly every case)


@dataclass(frozen=True)
class DrawnLine:
    path: str
    x: int
    y: int
    label: str                          # the count
    wait: str                           # the median gap, empty at the ends
    title: str
    url: str
    width: float
    back: bool
    slow: bool                          # among the three that took most time


@dataclass(frozen=True)
class Drawn:
    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[DrawnBox, ...]
    lines: tuple[DrawnLine, ...]
    shown: int
    arrows: int
    covered: float | None
    label: str


def drawn(user: User, state: State) -> Drawn | None:
    """Return the picture of a state; arrows and boxes lead to their cases for those who may open cases."""
    picture, page = picture_of(user, state), map_of(user, state)
    if picture is None or page.found is None:
        return None
    cases = reverse("processes:cases") if can(user, ROWS) else ""
    edges = {(edge["from"], edge["to"]): edge for edge in page.found["edges"]}
    slow = {(edge["from"], edge["to"]) for edge in page.ranked[:3]}
    most = max((edge["count"] for edge in edges.values()), default=1)

    def line(one) -> DrawnLine:
        pair = (one.source, one.target)
        if one.source == BEGIN or one.target == END:
            kind, name = ("start", one.target) if one.source == BEGIN else ("end", one.source)
            count = page.found["starts" if kind == "start" else "ends"][name]
            title = (_("{n} 件工单从这里开始") if kind == "start" else _("{n} 件工单到这里结束")).format(
                n=formats.plain(count))
            url = write_state(state, to=cases, of=kind, name=name) if cases else ""
            told = _("{name}：{told}").format(name=name, told=title)
            return DrawnLine(one.path, int(one.x), int(one.y), formats.plain(count), "", told, url,
                             _thick(count, most), one.back, False)
        edge = edges[pair]
        wait = formats.duration(edge["median_s"])
        title = _("{source} → {target}：{n} 次，中位 {median}，平均 {mean}").format(
            source=one.source, target=one.target, n=formats.plain(edge["count"]), median=wait,
            mean=formats.duration(edge["mean_s"]))
        url = write_state(state, to=cases, of="edge", name=list(pair)) if cases else ""
        return DrawnLine(one.path, int(one.x), int(one.y), formats.plain(edge["count"]), wait, title, url,
                         _thick(edge["count"], most), one.back, pair in slow)

    boxes = tuple(_box(one, page, state, cases) for one in picture.drawing.boxes)
    label = _("流程图：{n} 个活动，{arrows} 条箭头。下方表格列出同样的数字。").format(
        n=sum(not box.round for box in boxes), arrows=picture.shown)
    return Drawn(int(picture.drawing.width), int(picture.drawing.height), WIDTH, HEIGHT, boxes,
                 tuple(line(one) for one in picture.drawing.lines), picture.shown, picture.arrows, picture.covered,
                 label)


def _box(one, page, state: State, cases: str) -> DrawnBox:
    ends = {BEGIN: _("开始"), END: _("结束")}
    if one.name in ends:
        return DrawnBox(int(one.x - WIDTH / 2), int(one.y - HEIGHT / 2), int(one.x), int(one.y), (ends[one.name],), "",
                        "", ends[one.name], True, 0)
    count = page.found["activities"].get(one.name)
    note = _("{n} 次").format(n=formats.plain(count)) if count is not None else ""
    url = write_state(state, to=cases, of="activity", name=one.name) if cases and count else ""
    shade = min(4, int(4 * (count or 0) / page.cases)) if page.cases else 0
    return DrawnBox(int(one.x - WIDTH / 2), int(one.y - HEIGHT / 2), int(one.x), int(one.y), wrapped(one.name), note,
                    url, f"{one.name} {note}", False, shade)


def _thick(count: int, most: int) -> float:
    """Stroke width by the root of the count: rare arrows stay visible beside frequent ones."""
    return round(1.2 + 6.8 * math.sqrt(count / most), 1)


def wrapped(name: str) -> tuple[str, ...]:
    """Return a name in at most two lines, cut with an ellipsis; the whole name is the box's title.

    >>> wrapped("Take in charge ticket"), wrapped("退换货申请区域复核与仓库确认")
    (('Take in charge ticket',), ('退换货申请区域复核与仓', '库确认'))
    """
    lines, used = [""], 0
    for mark in name:
        size = 2 if ord(mark) > 0x2E80 else 1
        if used + size > LINE:
            if len(lines) == 2:
                lines[-1] = lines[-1][:-1] + "…"
                break
            lines.append("")
            used = 0
        lines[-1] += mark
        used += size
    return tuple(line.strip() for line in lines)
