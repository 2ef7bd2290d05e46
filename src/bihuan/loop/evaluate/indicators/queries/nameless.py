"""Rows of answers to anonymous surveys: neither how one came nor when, by which the only one of a day would be found.

Pages and files leave it out; numbers are worked out from all that the facts hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bihuan.loop.collect.surveys.queries import waves_by_code

HIDDEN = ("channel", "at")


def nameless(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of facts as they may be shown."""
    found = _anonymous(row["survey"] for row in rows if "answer" in row)
    return [{**row, **dict.fromkeys(HIDDEN)} if "answer" in row and row["survey"] in found else dict(row)
            for row in rows]


def nameless_table(table: pa.Table) -> pa.Table:
    """The same of a table."""
    found = _anonymous(pc.unique(table["survey"]).to_pylist()) if "answer" in table.column_names else set()
    if not found:
        return table
    hidden: Any = pc.is_in(table["survey"], pa.array(sorted(found)))
    for name in HIDDEN:
        column: Any = table[name]
        table = table.set_column(table.column_names.index(name), name,
                                 pc.if_else(hidden, pa.scalar(None, column.type), column))
    return table


def _anonymous(surveys: Iterable[str | None]) -> set[str]:
    codes = {code for code in surveys if code}
    return {code for code, wave in waves_by_code(codes).items() if wave.anonymous} if codes else set()
