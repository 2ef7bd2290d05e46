"""``{% load realtime %}``: how long ago, and how long still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from bihuan.ui import formats

register = template.Library()

WALL_ROWS = 6


@register.filter
def rough(seconds: int | None) -> str:
    """Write an age in its largest unit, so that a stamp changes once a minute and not each time it is drawn."""
    if seconds is None:
        return formats.no_data()
    for size in (formats.DAY, formats.HOUR, formats.MINUTE):
        if seconds >= size:
            return formats.duration(seconds // size * size)
    return _("不到 1 分钟")


@register.filter
def left(seconds: int | None) -> str:
    """Write how long a clock still has, or for how long it is over; "—" without a clock."""
    if seconds is None:
        return "—"
    if seconds <= 0:
        return _("已超 %(time)s") % {"time": formats.duration(-seconds // 60 * 60 or 60)}
    return formats.duration(seconds // 60 * 60) if seconds >= 60 else _("不到 1 分钟")


@register.filter
def lead(minutes: int) -> str:
    """Write when a rule reminds: 提前 1 小时, 到时限时, 超过 30 分."""
    if minutes == 0:
        return _("到时限时")
    said = {"time": formats.duration(abs(minutes) * 60)}
    return _("提前 %(time)s") % said if minutes > 0 else _("超过 %(time)s") % said


@register.filter
def head(rows: Sequence[Any], wall: bool) -> Sequence[Any]:
    """Return what fits: on a wall the first few, so that the screen need not scroll."""
    return rows[:WALL_ROWS] if wall else rows
