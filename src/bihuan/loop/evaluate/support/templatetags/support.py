"""How the tables of technical support are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from bihuan.engine.support.capability import Skill
from bihuan.engine.support.coverage import Line, Share
from bihuan.ui import formats

from ..contracts import Speed
from ..queries import words

register = template.Library()
register.filter("unfilled", words.unfilled)
register.filter("line_mark", words.line_mark)


@register.simple_tag
def share_notes(share: Share) -> str:
    """n and the 95 % interval of a share."""
    told = f"n = {formats.plain(share.n)}"
    interval = formats.interval(share.low, share.high, "%")
    return f"{told} · {interval}" if interval else told


@register.filter
def cell(line: Line, system: str | None) -> str:
    """handled / all in one system; empty where no such case came in."""
    if system not in line.cells:
        return ""
    n, handled = line.cells[system]
    return f"{handled} / {n}"


@register.filter
def titled(line: Speed, titles: Sequence[str]) -> list[tuple[str, Any]]:
    """Each result with its indicator's title."""
    return list(zip(titles, line.results, strict=True))


@register.filter
def counted(skill: Skill, levels: Mapping[int, str]) -> list[tuple[str, int]]:
    """How many people have each level, with the level's name."""
    return list(zip(levels.values(), skill.counts, strict=True))
