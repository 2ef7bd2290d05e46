"""A company small enough to compute by hand: tables of facts in memory, with the schema of the real ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.facts.lazily import lazily
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.indicators.contracts import EVERYTHING, Query, Result, Scope
from bihuan.engine.indicators.evaluate import Session, evaluate_on, read_tree
from bihuan.engine.indicators.executors import DuckDBExecutor
from bihuan.engine.indicators.passports import shipped

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2024, 4, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """A moment on Shanghai's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def case(number: int, opened: str, **columns: Any) -> dict[str, Any]:
    """One case row; what is not given is unknown, like in real data."""
    return told({"case": f"s:{number}", "external_id": str(number), "source": "s", "opened": at(opened),
                 "kind": "contact", **columns})


def told(row: dict[str, Any]) -> dict[str, Any]:
    """Add what follows from the rest in a source that tells all states, with a clock that never stops."""
    follows = {
        "responded": row.get("first_response_s") is not None, "resolved_flag": row.get("resolved"),
        "solved": True if row.get("resolution_s") is not None else False if row.get("is_open") else None,
        "is_complaint": row["kind"] == "complaint", "offered_wait_s": row.get("wait_s"),
    }
    for clock in ("first_response", "resolution"):
        target = row.get(f"{clock}_target_s")
        follows[f"{clock}_due"] = None if target is None else row["opened"] + timedelta(seconds=target)
    return follows | row


def call(
    number: int, opened: str, wait_s: int, *, answered: bool = True, agent: str = "A1", **columns: Any
) -> dict[str, Any]:
    """One phone call, answered after ``wait_s`` or given up then."""
    return case(number, opened, channel="phone", offered=True, answered=answered, abandoned=not answered, wait_s=wait_s,
                agent=agent, answerer=agent if answered else None, **columns)


def connection(units: list[dict] | None = None, memberships: list[dict] | None = None, **grains: list[dict]) -> Any:
    """A DuckDB connection with the fact tables of ``grains`` (the others empty), units and memberships."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    for name, schema in GRAINS.items():
        _create(con, f"fact_{name}", pa.Table.from_pylist(grains.get(name, []), schema=schema))
    for name, rows in (("units", units or []), ("memberships", memberships or [])):
        _create(con, name, pa.Table.from_pylist(rows, schema=pa.schema(TABLES[name].fields)))
    return lazily(con, {})      # as the product's own: the same questions come again and again, parsed once


def _create(con: Any, name: str, table: pa.Table) -> None:
    con.register("incoming", table)
    con.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
    con.unregister("incoming")


def session(con: Any, *, as_of: datetime | None = AS_OF, zone: ZoneInfo = SHANGHAI) -> Session:
    executor = DuckDBExecutor(con)
    return Session(executor, as_of, zone, read_tree(executor))


def ask(con: Any, *names: str, scope: Scope = EVERYTHING, as_of: datetime | None = AS_OF, **query: Any) -> list[Result]:
    """Evaluate shipped passports; all of them when none is named."""
    passports = [shipped()[name] for name in names] or list(shipped().values())
    return evaluate_on(session(con, as_of=as_of), passports, Query(indicators=names, **query), scope)


def one(con: Any, name: str, **options: Any) -> Result:
    """The only result of a question."""
    (result,) = ask(con, name, **options)
    return result


def days(number: float) -> timedelta:
    return timedelta(days=number)
