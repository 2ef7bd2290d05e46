"""What the stored facts were computed from: definitions, code, and the rows that belong to no case."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from bihuan.engine.clock import china
from bihuan.engine.facts.derive.compute import Clock
from bihuan.engine.facts.derive.says import find_says, tell
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.home import Home, write_atomically

CODE_VERSION = 9  # raise it whenever a fact's meaning changes: every workspace then recomputes once
LOOSE = {"answers": 'WHERE "case" IS NULL', "invitations": 'WHERE "case" IS NULL'}
WHOLE = {"agent_state": ("agent_states", "memberships"), "exposure": ("exposures",)}


@dataclass(frozen=True)
class State:
    """``definitions`` hashes calendars, policy and code, ``rows`` tables; ``complete`` is False meanwhile."""

    definitions: str = ""
    rows: dict[str, str] | None = None
    complete: bool = False


def read_state(home: Home) -> State:
    """Return what the facts were computed from; an empty state when there are none, or none that can be trusted."""
    file = _file(home)
    return State(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else State()


def write_state(home: Home, state: State) -> None:
    write_atomically(_file(home), json.dumps(asdict(state), sort_keys=True, indent=1))


def is_outdated(home: Home, clock: Clock) -> bool:
    """Return whether there are facts that were computed by other rules: calendars, policy, or the code's own."""
    known = read_state(home).definitions
    return bool(known) and known != hash_definitions(clock)


def mark_begun(home: Home) -> None:
    """Note that facts are being replaced: if the process dies, the next refresh computes everything."""
    write_state(home, replace(read_state(home), complete=False))


def current_state(home: Home, con: duckdb.DuckDBPyConnection, clock: Clock) -> State:
    """Return the state that facts computed now will have."""
    tables = LOOSE | {table: "" for sources in WHOLE.values() for table in sources}
    rows = {table: _fingerprint(con, table, where) for table, where in tables.items()}
    find_says(con, home)
    rows["says"] = tell(con)
    return State(hash_definitions(clock), rows, complete=True)


def hash_definitions(clock: Clock) -> str:
    """Hash everything but the rows: two workspaces of equal hash and rows have equal facts."""
    known: Any = [CODE_VERSION, repr(sorted(clock.calendars.items())), repr([
        (rule.name, sorted((name, sorted(values)) for name, values in rule.when), rule.states)
        for rule in clock.policy.rules]), [str(schema) for schema in GRAINS.values()], china.data_version()]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


def _fingerprint(con: duckdb.DuckDBPyConnection, table: str, where: str) -> str:
    """Return count and order-free sum over the rows' hashes."""
    count, total = con.execute(f"SELECT count(*), sum(hash({table})::HUGEINT) FROM {table} {where}").fetchall()[0]
    return f"{count}-{total}"


def _file(home: Home) -> Path:
    return home.facts / "derived.json"
