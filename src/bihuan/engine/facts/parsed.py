"""Statements as DuckDB has parsed them: given a text, it parses it twice, and the same texts come again and again."""

from __future__ import annotations

import threading
from typing import Any

import duckdb

KEPT = 256
LONGEST = 50_000    # letters; a longer text lists values and will hardly come again, and hundreds of them fill memory
_kept: dict[str, duckdb.Statement] = {}
_keeping = threading.Lock()


def parsed(con: duckdb.DuckDBPyConnection, query: Any) -> Any:
    """The one statement of a text, for any connection and thread; what is no text, several or very long stays as it is.

    Running what is parsed takes half the time of running its text, however little there is to read: 4 ms instead of 7
    for a table of sixty columns.
    """
    if not isinstance(query, str) or len(query) > LONGEST:
        return query
    with _keeping:
        found = _kept.pop(query, None)
        if found is not None:
            _kept[query] = found
            return found
    statements = con.extract_statements(query)
    if len(statements) != 1:
        return query
    with _keeping:
        _kept[query] = statements[0]
        if len(_kept) > KEPT:
            del _kept[next(iter(_kept))]
    return statements[0]
