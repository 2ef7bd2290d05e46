"""The store of facts: source rows as they are known, and the facts derived from them, as views on one connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bihuan.engine.home import Home

from . import journal, lake, people
from .commit import commit_staged
from .connection import lay_out, open_engine, share_engine
from .errors import FactsError
from .few import few
from .grains import GRAINS
from .identities import REGISTERED, Identities, load_identities, register, resolved
from .lake import duckdb_type, quoted
from .lazily import Make, lazily
from .locks import locked
from .moment import remembered
from .parsers import FIRST_SERVICE
from .privacy.blocking import blocked_customers, without_blocked
from .schema import HAPPENED, TABLES
from .spans import latest_past
from .views import VERSION, FactRows, SourceRows, fact_query, facts, source_query, sources, versioned

# A grain is written anew when this many replacements lie on top of each other.
REPLACEMENTS = 24
CASE_ALONE = pa.schema([("case", pa.string())])
# The times of what has happened; promised, due and end-of-period times may lie ahead of the data.
SERVED = {
    "cases": ("opened", "resolved_at", "closed_at"), "events": ("at",), "messages": ("at",), "agent_states": ("start",),
}
TOLD = {"answers": ("at",), "invitations": ("at",), "inspection_scores": ("at",), "concessions": ("at",)}


def connect(home: Home, *, known_at: datetime | None = None, threads: int | None = None,
            blocked: bool = False) -> duckdb.DuckDBPyConnection:
    """Open an in-memory connection (UTC) with a view per source table and a view ``fact_<grain>`` per grain.

    A source view holds the current version of every row of the batches that are done and not undone; with
    ``known_at`` the versions known at that moment; customers that were merged are one, and a name that means one
    agent of the register is that agent. Views of what was never imported exist and are empty; ``batches`` says by
    which mapping a batch came in. The views fix the files they read: open a new connection to see what was imported
    since. The stored facts are those of now, so with ``known_at`` there are no fact views: ``past.connect`` makes
    them. Customers whose processing is blocked are left out, unless ``blocked``: facts are derived of everybody, so
    that lifting a block brings the numbers back.
    """
    own = threads is not None or known_at is not None
    con = open_engine(home, threads=threads) if own else share_engine(home)
    if own:
        lay_out(con, grains=known_at is None)
    identities = load_identities(home, known_at=known_at, con=con)
    meanings = people.load_meanings(home, known_at=known_at, con=con)
    seen = _unhidden if blocked else hiding(home, con, identities, known_at)

    def whose(name: str, query: str) -> str:
        return seen(name, people.called(name, resolved(name, query, identities), meanings))

    makers = {name: _viewing(name, rows, whose) for name, rows in sources(home, known_at=known_at).items()}
    if known_at is None:
        makers |= {f"fact_{grain}": _viewing(f"fact_{grain}", rows, seen) for grain, rows in facts(home).items()}
    makers |= {name: partial(register, identities=identities) for name in REGISTERED}
    makers[people.REGISTERED] = partial(people.register, meanings=meanings)
    makers["batches"] = partial(_register_batches, known=journal.batches(home))
    return lazily(con, makers)


def _viewing(name: str, rows: SourceRows | FactRows, seen: Callable[[str, str], str]) -> Make:
    return lambda con: con.execute(f"CREATE TEMP VIEW {quoted(name)} AS {seen(name, rows.sql())}")


def _register_batches(con: duckdb.DuckDBPyConnection, known: Sequence[journal.Batch]) -> None:
    con.register("batches", pa.table({"batch": pa.array([batch.id for batch in known], pa.string()),
                                      "mapping": pa.array([batch.mapping for batch in known], pa.string())}))


def _unhidden(name: str, query: str) -> str:
    return query


def hiding(home: Home, con: duckdb.DuckDBPyConnection, identities: Identities,
           known_at: datetime | None) -> Callable[[str, str], str]:
    """Return (view's name, its query) -> the query without the customers blocked now, under every number they have."""
    people = blocked_customers(home)
    if not people:
        return _unhidden
    numbers = sorted({number for one in people for number in identities.all_numbers(identities.customer(one))} | people)
    con.register("blocked_customers", pa.table({"customer": pa.array(numbers, pa.string())}))
    cases = resolved("cases", source_query(home, TABLES["cases"], known_at=known_at), identities)

    def hide(name: str, query: str) -> str:
        return without_blocked(home, name, query, listed="SELECT customer FROM blocked_customers", cases=cases)

    return hide


def append(home: Home, table: str, rows: pa.Table, *, actor: str = "engine", source: str = "") -> str:
    """Put rows into a source table as one batch of their own and return the batch; for small, clean data.

    Columns that are missing become None; nothing is parsed, checked or compared, and no facts are derived:
    files and user input go through ``importing``. Rows whose key exists supersede it.
    """
    if table not in TABLES:
        raise FactsError("unknown_table", table=table, tables=", ".join(TABLES))
    with share_engine(home) as con:
        return _append(home, con, table, rows, actor=actor, source=source)


def _append(home: Home, con: duckdb.DuckDBPyConnection, table: str, rows: pa.Table, *, actor: str, source: str) -> str:
    con.register("given", rows)
    columns = ", ".join(
        f"CAST({quoted(name) if name in rows.column_names else 'NULL'} AS {duckdb_type(kind)}) AS {quoted(name)}"
        for name, kind in TABLES[table].fields)
    given_source = "source" if "source" in rows.column_names else lake.literal(source)
    con.execute(f"CREATE TEMP TABLE staged AS SELECT {columns}, {given_source} AS source FROM given")
    batch = journal.new_batch_id()
    commit_staged(home, con, {table: "staged"}, batch=batch, actor=actor)
    return batch


def replace_facts(home: Home, grain: str, rows: pa.Table | pa.RecordBatchReader | str | Sequence[str], *,
                  cases: pa.Array | pa.ChunkedArray | None, con: duckdb.DuckDBPyConnection | None = None) -> None:
    """Put derived rows in place of the old ones, in one step for every reader.

    ``cases`` None: the whole grain anew; else only the rows of those cases are replaced (a case without rows in
    ``rows`` loses its old ones). ``rows`` may be a query on ``con``, which then streams, or several, one after the
    other, of the same columns.
    """
    folder, schema = home.facts / grain, GRAINS[grain]
    con = con or share_engine(home)
    queries = [rows] if isinstance(rows, str) else rows if isinstance(rows, Sequence) else ["SELECT * FROM new_facts"]
    if not isinstance(rows, Sequence):
        con.register("new_facts", rows)
    columns = _typed(con, queries[0], schema)
    with locked(home, f"facts-{grain}"):
        version = _next_version(folder)
        actions = []
        for query in queries:
            stamped = f"SELECT {columns}, {version}::BIGINT AS {VERSION} FROM ({query})"
            actions += lake.copy_out(con, stamped, folder, prefix=f"v{version}", schema=versioned(schema), typed=True,
                                     form=lake.PACKED)
        if cases is not None and lake.files(folder):
            actions += _gone(con, folder, version, cases)
        mode = "overwrite" if cases is None else "append"
        if actions or (mode == "overwrite" and lake.files(folder)):
            lake.commit(folder, actions, versioned(schema), mode=mode)
        if cases is None:
            lake.vacuum(folder)
        elif sum(file.batch.startswith("gone") for file in lake.files(folder)) > REPLACEMENTS:
            _settle(home, grain)


def _typed(con: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema) -> str:
    """The columns of a query in the types of a grain; texts that are codes stay codes, which Parquet holds as texts."""
    kinds = {row[0]: row[1] for row in con.execute(f"DESCRIBE {query}").fetchall()}
    return ", ".join(_as(column.name, kinds[column.name], duckdb_type(column.type)) for column in schema)


def _as(column: str, kind: str, wanted: str) -> str:
    # A cast to its own type costs a column of a small workspace as much as writing it.
    name = quoted(column)
    return name if kind == wanted or kind.startswith("ENUM") else f"CAST({name} AS {wanted}) AS {name}"


def settle_facts(home: Home, grain: str) -> list[str]:
    """Write a grain so that its Parquet files are exactly its rows, and return them: for other engines (Spark)."""
    with locked(home, f"facts-{grain}"):
        if any(file.batch.startswith("gone") for file in lake.files(home.facts / grain)):
            _settle(home, grain)
    return [file.path for file in lake.files(home.facts / grain)]


def as_of(home: Home, *, known_at: datetime | None = None) -> datetime | None:
    """The latest moment the service's own rows speak of, None for an empty workspace; with ``known_at`` as known then.

    An answer of today does not say that cases of last month had no further contact since: what customers and
    inspectors tell later counts only where nothing else is there, and in ``told_as_of``.
    """
    served, told = _reached(home, known_at)
    return served or told


def told_as_of(home: Home, *, known_at: datetime | None = None) -> datetime | None:
    """The latest moment any row speaks of: how far answers and invitations reach."""
    return max(filter(None, _reached(home, known_at)), default=None)


def _last_import(home: Home, known_at: datetime | None) -> datetime | None:
    """When the data were last told of, and how far invented ones reach: nothing they speak of can have happened later.

    What was taken before imports looked at that still lies in some workspaces: a case opened in 2098.
    """
    return max((max(filter(None, (batch.recorded_at, batch.until))) for batch in journal.batches(home)
                if batch.visible(known_at)), default=None)


def _reached(home: Home, known_at: datetime | None) -> tuple[datetime | None, datetime | None]:
    return remembered(home, lambda: _latest(home)) if known_at is None else _latest(home, known_at)


def _latest(home: Home, known_at: datetime | None = None) -> tuple[datetime | None, datetime | None]:
    con, told = connect(home, known_at=known_at), _last_import(home, known_at)
    if told is None:
        return None, None
    return _last(home, con, SERVED, told), _last(home, con, TOLD, told)


def _last(home: Home, con: duckdb.DuckDBPyConnection, tables: Mapping[str, tuple[str, ...]],
          told: datetime) -> datetime | None:
    """The latest moment of the columns, ``told`` where it lies after that; what lies days ahead is passed over."""
    ahead = f"TIMESTAMPTZ {lake.literal(latest_past(told))}"
    times = [f"SELECT max({quoted(column)}) FILTER ({quoted(column)} <= {ahead}) AS moment, "
             f"count({quoted(column)}) AS rows FROM {quoted(table)}"
             for table, columns in tables.items() if lake.files(home.lake / table) for column in columns]
    if not times:
        return None
    found = few(con, f"SELECT max(moment) AS moment, max(rows) AS rows FROM ({' UNION ALL '.join(times)})").to_pylist()
    moment, rows = found[0]["moment"], found[0]["rows"]
    return min(moment, told) if moment else told if rows else None


def out_of_time(home: Home) -> dict[str, int]:
    """{table: how many of its rows tell of what happened after the last import or too long ago to be true}."""
    told = _last_import(home, None)
    if told is None:
        return {}
    con = connect(home)
    found: dict[str, int] = {}
    past = f"TIMESTAMPTZ {lake.literal(FIRST_SERVICE)} AND TIMESTAMPTZ {lake.literal(latest_past(told))}"
    for table, columns in HAPPENED.items():
        if lake.files(home.lake / table):
            wrong = " OR ".join(f"{quoted(column)} NOT BETWEEN {past}" for column in columns)
            (rows,) = few(con, f"SELECT count(*) AS rows FROM {quoted(table)} WHERE {wrong}")["rows"].to_pylist()
            found |= {table: rows} if rows else {}
    return found


def _next_version(folder: Path) -> int:
    numbers = [int(file.batch.removeprefix("gone").removeprefix("v")) for file in lake.files(folder)]
    return max(numbers, default=0) + 1


def _gone(con: duckdb.DuckDBPyConnection, folder: Path, version: int, cases: pa.Array | pa.ChunkedArray) -> list[Any]:
    """Note which cases this version replaces, as rows of the same table, so that one commit does both.

    Their other columns are not written: what a file of a table lacks is NULL.
    """
    con.register("gone_cases", pa.table({"case": cases}))
    query = f'SELECT DISTINCT "case", {version}::BIGINT AS {VERSION} FROM gone_cases'
    return lake.copy_out(con, query, folder, prefix=f"gone{version}", schema=versioned(CASE_ALONE), typed=True)


def _settle(home: Home, grain: str) -> None:
    """Rewrite a grain without replaced rows; the caller holds its lock."""
    folder, schema = home.facts / grain, GRAINS[grain]
    version = _next_version(folder)
    query = f"SELECT *, {version}::BIGINT AS {VERSION} FROM ({fact_query(home, grain)})"
    with share_engine(home) as con:
        actions = lake.copy_out(con, query, folder, prefix=f"v{version}", schema=versioned(schema), form=lake.PACKED)
    lake.commit(folder, actions, versioned(schema), mode="overwrite")
    lake.vacuum(folder)
