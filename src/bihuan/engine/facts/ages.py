"""How old the rows of each source are, and what its cases lack: asked once a journal, then remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bihuan.engine.home import Home

from . import journal, store
from .schema import TABLES

WATCHED = ("agent", "channel", "customer", "opened")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Age:
    """``latest``: the latest moment that rows of a source speak of, None without rows that have a time;

    ``cases`` how many of its cases there are, ``missing`` how many of them lack each of WATCHED.
    """

    latest: datetime | None = None
    cases: int = 0
    missing: Mapping[str, int] = field(default_factory=dict)


def ages_by_source(home: Home) -> dict[str, Age]:
    """Return {source: age} over all tables that have a time."""
    return _ages(home, journal.head(home)[1])


@lru_cache(maxsize=4)
def _ages(home: Home, _head: str) -> dict[str, Age]:
    timed = [table for table in TABLES.values() if table.time]
    latest = " UNION ALL ".join(
        f'SELECT source, max(epoch_us("{table.time}")) AS latest FROM {table.name} GROUP BY source' for table in timed)
    gaps = ", ".join(f"count(*) - count({name})" for name in WATCHED)
    with store.connect(home) as con:
        moments = con.execute(f"SELECT source, max(latest) FROM ({latest}) GROUP BY source").fetchall()
        cases = con.execute(f"SELECT source, count(*), {gaps} FROM cases GROUP BY source").fetchall()
    counted = {row[0]: (row[1], dict(zip(WATCHED, row[2:]))) for row in cases}
    found = {}
    for source, micros in moments:
        number, missing = counted.get(source, (0, {}))
        moment = EPOCH + timedelta(microseconds=micros) if micros is not None else None
        found[source] = Age(moment, number, missing)
    return found
