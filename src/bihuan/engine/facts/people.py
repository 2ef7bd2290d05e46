"""Whom a name means: records that say 张三 where the register has an agent's number.

The rows stay as they came. A name that at a row's time belongs to one agent of the register alone is that agent for
every reader of ``store.connect``; a name that several bear, or none, stays as written until a person says whose it is:
a link, which can be taken back.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bihuan.engine.home import Home, write_atomically

from . import journal, lake
from .connection import share_engine
from .few import few
from .lake import literal, quoted
from .schema import TABLES, TIME
from .views import source_query

NAMES = Path("cache") / "names.json"
CALLED = "agent_called"     # links.case: what the records call somebody, links.other: the agent that is
REGISTERED = "agent_names"
# Where rows name who served: the column, the moment of the row, and the column that tells people from machines.
NAMING = {
    "cases": ("agent", "opened", ""), "events": ("actor", "at", "actor_kind"),
    "messages": ("sender", "at", "sender_kind"), "answers": ("agent", "at", ""), "invitations": ("agent", "at", ""),
    "inspection_scores": ("agent", "at", ""), "agent_states": ("agent", "start", ""),
    "concessions": ("agent", "at", ""),
}
# Where they name who agreed or judged: whether that was who served is to be seen however either is called.
JUDGING = {
    "concessions": ("approved_by", "at", ""), "inspection_scores": ("reviewer", "at", ""),
    "attributions": ("reviewer", "at", ""), "skills": ("assessed_by", "valid_from", ""),
}
NAMED = [(table, *what) for naming in (NAMING, JUDGING) for table, what in naming.items()]
Span = tuple[datetime | None, datetime | None]
Written = dict[str, list[str]]      # "files" that were looked through, and the "names" in them


@dataclass(frozen=True)
class Meaning:
    """What ``name`` stands for from ``since`` until ``until`` (None: open); ``chosen`` by a person, else by itself."""

    name: str
    agent: str
    since: datetime | None = None
    until: datetime | None = None
    chosen: bool = False


@dataclass(frozen=True)
class Register:
    """The agents known: ``names`` folded -> who bears it, ``spans`` of service, and what people said of names.

    ``chosen``: folded -> {as it is written: whose a person said that it is}, the latest word last.
    """

    ids: frozenset[str]
    names: Mapping[str, tuple[str, ...]]
    spans: Mapping[str, tuple[Span, ...]]
    chosen: Mapping[str, Mapping[str, str]]

    def bearers(self, name: str) -> tuple[str, ...]:
        """Return the agents of that name, whenever they served."""
        return self.names.get(folded(name), ())

    def said(self, name: str) -> Mapping[str, str]:
        """Return {spelling: agent} of what people said of a name however it is written, the latest word last."""
        return self.chosen.get(folded(name), {})

    def meanings(self, written: Iterable[str]) -> list[Meaning]:
        """Return what each of the ``written`` names that is no agent's number stands for, as far as it is known."""
        found = []
        for name in sorted(set(written) - self.ids):
            if said := self.said(name):
                found.append(Meaning(name, [*said.values()][-1], chosen=True))
            else:
                found += [Meaning(name, *alone) for alone in _alone({
                    agent: self.spans.get(agent, ((None, None),)) for agent in self.bearers(name)})]
        return found


def folded(name: str) -> str:
    """Return a name as it is compared: 张　三 and 张三 are one.

    >>> folded("张 三 ") == folded("张三")
    True
    """
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def load_meanings(home: Home, *, known_at: datetime | None = None,
                  con: duckdb.DuckDBPyConnection | None = None) -> list[Meaning]:
    """Return what the names in the workspace's rows stand for, kept until the journal has a new line.

    Which names there are is kept for earlier moments too: only whom they meant is asked anew.
    """
    if not any(lake.files(home.lake / name) for name in ("agents", "links")):
        return []
    file, state = home.path / NAMES, _state(home)
    kept = _read(file)
    if known_at is None and kept.get("state") == state:
        return as_meanings(kept["meanings"])
    found, written = _find(home, known_at, con, kept.get("written"))
    told = {"state": state, "meanings": as_lists(found)} if known_at is None else kept
    if known_at is None or written != kept.get("written", {}):
        with suppress(OSError):     # it is found again the next time
            told = told | {"form": _form(), "written": written}
            write_atomically(file, json.dumps(told, ensure_ascii=False))
    return found


def _read(file: Path) -> dict[str, Any]:
    """What is kept; nothing where another release understood names otherwise."""
    try:
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):   # never asked, or a disk that keeps nothing
        return {}
    return kept if kept.get("form") == _form() else {}


@cache
def _form() -> str:
    """What these rules are: whatever is changed here may change whom a name means."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]


def _find(home: Home, known_at: datetime | None, con: duckdb.DuckDBPyConnection | None,
          kept: Written | None = None) -> tuple[list[Meaning], Written]:
    con = con or share_engine(home)
    known = read_register(home, known_at=known_at, con=con)
    if not known.names and not known.chosen:
        return [], kept or {} if known_at else {}
    written = _written(home, con, kept or {})
    return known.meanings(written.get("names", [])), written


def read_register(home: Home, *, known_at: datetime | None = None,
                  con: duckdb.DuckDBPyConnection | None = None) -> Register:
    """Return who is known, where they served when, and what people said of names, as known now or at a moment."""
    con = con or share_engine(home)

    def read(table: str, columns: str, where: str = "true") -> list[dict[str, Any]]:
        if not lake.files(home.lake / table):
            return []
        query = source_query(home, TABLES[table], known_at=known_at)
        return list(few(con, f"SELECT {columns} FROM ({query}) WHERE {where}").to_pylist())

    agents = read("agents", 'id, name, hired, "left"')
    stays = read("memberships", "agent, valid_from, valid_to", "coalesce(valid_from < valid_to, true)")
    links = read("links", '"case", other, "at"', f"kind = {literal(CALLED)} AND undone_at IS NULL")
    names, spans = defaultdict(list), defaultdict(list)
    for stay in stays:
        spans[stay["agent"]].append((stay["valid_from"], stay["valid_to"]))
    for agent in sorted(agents, key=lambda row: str(row["id"])):
        if agent["name"] and folded(agent["name"]):
            names[folded(agent["name"])].append(agent["id"])
        if agent["id"] not in spans:
            spans[agent["id"]].append((agent["hired"], agent["left"]))
    ids = {row["id"] for row in agents} | {row["agent"] for row in stays}
    chosen: dict[str, dict[str, str]] = defaultdict(dict)
    for row in sorted(links, key=lambda row: str(row["at"])):
        chosen[folded(row["case"])][row["case"]] = row["other"]
    return Register(frozenset(ids), {name: tuple(them) for name, them in names.items()},
                    {agent: tuple(them) for agent, them in spans.items()}, dict(chosen))


def called(table: str, query: str, meanings: Sequence[Meaning]) -> str:
    """Return the SQL of a source table in which every row names the agents whom the names that it came with mean."""
    columns = [what for named, *what in NAMED if named == table] if meanings else []
    if not columns:
        return query
    replaced = ", ".join(f"coalesce(w{at}.agent, t.{column}) AS {column}" for at, (column, _, _) in enumerate(columns))
    joins = [f"LEFT JOIN {REGISTERED} w{at} ON w{at}.name = t.{column}{_of_agents(kind)} "
             f'AND (w{at}.since IS NULL OR t."{moment}" >= w{at}.since) '
             f'AND (w{at}.until IS NULL OR t."{moment}" < w{at}.until)'
             for at, (column, moment, kind) in enumerate(columns)]
    return f"SELECT t.* REPLACE ({replaced}) FROM ({query}) t {' '.join(joins)}"


def _of_agents(kind: str) -> str:
    return f" AND coalesce({kind}, 'agent') = 'agent'" if kind else ""


def register(con: duckdb.DuckDBPyConnection, meanings: Sequence[Meaning]) -> None:
    """Put the names onto a connection, for the queries of ``called``."""
    columns = zip(*(astuple(one)[:4] for one in meanings), strict=True) if meanings else ([], [], [], [])
    names, agents, since, until = (list(column) for column in columns)
    con.register(REGISTERED, pa.table({
        "name": pa.array(names, pa.string()), "agent": pa.array(agents, pa.string()),
        "since": pa.array(since, TIME), "until": pa.array(until, TIME)}))


def changed(before: Sequence[Meaning], after: Sequence[Meaning]) -> frozenset[str]:
    """Return the names that do not stand for what they stood for."""
    return frozenset(one.name for one in set(before) ^ set(after))


def naming_cases(home: Home, names: Iterable[str]) -> str:
    """Return SQL of the cases whose rows name somebody by one of these names; empty for no names."""
    listed = ", ".join(literal(name) for name in sorted(names))
    parts = [f"SELECT {quoted('id' if table == 'cases' else 'case')} AS \"case\" "
             f"FROM ({source_query(home, TABLES[table])}) WHERE {column} IN ({listed})"
             for table, column, _moment, _kind in NAMED
             if listed and (table == "cases" or TABLES[table].case_columns) and lake.files(home.lake / table)]
    return " UNION ALL ".join(parts)


def as_lists(meanings: Iterable[Meaning]) -> list[list[Any]]:
    """Return meanings as they are kept in a file."""
    return [[one.name, one.agent, *(moment and moment.isoformat() for moment in (one.since, one.until)), one.chosen]
            for one in meanings]


def as_meanings(lists: Iterable[Sequence[Any]]) -> list[Meaning]:
    """Return meanings that were kept in a file."""
    return [Meaning(name, agent, _moment(since), _moment(until), chosen) for name, agent, since, until, chosen in lists]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _alone(spans: Mapping[str, Sequence[Span]]) -> list[tuple[str, datetime | None, datetime | None]]:
    """When exactly one of several agents served, and who: (agent, since, until) in order."""
    begins = {since for held in spans.values() for since, _until in held if since}
    ends = {until for held in spans.values() for _since, until in held if until}
    edges: list[datetime | None] = [None, *sorted(begins | ends), None]
    found: list[tuple[str, datetime | None, datetime | None]] = []
    for since, until in zip(edges, edges[1:]):
        there = [agent for agent, held in spans.items() if any(_covers(span, since, until) for span in held)]
        if len(there) == 1:
            if found and found[-1][0] == there[0] and found[-1][2] == since:
                found[-1] = (there[0], found[-1][1], until)
            else:
                found.append((there[0], since, until))
    return found


def _covers(span: Span, since: datetime | None, until: datetime | None) -> bool:
    begun = span[0] is None or (since is not None and span[0] <= since)
    return begun and (span[1] is None or (until is not None and until <= span[1]))


def _written(home: Home, con: duckdb.DuckDBPyConnection, kept: Written) -> Written:
    """Return every name by which some row calls who served; of older versions of rows too, which does no harm.

    A file never changes, so only those that are not among the ``kept`` ones are read. When one of these is gone, all
    are: what was deleted with it may not stay behind.
    """
    there = {f"{table}/{os.path.basename(one.path)}": (table, one.path)
             for table in {**NAMING, **JUDGING} for one in lake.files(home.lake / table)}
    if not there.keys() >= set(kept.get("files", [])):
        kept = {}
    names, new = set(kept.get("names", [])), sorted(there.keys() - set(kept.get("files", [])))
    parts = []
    for table, column, _moment, kind in NAMED:
        if files := [there[name][1] for name in new if there[name][0] == table]:
            parts.append(f"SELECT DISTINCT {column} AS name FROM {lake.scan(files, union=True)} "
                         f"WHERE {column} IS NOT NULL{_of_agents(kind)}")
    names |= {name for (name,) in con.execute(" UNION ".join(parts)).fetchall()} if parts else set()
    return {"files": sorted(there), "names": sorted(names)}


def _state(home: Home) -> str:
    newest = max(journal.batches(home), key=lambda batch: batch.seq, default=None)
    return f"{newest.seq} {newest.id} {newest.state}" if newest else ""
