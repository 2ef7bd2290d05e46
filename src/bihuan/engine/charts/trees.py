"""Cause trees as SVG: the fishbone and the chain of whys, drawn alike on a page, in print and as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

SIZE, LINE_HEIGHT, FONT_FAMILY = 13, 18, "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif"
INK, SOFT, ROOT, PAPER = "#1d2733", "#6b7785", "#a4262c", "#ffffff"


@dataclass(frozen=True)
class Branch:
    """One cause and what lies behind it; ``is_root`` where the asking ended."""

    text: str
    children: tuple[Branch, ...] = ()
    is_root: bool = False


@dataclass(frozen=True)
class Bone:
    """One family of a fishbone with its causes."""

    name: str
    causes: tuple[Branch, ...] = field(default=())


def width_of(text: str) -> float:
    """Width in pixels: a Chinese character is as wide as it is high, other characters about 0.56 of it.

    >>> width_of("排班"), round(width_of("ab"), 1)
    (26.0, 14.6)
    """
    return sum(float(SIZE) if ord(letter) > 0x2E80 else 0.56 * SIZE for letter in text)


def wrapped(text: str, width: float) -> list[str]:
    """Return the text in lines no wider than ``width``; nothing is cut off.

    >>> wrapped("晚间少排两人", 40)
    ['晚间少', '排两人']
    """
    lines, line = [], ""
    for letter in text:
        if line and width_of(line + letter) > width:
            lines.append(line)
            line = ""
        line += letter
    return [*lines, line] if line or not lines else lines


def fishbone(problem: str, bones: Sequence[Bone], *, title: str = "") -> str:
    """Return the fishbone: the problem at the head, families in turn above and below the spine."""
    above, below = list(bones[::2]), list(bones[1::2])
    column, text_width, head = 270.0, 170.0, 210.0
    rows = [[(bone, _listed(bone.causes, text_width)) for bone in side] for side in (above, below)]
    heights = [70 + LINE_HEIGHT * max((sum(len(lines) for lines, *_ in listed) for _b, listed in side), default=0)
               for side in rows]
    columns = max(len(above), len(below), 1)
    spine, width = heights[0] + 20, columns * column + head + 60
    parts = [_line(20, spine, columns * column + 50, spine, 3), *_box(
        columns * column + 50, spine, head, problem, bold=True)]
    for side, (row, up) in enumerate(zip(rows, (True, False), strict=True)):
        for place, (bone, listed) in enumerate(row):
            end = 50 + (place + 1) * column - (20 if up else 0)
            parts += _bone(bone.name, listed, end, spine, heights[side], up=up)
    return _document(parts, width, spine + heights[1] + 20, title or problem)


def _bone(name: str, listed: Sequence[tuple[list[str], int, bool]], end: float, spine: float, height: float, *,
          up: bool) -> list[str]:
    sign = -1 if up else 1
    far = spine + sign * (height - 20)
    start, slope = end - 90, 90 / (height - 20)
    parts = [_line(start, far, end, spine, 2), _text(start, far + (-6 if up else 18), name, bold=True, anchor="middle")]
    at = far + (24 if up else -14 - LINE_HEIGHT * sum(len(lines) for lines, *_ in listed))
    # A bone above the spine leans towards its causes: their upper edge, not their foot, has to stay off it.
    apart = 8 + (slope * SIZE if up else 0)
    for lines, depth, is_root in listed:
        for place, line in enumerate(lines):
            x = end - slope * abs(at - spine) - apart - 14 * depth
            parts.append(_text(x, at, ("● " if is_root and not place else "") + line, anchor="end",
                               colour=ROOT if is_root else INK if not depth else SOFT, bold=is_root))
            at += LINE_HEIGHT
        foot = at - LINE_HEIGHT + 5
        tip = end - slope * abs(foot - spine)
        longest = max(map(width_of, lines), default=0)
        parts.append(_line(tip - apart - 14 * depth - longest, foot, tip, foot, 0.7))
    return parts


def _listed(causes: Sequence[Branch], width: float, depth: int = 0) -> list[tuple[list[str], int, bool]]:
    """Return causes with those behind them, as wrapped lines with their depth."""
    found: list[tuple[list[str], int, bool]] = []
    for cause in causes:
        found.append((wrapped(cause.text, max(width - 14 * depth, 60)), depth, cause.is_root))
        found += _listed(cause.children, width, depth + 1)
    return found


def why_tree(problem: str, whys: Sequence[Branch], *, title: str = "") -> str:
    """Return the whys from left to right: every answer stands right of what it explains."""
    parts: list[str] = []
    step, box = 250.0, 200.0

    def draw(branch: Branch, depth: int, top: float) -> tuple[float, float]:
        """Draw a branch below ``top``; return (middle, bottom)."""
        own = len(wrapped(branch.text, box - 20)) * LINE_HEIGHT + 24
        middles, bottom = [], top
        for child in branch.children:
            middle, bottom = draw(child, depth + 1, bottom)
            middles.append(middle)
        bottom = max(bottom, top + own)
        middle = (middles[0] + middles[-1]) / 2 if middles else top + own / 2
        middle = max(middle, top + own / 2)
        for child_middle in middles:
            parts.append(_curve(20 + depth * step + box, middle, 20 + (depth + 1) * step, child_middle))
        parts.extend(_box(20 + depth * step, middle, box, branch.text, bold=depth == 0, is_root=branch.is_root))
        return middle, bottom

    _middle, bottom = draw(Branch(problem, tuple(whys)), 0, 20)
    depth = _depth(whys)
    return _document(parts, 40 + depth * step + box, bottom + 20, title or problem)


def _depth(whys: Sequence[Branch]) -> int:
    return max((1 + _depth(one.children) for one in whys), default=0)


def _box(x: float, middle: float, width: float, text: str, *, bold: bool = False, is_root: bool = False) -> list[str]:
    lines = wrapped(text, width - 20)
    height = len(lines) * LINE_HEIGHT + 12
    top = middle - height / 2
    colour = ROOT if is_root else INK
    return [
        f'<rect x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="6" fill="{PAPER}" '
        f'stroke="{colour}" stroke-width="{2 if is_root or bold else 1}"/>',
        *(_text(x + 10, top + 20 + place * LINE_HEIGHT, line, colour=colour, bold=bold or is_root)
          for place, line in enumerate(lines))]


def _text(x: float, y: float, text: str, *, anchor: str = "start", colour: str = INK, bold: bool = False) -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{SIZE}" text-anchor="{anchor}" fill="{colour}"'
            f'{" font-weight=" + chr(34) + "700" + chr(34) if bold else ""}>{escape(text)}</text>')


def _line(x1: float, y1: float, x2: float, y2: float, width: float) -> str:
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{INK}" '
            f'stroke-width="{width}" stroke-linecap="round"/>')


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    half = (x1 + x2) / 2
    return (f'<path d="M{x1:.1f} {y1:.1f} C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}" fill="none" '
            f'stroke="{SOFT}" stroke-width="1.5"/>')


def _document(parts: Sequence[str], width: float, height: float, title: str) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
            f'height="{height:.0f}" role="img" font-family="{FONT_FAMILY}"><title>{escape(title)}</title>'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>')
