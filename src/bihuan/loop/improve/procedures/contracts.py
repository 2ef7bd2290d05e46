"""The fixed template of an operating procedure, and what other rooms see of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

# Chapters in their fixed order: key, heading, whether a procedure may not be submitted without it.
CHAPTERS: tuple[tuple[str, Any, bool], ...] = (
    ("purpose", _("目的"), True), ("scope", _("适用范围"), True), ("duties", _("职责"), True),
    ("steps", _("步骤说明"), True), ("cautions", _("注意事项"), True), ("exceptions", _("异常处理"), True),
    ("records", _("记录与表单"), False), ("related", _("相关文件"), False),
)


@dataclass(frozen=True)
class ProcedureInfo:
    """A procedure in force. ``exam`` is the address of its exam, empty without one."""

    id: int
    number: str
    title: str
    unit_code: str
    version: int
    effective_on: date
    exam: str
