"""Names in records that mean nobody yet: who is called so, how often, why, and who it could be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from bihuan.engine.home import Home

from . import lake, people
from .contracts import NamesSeen, UnknownName
from .lake import literal, quoted
from .people import NAMING, Meaning, Register, load_meanings, read_register
from .runner import Runner
from .store import connect

MOST = 50
# The rows that a case consists of; what is said about a case later follows them.
OF_CASES = ("cases", "events", "messages")


def unknown_names(home: Home, *, batch: str = "", name: str = "") -> list[UnknownName]:
    """Return who is called by a name that means nobody, the most frequent first; ``batch``: in its rows alone.

    ``name``: that one alone. Without a register nobody can be meant, and a number that it lacks is not told from a
    name.
    """
    register = read_register(home)
    if not register.ids or name in register.ids:
        return []
    narrowed = f" AND batch = {literal(batch)}" if batch else ""
    parts = []
    for table in OF_CASES:
        column, person = NAMING[table][0], _of_agents(table, table, "cases")
        called = f"{column} = {literal(name)}" if name else f"{column} IS NOT NULL"
        parts.append(f'SELECT {column} AS name, {quoted("id" if table == "cases" else "case")} AS "case" FROM {table} '
                     f"WHERE {called}{person}{narrowed}")
    with connect(home) as con:
        found = con.sql(f'SELECT name, count(DISTINCT "case") AS cases FROM ({" UNION ALL ".join(parts)}) '
                        "WHERE name NOT IN (SELECT unnest($1::VARCHAR[])) "
                        "GROUP BY name ORDER BY cases DESC, name", params=[sorted(register.ids)]).fetchall()
    return [_unknown(register, written, cases) for written, cases in found]


def _of_agents(table: str, relation: str, cases: str | None) -> str:
    """SQL that leaves out customers: where a source tells them apart, a row without a kind may be a customer's.

    Where it tells no kinds at all, whoever is the customer of one of the ``cases`` is no agent.
    """
    column, _moment, kind = NAMING[table]
    if not kind:
        return ""
    telling = f"SELECT coalesce(source, '') FROM {quoted(relation)} WHERE {kind} IS NOT NULL"
    served = f" AND {column} NOT IN (SELECT customer FROM {quoted(cases)} WHERE customer IS NOT NULL)" if cases else ""
    return f" AND ({kind} = 'agent' OR {kind} IS NULL AND coalesce(source, '') NOT IN ({telling}){served})"


def meant_by(home: Home, name: str) -> UnknownName | None:
    """Return whom a name is that means an agent at some time; None for a number of the register and for other names."""
    agents = dict.fromkeys(one.agent for one in load_meanings(home) if one.name == name)
    return UnknownName(name, 0, "meant", tuple(agents)) if agents else None


def names_of(home: Home, agent: str) -> list[Meaning]:
    """Return the names by which records call an agent."""
    return [one for one in load_meanings(home) if one.agent == agent]


def seen_in(home: Home, run: Runner, staged: Mapping[str, str]) -> NamesSeen:
    """Return what the names in the rows of an import mean; ``staged``: table -> relation."""
    if not lake.files(home.lake / "agents"):
        return NamesSeen()
    register = read_register(home)
    parts = []
    for table, relation in staged.items():
        if table in NAMING and register.ids:
            column, moment, _kind = NAMING[table]
            person = _of_agents(table, relation, staged.get("cases"))
            parts.append(f'SELECT {column} AS name, "{moment}" AS "at" FROM {quoted(relation)} '
                         f"WHERE {column} IS NOT NULL{person}")
    if not parts:
        return NamesSeen()
    rows = f"SELECT * FROM ({' UNION ALL '.join(parts)})"
    written = {name for (name,) in run(f"SELECT DISTINCT name FROM ({rows})")} - register.ids
    return _judged(run, register, rows, written) if written else NamesSeen()


def _judged(run: Runner, register: Register, rows: str, written: set[str]) -> NamesSeen:
    people.register(run.con, register.meanings(written))
    run.con.register("written_names", pa.table({"name": pa.array(sorted(written), pa.string())}))
    counted = run(f"""
        SELECT r.name, count(*) FILTER (w.agent IS NULL) AS rows, count(DISTINCT w.agent)
        FROM ({rows}) r SEMI JOIN written_names k ON k.name = r.name
        LEFT JOIN {people.REGISTERED} w ON w.name = r.name AND (w.since IS NULL OR r."at" >= w.since)
            AND (w.until IS NULL OR r."at" < w.until)
        GROUP BY r.name ORDER BY rows DESC, r.name""")
    for name in ("written_names", people.REGISTERED):
        run.con.unregister(name)
    found = [_unknown(register, name, rows) for name, rows, _known in counted if rows]
    return NamesSeen(sum(known > 0 for _name, _rows, known in counted), tuple(found[:MOST]), len(found))


def _unknown(register: Register, name: str, cases: int) -> UnknownName:
    bearers = register.bearers(name)
    return UnknownName(name, cases, ("nobody", "elsewhen")[len(bearers)] if len(bearers) < 2 else "several", bearers)


def as_told(found: NamesSeen) -> dict[str, Any]:
    """Return it for a stored result."""
    return {"known": found.known, "total": found.total, "unknown": [
        {"name": one.name, "rows": one.cases, "reason": one.reason, "bearers": list(one.bearers)}
        for one in found.unknown]}
