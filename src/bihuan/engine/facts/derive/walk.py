"""The events of many cases as arrays, in the order of each case, a bounded number of them at a time.

What a case's events say in their order (who came first, what followed what) is found on arrays: the same by grouping
and by windows in SQL takes three times as long, because each aggregate has to be kept for each case until the last
event.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bihuan.engine.facts.schema import ACTOR_KINDS, EVENT_KINDS, PAUSE_CAUSES

EVENTS_AT_ONCE = 2_000_000
NOBODY = -1             # the code of a missing text
KIND = {name: code for code, name in enumerate(EVENT_KINDS)}
WHO = {name: code for code, name in enumerate(ACTOR_KINDS)}
AGENT = WHO["agent"]


@dataclass(frozen=True)
class Events:
    """Events sorted by case and then by order; ``n`` counts the cases from ``base``. Codes are below 0 for None."""

    base: int
    n: np.ndarray
    us: np.ndarray          # microseconds since 1970
    k: np.ndarray           # place in EVENT_KINDS
    who: np.ndarray         # place in ACTOR_KINDS
    cause: np.ndarray       # place in PAUSE_CAUSES
    actor: np.ndarray       # place in ``actors``
    unit: np.ndarray        # place in ``units``
    logged: np.ndarray
    responds: np.ndarray
    actors: pa.Array
    units: pa.Array
    cases: dict[str, np.ndarray]    # opened_s, uncounted (no counter of reopenings), replied_pauses

    @property
    def size(self) -> int:
        """How many cases there are."""
        return int(self.cases["opened_s"].size)

    @property
    def s(self) -> np.ndarray:
        """Whole seconds since 1970, as SQL's ``//`` cuts them: downwards."""
        return self.us // 1_000_000

    def is_kind(self, *kinds: str) -> np.ndarray:
        """Where an event is of one of these kinds."""
        table = np.zeros(len(EVENT_KINDS), bool)
        table[[KIND[kind] for kind in kinds]] = True
        return table[self.k]

    def first(self, where: np.ndarray) -> np.ndarray:
        """Per case the place of its first event ``where`` holds, -1 for none."""
        found, places = np.full(self.size, -1, np.int64), np.flatnonzero(where)[::-1]
        found[self.n[places]] = places      # of several the last one written stays
        return found

    def last(self, where: np.ndarray) -> np.ndarray:
        """Per case the place of its last event ``where`` holds, -1 for none."""
        found, places = np.full(self.size, -1, np.int64), np.flatnonzero(where)
        found[self.n[places]] = places
        return found

    def any(self, where: np.ndarray) -> np.ndarray:
        """Per case whether ``where`` holds for one of its events."""
        found = np.zeros(self.size, bool)
        found[self.n[where]] = True
        return found

    def count(self, where: np.ndarray) -> np.ndarray:
        """Per case for how many of its events ``where`` holds."""
        return np.bincount(self.n[where], minlength=self.size)


def read_events(con: duckdb.DuckDBPyConnection) -> Iterator[Events]:
    """Yield the events of ``ev`` with their cases of ``c``; at least once, and every case once."""
    cases, events = con.execute("SELECT (SELECT coalesce(max(n), 0) FROM c), (SELECT count(*) FROM ev)").fetchall()[0]
    step = max(1, int(cases * EVENTS_AT_ONCE / max(events, 1)))
    for base in range(1, max(cases, 1) + 1, step):
        yield _read(con, base, f"n >= {base} AND n < {base + step}")


def _read(con: duckdb.DuckDBPyConnection, base: int, where: str) -> Events:
    cases = con.execute(f"""
        SELECT opened_s, reopen_count IS NULL AS uncounted, replied_pauses
        FROM (SELECT n, t, opened_s, reopen_count FROM c WHERE {where}) JOIN terms USING (t) ORDER BY n
        """).fetchnumpy()
    plain = ("us", "low", "k", "who", "cause", "logged", "responds")
    table = con.sql(f"SELECT n - {base} AS n, {', '.join(plain)}, actor, unit FROM ev WHERE {where}").to_arrow_table()
    columns = {name: table[name].to_numpy() for name in ("n", *plain)}
    texts = {}
    for name in ("actor", "unit"):
        texts[name], columns[name] = _coded(table[name])
    order = _order(columns["n"], columns["us"], columns.pop("low"))
    return Events(base, **{name: column[order] for name, column in columns.items()}, actors=texts["actor"],
                  units=texts["unit"], cases={name: np.asarray(column) for name, column in cases.items()})


def _coded(column: pa.ChunkedArray) -> tuple[pa.Array, np.ndarray]:
    """The distinct texts, and the place of each row's among them."""
    coded = pc.dictionary_encode(column.combine_chunks())
    return coded.dictionary, coded.indices.fill_null(NOBODY).to_numpy()


def _order(n: np.ndarray, us: np.ndarray, low: np.ndarray) -> np.ndarray:
    """How to sort events by case, moment and the rest of their order.

    Sorting by all three at once takes ten times as long; exports come as long runs of cases, or in the order of time,
    so that few cases are left to be put in order after the first step.
    """
    order = np.argsort(n, kind="stable")
    n, us, low = n[order], us[order], low[order]
    wrong = (n[1:] == n[:-1]) & ((us[1:] < us[:-1]) | ((us[1:] == us[:-1]) & (low[1:] < low[:-1])))
    if wrong.any():
        rows = np.flatnonzero(np.isin(n, np.unique(n[1:][wrong])))
        order[rows] = order[rows][np.lexsort((low[rows], us[rows], n[rows]))]
    return order


def fill_forward(n: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Per row the place of the last row up to it, of the same case, that is ``known``; -1 for none."""
    place = np.maximum.accumulate(np.where(known, np.arange(n.size), -1))
    return np.where((place >= 0) & (n[place] == n), place, -1)


def fill_backward(n: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Per row the place of the first row from it on, of the same case, that is ``known``; -1 for none."""
    place = fill_forward(n[::-1], known[::-1])[::-1]
    return np.where(place >= 0, n.size - 1 - place, -1)


def before(n: np.ndarray, values: np.ndarray, missing: int) -> np.ndarray:
    """Per row the value of the row before it in the same case, ``missing`` for the first."""
    shifted = np.full_like(values, missing)
    shifted[1:] = np.where(n[1:] == n[:-1], values[:-1], missing)
    return shifted


def after(n: np.ndarray, values: np.ndarray, missing: int) -> np.ndarray:
    """Per row the value of the row after it in the same case, ``missing`` for the last."""
    shifted = np.full_like(values, missing)
    shifted[:-1] = np.where(n[:-1] == n[1:], values[1:], missing)
    return shifted


def pick(values: np.ndarray, places: np.ndarray) -> pa.Array:
    """The values at ``places``, None where a place is below 0."""
    return pa.array(values[places] if values.size else np.zeros(places.size, values.dtype), mask=places < 0)


def spell(codes: np.ndarray, texts: pa.Array) -> pa.Array:
    """The texts of codes, None for a code below 0."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=codes < 0), texts)


def spell_cause(codes: np.ndarray) -> pa.Array:
    """The causes of a pause in words."""
    return spell(codes, pa.array(PAUSE_CAUSES))


def keep(con: duckdb.DuckDBPyConnection, table: str, rows: pa.Table, *, more: bool) -> None:
    """Put rows into a temporary table: a new one, or behind what it has when there is ``more`` of it."""
    con.register("found_rows", rows)
    con.execute(f"INSERT INTO {table} SELECT * FROM found_rows" if more
                else f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM found_rows")
    con.unregister("found_rows")
