"""Compiled queries, kept under the hashes of the definitions they come from: compiling costs more than most runs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from . import kept
from .contracts import Passport
from .shape import AS_OF, DATE_OF_DAY, END, EPOCH_MICROS, SINCE, START, UNTIL, View
from .slots import lifted

# What each dialect calls the functions that stand in compiled SQL under our own names.
FUNCTIONS = {"duckdb": {EPOCH_MICROS: "EPOCH_US", DATE_OF_DAY: "MAKE_DATE"},
             "pyspark": {EPOCH_MICROS: "UNIX_MICROS", DATE_OF_DAY: "DATE_FROM_UNIX_DATE"}}
_KEPT = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_cache: OrderedDict[tuple[Any, ...], str] = OrderedDict()
_lock = Lock()


def sql_for(
    shape: str, passports: Sequence[Passport], view: View, dialect: str, make: Callable[[View], Any]
) -> str:
    """Return the SQL of ``make()`` in a dialect, from the cache when the same shape was compiled before.

    ``make`` is given the view with slots for what only this question says; see ``slots.filled``.
    """
    view = lifted(view)
    key = (shape, tuple(passport.definition_hash for passport in passports), view, dialect)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    sql = kept.read(key)
    if sql is None:
        sql = to_sql(make(view), dialect)
        kept.write(key, sql)
    with _lock:
        _cache[key] = sql
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return sql


def at_moments(sql: str, *, as_of: int, start: int, end: int) -> str:
    """Return the SQL with its slots filled by epoch seconds; ``start`` is inclusive, ``end`` is not."""
    sql = sql.replace(str(AS_OF), str(as_of)).replace(str(START), str(start)).replace(str(END), str(end))
    return sql.replace(SINCE, _told(start)).replace(UNTIL, _told(end))


def _told(second: int) -> str:
    """A moment as every engine reads it; beyond the years of a calendar the first or the last moment of them."""
    try:
        return f"{EPOCH + timedelta(seconds=second)}"
    except OverflowError:
        return str(FIRST if second < 0 else LAST)


def to_sql(expression: Any, dialect: str) -> str:
    """Return an ibis expression in an engine's SQL, each layer as a SELECT of its own.

    Fused, every use of a named column would be replaced by its text and computed again: 1 M cases took ten times the
    time. The option is global in ibis; nothing else in this process compiles with it.
    """
    import ibis

    ibis.options.sql.fuse_selects = False
    if dialect == "pyspark":
        _know_pyspark()
    sql = str(ibis.to_sql(expression, dialect=dialect, pretty=False))
    for ours, theirs in FUNCTIONS[dialect].items():
        sql = sql.replace(ours.upper(), theirs)
    return sql


def _know_pyspark() -> None:
    """Give ibis the one option that its PySpark compiler reads; only the backend, which wants pyspark, registers it."""
    import ibis

    class Options(ibis.config.Config):
        treat_nan_as_null: bool = False

    if getattr(ibis.options, "pyspark", None) is None:
        ibis.options.pyspark = Options()
