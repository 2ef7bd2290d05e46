"""Typed values of spreadsheets, JSON and Python as the text a person would write: nothing lost, dates year first."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

# A spreadsheet keeps 15 digits; a longer number has lost the rest, and says so by its exponent.
EXACT = 1e15


def text_of(cell: Any) -> str | None:
    """None for an empty cell; 188006.0 -> "188006", 0:02:23 -> "0:02:23", true -> "true"."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return _clock(cell)
    return json.dumps(cell, ensure_ascii=False)


def _number(value: float) -> str | None:
    if value != value:
        return None
    if abs(value) >= EXACT:
        digits, _, exponent = f"{value:.16E}".partition("E")
        digits = digits.rstrip("0")
        return f"{digits}{'0' if digits.endswith('.') else ''}E{exponent}"
    return str(int(value)) if value == int(value) else repr(value)


def _clock(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
