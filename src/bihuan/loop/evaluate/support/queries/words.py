"""The words of technical support's tables."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.engine.support.coverage import Line


def level_labels() -> dict[int, str]:
    """Return the five levels of skill in words."""
    return {1: _("1 新手"), 2: _("2 入门"), 3: _("3 胜任"), 4: _("4 精通"), 5: _("5 专家")}


def unfilled(name: str | None) -> str:
    """Return a name, or that the records have none."""
    return name if name else _("未填写")


def line_mark(line: Line) -> str:
    """Return what is wrong with a problem type's coverage; empty when nothing is, or nothing is known."""
    if line.problem is None:
        return ""
    told = []
    if line.unhandled:
        told.append(_("无支持团队办理") + (_("（工单少）") if line.few else ""))
    if line.unmastered:
        told.append(_("无人胜任"))
    return _("、").join(told)
