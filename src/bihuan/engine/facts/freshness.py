"""Keep the derived facts in step with the journal: whoever comes next derives what a crash left behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from bihuan.engine.home import Home, write_atomically

from . import derive, journal, lake, people
from .connection import share_engine
from .identities import cases_of, touched_query
from .journal import Batch
from .lake import quoted
from .locks import locked
from .schema import TABLES
from .views import superseded_file

Progress = Callable[[int, int, str], None]


def refresh(home: Home, *, progress: Progress | None = None) -> int:
    """Derive the facts of all cases touched since the last time; returns how many were touched.

    Safe at any time and from several processes: what is fresh is not computed again, what an import that died has
    left is.
    """
    with locked(home, "facts"):
        seq, _ = journal.head(home)
        kept = _kept(home)
        fresh, names = int(kept["seq"]), people.as_meanings(kept.get("names", []))
        pending = [batch for batch in journal.batches(home) if batch.seq > fresh]
        meant = people.load_meanings(home) if pending or not fresh else names
        touched = touched_cases(home, pending, renamed=people.changed(names, meant)) if fresh else None
        if pending or not fresh:
            derive.refresh(home, touched=touched, progress=progress)
            write_atomically(_file(home), json.dumps({"seq": seq, "names": people.as_lists(meant)}, ensure_ascii=False))
        return len(touched) if touched is not None else -1


def is_fresh(home: Home) -> bool:
    """Whether the facts speak of every batch in the journal."""
    return int(_kept(home)["seq"]) == journal.head(home)[0]


def touched_cases(home: Home, batches: Iterable[Batch], *, renamed: Iterable[str] = ()) -> pa.ChunkedArray:
    """The ids of all cases of which these batches hold rows, or whose rows they replaced, or who served in which is
    called by a name of ``renamed``."""
    queries = [query] if (query := people.naming_cases(home, renamed)) else []
    names = {batch.id for batch in batches}
    for table in TABLES.values():
        files = lake.files(home.lake / table.name)
        own = [file.path for file in files if file.batch in names or file.batch == lake.MIXED]
        listed = ", ".join(lake.literal(name) for name in sorted(names))
        for column in table.case_columns if own else ():
            queries.append(f'SELECT {quoted(column)} AS "case" FROM {lake.scan(own, union=True)} '
                           f"WHERE batch IN ({listed})")
            for name in sorted(names):
                if column not in table.key and (newer := superseded_file(home, name, table.name)).exists():
                    queries.append(_moved_from(table.name, column, [file.path for file in files], newer))
        if table.name == "links" and own:
            links = f'SELECT kind, "case", other FROM {lake.scan(own, union=True)} WHERE batch IN ({listed})'
            queries.append(touched_query(home, links))
        if table.name == "customer_history" and own:
            # A case without a tier of its own has the one its customer had.
            told = f"SELECT customer AS number, attribute FROM {lake.scan(own, union=True)} WHERE batch IN ({listed})"
            queries.append(cases_of(home, f"SELECT number FROM ({told}) WHERE attribute = 'tier'"))
    if not queries:
        return pa.chunked_array([pa.array([], pa.string())])
    with share_engine(home) as con:
        found = con.sql(f'SELECT DISTINCT "case" FROM ({" UNION ALL ".join(queries)}) WHERE "case" IS NOT NULL')
        return found.to_arrow_table()["case"]


def _moved_from(table: str, column: str, files: list[str], newer: Path) -> str:
    """The cases that the older versions of replaced rows belonged to."""
    match = " AND ".join(f"r.{quoted(key)} IS NOT DISTINCT FROM s.{quoted(key)}" for key in TABLES[table].key)
    return (f'SELECT r.{quoted(column)} AS "case" FROM {lake.scan(files, union=True)} r '
            f"SEMI JOIN {lake.scan([str(newer)])} s ON {match}")


def _kept(home: Home) -> dict[str, Any]:
    """Up to which line of the journal the facts are fresh, and what names meant to them."""
    file = _file(home)
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"seq": 0}
    return kept


def _file(home: Home) -> Path:
    return home.facts / "fresh.json"
