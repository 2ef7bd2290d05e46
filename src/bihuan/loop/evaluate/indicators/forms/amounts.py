"""Amounts as people type them: 90 for 90 %, 30s, 15m or 24h for durations."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "秒": 1, "分": 60, "分钟": 60, "时": 3600, "小时": 3600, "天": 86400}
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(秒|分钟|分|小时|时|天|[smhd])?", re.IGNORECASE)
WIDE = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


class AmountField(forms.CharField):
    """A value of an indicator in its unit: shares are typed in percent, durations with s, m, h or d."""

    def __init__(self, *, unit: str, **options: Any) -> None:
        super().__init__(required=options.pop("required", False), **options)
        self.unit = unit
        self.widget.attrs.update({"inputmode": "text" if unit == "s" else "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> float | None:
        text = (super().to_python(value) or "").translate(WIDE).strip()
        if not text:
            return None
        return read_duration(text) if self.unit == "s" else read_number(text, self.unit)

    def prepare_value(self, value: Any) -> Any:
        return write_amount(value, self.unit) if isinstance(value, int | float) else value


def read_number(text: str, unit: str) -> float:
    """Return a typed number; of a share "90", "90%" and "90 %" are all 0.9.

    >>> read_number("90 %", "%"), read_number("-20", "points")
    (0.9, -20.0)
    """
    bare = text.removesuffix("%").strip() if unit == "%" else text
    try:
        number = float(bare)
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf"):
        raise ValidationError(_("请填写数字，例如 90。"))
    if unit == "%" and not 0 <= number <= 100:
        raise ValidationError(_("百分比应在 0 到 100 之间。"))
    return number / 100 if unit == "%" else number


def read_duration(text: str) -> float:
    """Return a typed duration in seconds; a bare number is seconds.

    >>> [read_duration(text) for text in ("30", "15m", "24 h", "1小时30分")]
    [30.0, 900.0, 86400.0, 5400.0]
    """
    parts = DURATION.findall(text)
    if not parts or DURATION.sub("", text).strip():
        raise ValidationError(_("请填写时长，例如 30s、15m、24h 或 2d。"))
    return float(sum(float(number) * SECONDS[unit.lower() or "s"] for number, unit in parts))


def write_amount(value: float, unit: str) -> str:
    """Return an amount as it may be typed again.

    >>> write_amount(0.95, "%"), write_amount(900.0, "s"), write_amount(90.0, "s")
    ('95', '15m', '90s')
    """
    if unit == "%":
        return f"{value * 100:.10g}"
    if unit == "s":
        for letter in ("d", "h", "m"):
            if value and value % SECONDS[letter] == 0:
                return f"{value / SECONDS[letter]:.10g}{letter}"
        return f"{value:.10g}s"
    return f"{value:.10g}"
