"""Texts in CSV files that spreadsheets would run as formulas: marked when written, and the mark taken off when read.

The mark is the apostrophe by which spreadsheets themselves know a text. A text that looks marked already gets another
one, so that what comes back is always what was there.
"""

from __future__ import annotations

import re
from typing import Any

from .lake import quoted

# A signed number or a telephone such as +86 13800138000 is no formula; with a further sign in it, it is one.
SIGNED = r"[+-]\d[\d ]*(\.\d+)?([eE][+-]?\d+)?%?"
FORMULA = re.compile(rf"'*([=@\t\r]|(?!{SIGNED}\Z)[+-])")


def guarded(value: Any) -> Any:
    """Return a text that no spreadsheet runs; other values as they are.

    >>> [guarded(one) for one in ("=1+1", "'=1", "-", "-2+3", "+8613800138000", "-1.5", "退款", None, 5)]
    ["'=1+1", "''=1", "'-", "'-2+3", '+8613800138000', '-1.5', '退款', None, 5]
    """
    return "'" + value if isinstance(value, str) and FORMULA.match(value) else value


def unguarded(text: str) -> str:
    """Return a text of a guarded file as it was.

    >>> [unguarded(guarded(one)) for one in ("=1+1", "'=1", "'甲'", "-5", "-5-5")]
    ['=1+1', "'=1", "'甲'", '-5', '-5-5']
    """
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def unguarded_sql(column: str) -> str:
    """SQL of ``unguarded`` for a text column and its name. DuckDB knows no look-ahead, so that it asks twice."""
    name = quoted(column)
    runs = f"regexp_matches({name}, '^''+[=@\t\r]') OR regexp_matches({name}, '^''+[+-]')"
    marked = f"({runs}) AND NOT regexp_full_match({name}, '''+{SIGNED}')"
    return f"CASE WHEN {marked} THEN {name}[2:] ELSE {name} END AS {quoted(unguarded(column))}"
