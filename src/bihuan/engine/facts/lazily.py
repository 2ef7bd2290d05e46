"""A DuckDB connection whose views are made when a statement first names them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

import duckdb

from bihuan.engine import stopping

from .parsed import parsed

Make = Callable[[duckdb.DuckDBPyConnection], object]
# What may be asked of a connection without naming a view in it; before anything else all views are made.
NAMELESS = frozenset(("close", "description", "interrupt", "unregister", "begin", "commit", "rollback"))


def lazily(con: duckdb.DuckDBPyConnection, makers: Mapping[str, Make]) -> duckdb.DuckDBPyConnection:
    """Return a connection on which ``makers[name]`` has run before a statement with that name in it.

    A view reads the footers of its files as it is made: those of all 30 tables take 30 ms, and a page asks two or
    three. What is made may name others.
    """
    return cast(duckdb.DuckDBPyConnection, LazyViews(con, makers))


class LazyViews:
    """Stands for a connection and passes everything on to it."""

    def __init__(self, con: duckdb.DuckDBPyConnection, makers: Mapping[str, Make]) -> None:
        self._con, self._makers = con, dict(makers)
        self._names = _any_of(tuple(makers))

    def execute(self, query: Any, *given: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        self._make_named(query)
        return self._con.execute(parsed(self._con, query), *given, **named)

    def executemany(self, query: Any, *given: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        self._make_named(query)
        return self._con.executemany(query, *given, **named)

    def sql(self, query: Any, **named: Any) -> duckdb.DuckDBPyRelation:
        self._make_named(query)
        return self._con.sql(parsed(self._con, query), **named)

    def register(self, name: str, rows: object) -> duckdb.DuckDBPyConnection:
        """Put rows under a name, in place of what would have been made under it."""
        self._makers.pop(name, None)
        return self._con.register(name, rows)

    def __getattr__(self, name: str) -> Any:
        if name not in NAMELESS and not name.startswith("fetch"):
            self._make(tuple(self._makers))
        return getattr(self._con, name)

    def __enter__(self) -> duckdb.DuckDBPyConnection:
        return cast(duckdb.DuckDBPyConnection, self)

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def _make_named(self, query: Any) -> None:
        stopping.check()
        if self._makers:    # a prepared statement is no text and may name any
            self._make(self._names.findall(query) if isinstance(query, str) else tuple(self._makers))

    def _make(self, names: list[str] | tuple[str, ...]) -> None:
        for name in names:
            if (make := self._makers.pop(name, None)) is not None:
                make(cast(duckdb.DuckDBPyConnection, self))


@lru_cache(maxsize=8)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names)) or '(?!)'})\b")
