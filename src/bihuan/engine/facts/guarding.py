"""Texts in CSV files that spreadsheets would run as formulas: marked when written, and the mark taken off when read.

The mark is the apostrophe by which spreadsheets themselves know a text. A text that looks marked already gets another
one, so that what comes back is always what was there. Signed numbers, such as +86 telephones, need none.
"""

from __future__ import annotations

import re
from typing import Any

from .lake import quoted

FORMULA = re.compile(r"'*([=@\t\r]|[+-](?!\d))")
# The same for DuckDB, which knows no look-ahead, for texts that bear at least one mark.
MARKED = "^''+([=@\t\r]|[+-]([^0-9]|$))"


def guarded(value: Any) -> Any:
    """Return a text that no spreadsheet runs; other values as they are.

    >>> [guarded(one) for one in ("=1+1", "'=1", "-", "+8613800138000", "退款", None, 5)]
    ["'=1+1", "''=1", "'-", '+8613800138000', '退款', None, 5]
    """
    return "'" + value if isinstance(value, str) and FORMULA.match(value) else value


def unguarded(text: str) -> str:
    """Return a text of a guarded file as it was.

    >>> [unguarded(guarded(one)) for one in ("=1+1", "'=1", "'甲'", "-5")]
    ['=1+1', "'=1", "'甲'", '-5']
    """
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def unguarded_sql(column: str) -> str:
    """SQL of ``unguarded`` for a text column and its name."""
    name = quoted(column)
    bare = f"CASE WHEN regexp_matches({name}, '{MARKED}') THEN {name}[2:] ELSE {name} END"
    return f"{bare} AS {quoted(unguarded(column))}"
