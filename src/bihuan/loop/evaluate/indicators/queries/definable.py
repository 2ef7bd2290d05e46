"""What a definition may be made of: the fields of each kind of row, in the person's words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.core import languages
from bihuan.engine.indicators.checking import grain_kinds
from bihuan.engine.indicators.words import field_word


@dataclass(frozen=True)
class FieldLine:
    """One field: what it is called, how expressions write it, what it holds."""

    words: str
    name: str
    holds: str


def field_label(name: str) -> str:
    """Return what a field of the facts is called."""
    return languages.in_script(field_word(name, languages.code()))


def field_lines(grain: str) -> list[FieldLine]:
    """Return the fields that expressions over a grain may use."""
    holds = {"text": _("文本"), "number": _("数字"), "time": _("时间"), "flag": _("是或否")}
    return [FieldLine(field_label(name), name, _("时长") if name.endswith("_s") else holds[kind])
            for name, kind in grain_kinds(grain).items()]
