"""The swim lanes of a process: a lane a performer, a box a step, arrows from step to step; printable."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.engine.process.register import Step

from .drawing import wrapped

HEAD, ROW, WIDE, BOX, TALL = 96, 84, 148, 124, 54


@dataclass(frozen=True)
class LaneBox:
    x: int
    y: int
    left: int
    top: int
    lines: tuple[str, ...]
    note: str
    title: str


@dataclass(frozen=True)
class Lanes:
    width: int
    height: int
    head: int
    box_width: int
    box_height: int
    lanes: tuple[tuple[tuple[str, ...], int, int], ...]      # (name in lines, top, middle)
    row: int
    boxes: tuple[LaneBox, ...]
    arrows: tuple[str, ...]


def lanes_of(steps: tuple[Step, ...]) -> Lanes | None:
    """Return the picture; a step stands in the lane of its first responsible role, else of its performer."""
    if not steps:
        return None
    lane = [(step.roles("R") or (step.performer,))[0] or _("未指定") for step in steps]
    names = list(dict.fromkeys(lane))
    boxes = []
    for place, (step, name) in enumerate(zip(steps, lane)):
        x, y = HEAD + WIDE * place + WIDE // 2, ROW * names.index(name) + ROW // 2
        note = "A " + _("、").join(step.roles("A")) if step.roles("A") else _("缺 A")
        boxes.append(LaneBox(x, y, x - BOX // 2, y - TALL // 2, wrapped(step.name), wrapped(note)[0],
                             f"{step.number}. {step.name} · {note}"))
    arrows = []
    for one, two in zip(boxes, boxes[1:]):
        x1, x2 = one.x + BOX // 2, two.x - BOX // 2
        middle = (x1 + x2) // 2
        arrows.append(f"M{x1},{one.y} L{middle},{one.y} L{middle},{two.y} L{x2},{two.y}")
    marked = tuple((wrapped(name), ROW * number, ROW * number + ROW // 2) for number, name in enumerate(names))
    return Lanes(HEAD + WIDE * len(steps) + 8, ROW * len(names) + 2, HEAD, BOX, TALL, marked, ROW, tuple(boxes),
                 tuple(arrows))
