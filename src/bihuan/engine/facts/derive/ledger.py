"""One case's two clock ledgers, from the same steps that compute its facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from bihuan.engine.clock.ledger import Ledger, Pause, Span, Stops, build_ledger
from bihuan.engine.clock.policy import Policy, Terms
from bihuan.engine.facts import store
from bihuan.engine.facts.derive.chats import PARTNERS
from bihuan.engine.facts.derive.compute import load_clock, prepare
from bihuan.engine.facts.derive.state import read_state
from bihuan.engine.home import Home


@dataclass(frozen=True)
class CaseLedger:
    """Both clocks of a case, the terms they ran on, and the titles of the rules the terms came from."""

    case: str
    first_response: Ledger
    resolution: Ledger
    terms: Terms
    as_of: datetime | None


def case_ledger(home: Home, case_id: str, *, known_at: datetime | None = None) -> CaseLedger | None:
    """Return the ledgers of a case, None when there is no such case.

    They cover opening to final close, for a case not known to be over to the data's as-of moment. Running seconds
    equal the facts ``first_response_business_s`` and ``resolution_business_s``, the waits equal ``pause_*_s``.
    """
    home = home.then(known_at)
    con = store.connect(home, known_at=known_at)
    con.execute("CREATE TEMP TABLE one AS SELECT ?::VARCHAR AS \"case\"", [case_id])
    con.execute(f"CREATE TEMP TABLE asked AS SELECT \"case\" FROM one UNION {PARTNERS.format('one')}")
    clock = load_clock(home)
    state = read_state(home)
    told = (state.rows or {}).get("says") if known_at is None and state.complete else None
    found = prepare(con, clock, only="asked", told=told)
    rows = con.execute("""
        SELECT t, opened_s, begun_s, responded_s, clocked.end_s, sec(closed_at), sec(ended_at), is_open
        FROM clocked JOIN finished USING (n) WHERE n = (SELECT n FROM c WHERE id = ?)""", [case_id]).fetchall()
    if not rows:
        return None
    t, opened, begun, responded, ended, closed, over, is_open = rows[0]
    terms = found[t]
    as_of = store.as_of(home, known_at=known_at)
    latest = int(as_of.timestamp()) if as_of else opened
    last = (begun, responded, ended, closed, over, None if is_open is False else latest)
    until = max([opened, *(moment for moment in last if moment is not None)])
    names = _activities(con, case_id)
    waits = con.execute("SELECT s, until_s, cause::VARCHAR FROM waited WHERE n = (SELECT n FROM c WHERE id = ?) "
                        "ORDER BY o", [case_id]).fetchall()
    pauses = [Pause(start, stop, cause, names.get(start, ""), names.get(stop, "")) for start, stop, cause in waits]
    ledgers = {}
    for name, start, end in (("first_response", begun, responded), ("resolution", opened, ended)):
        span = Span(min(opened, start), start, end, until, names.get(opened, ""),
                    names.get(end, "") if end is not None else "")
        ledgers[name] = build_ledger(
            name, span, pauses=pauses, calendar=clock.calendars[terms.calendar],
            stops=_stops(name, terms, clock.policy),
            target_s=getattr(terms, f"{name}_target_s"),
        )
    return CaseLedger(case_id, ledgers["first_response"], ledgers["resolution"], terms, as_of)


def _activities(con: duckdb.DuckDBPyConnection, case_id: str) -> dict[int, str]:
    """Return the source's own words by second; the last one where several things happened in it."""
    rows = con.execute('SELECT sec(events.at), activity FROM events WHERE "case" = ? AND activity IS NOT NULL '
                       "ORDER BY events.at, seq", [case_id]).fetchall()
    return dict(rows)


def _stops(clock: str, terms: Terms, policy: Policy) -> Stops:
    setting = f"{clock}_pauses"
    rule = terms.rule_of(setting)
    return Stops(getattr(terms, setting), policy.title(rule), policy.title(rule, "en"))
