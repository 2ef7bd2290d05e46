"""Contacts and presence out of the workspace's facts, within what the asking person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from ..clock.zone import workspace_zone
from ..facts.store import connect
from ..home import Home
from ..indicators.compiled import sql_for
from ..indicators.contracts import EVERYTHING, Query, Scope
from ..indicators.evaluate import open_session, prepare
from ..indicators.periods import offsets
from ..indicators.shape import Frame, View, check_view
from ..indicators.slots import filled
from ..indicators.units import LEVELS
from .contracts import Contacts, Shifts
from .errors import StaffingError
from .roster import presence

# Of these a person is there to answer, or answers, as the occupancy counts them; breaks and training are not.
THERE = ("available", "talk", "hold", "wrap", "busy")
CASES, STATES = Frame("case", "opened", "agent"), Frame("agent_state", "start", "agent")
CONTACTS = """
select epoch(c.opened) as arrived, c.answered,
    cast(case when c.answered then coalesce(c.wait_s, 0) else c.offered_wait_s end as double) as waited,
    c.handle_s, c.talk_s, c.answerer
from fact_case c semi join asked a on a."case" = c."case"
where c.offered and c.answered is not null and not coalesce(c.merged, false) order by c.opened, c."case"
"""
PRESENCE = """
select s.agent, epoch(s.start) as start, epoch(s."end") as "end"
from fact_agent_state s semi join asked a on a.agent = s.agent and a.start = s.start and a.state = s.state
where s."end" > s.start order by s.agent, s.start
"""


@dataclass(frozen=True)
class Material:
    """All that a staffing question stands on. ``by`` says whence the roster is known: states, or answers alone;
    ``patience`` whether the source records how long those waited who gave up; ``left_out`` counts the days on which
    contacts came and nobody is on record as present: they cannot be replayed."""

    contacts: Contacts
    shifts: Shifts
    days: tuple[date, ...]
    zone: ZoneInfo
    by: str
    patience: bool
    left_out: int


def read(home: Home, *, start: date, end: date, channel: str = "phone", unit: str | None = None,
         scope: Scope = EVERYTHING) -> Material:
    """Return a channel's contacts opened from ``start`` to ``end`` (both included), and who was there to answer.

    ``unit`` narrows both to a unit and those below it; who hung up counts where the source says whose queue it was.
    Raises StaffingError without contacts or presence.
    """
    inside = _inside(unit) if unit else None
    asked = Query(start=start, end=end, where=_condition(f"channel = {_text(channel)}", inside))
    there = " or ".join(f"state = {state}" for state in THERE)
    present = replace(asked, where=_condition(there, f"channel is null or channel = {_text(channel)}", inside))
    with open_session(home, asked) as session:
        zone = session.zone
        cases = _chosen(session, CASES, asked, scope, ["case"])
        states = _chosen(session, STATES, present, scope, ["agent", "start", "state"])
    days = tuple(start + timedelta(days=number) for number in range((end - start).days + 1))
    with connect(home) as con:
        con.register("asked", cases)
        rows = con.sql(CONTACTS).to_arrow_table()
        con.unregister("asked")
        con.register("asked", states)
        there = con.sql(PRESENCE).to_arrow_table()
    if not rows.num_rows:
        raise StaffingError("no_contacts")
    contacts = _contacts(rows, days, zone)
    shifts = _stretches(there["agent"].to_pylist(), *(there[name].to_numpy() for name in ("start", "end")))
    by = "states" if len(shifts.start) else "answers"
    shifts = shifts if by == "states" else _by_answers(rows, contacts)
    if not len(shifts.start):
        raise StaffingError("no_roster")
    contacts, kept = _where_present(contacts, shifts, days, zone)
    if not len(contacts):
        raise StaffingError("no_roster")
    gave_up = contacts.waited_s[~contacts.answered]
    known = not len(gave_up) or not np.isnan(gave_up).all()
    return Material(contacts, shifts, kept, zone, by, known, len(days) - len(kept))


def known_days(home: Home) -> dict[str, tuple[date, date]]:
    """Return the first and the last day of offered contacts by channel, in the workspace's zone: no numbers."""
    with connect(home) as con:
        con.execute(f"SET TimeZone = '{workspace_zone(home).key}'")
        rows = con.sql("select channel, min(opened)::date, max(opened)::date from fact_case "
                       "where offered and channel is not null group by channel order by channel").fetchall()
    return {channel: (first, last) for channel, first, last in rows}


def _condition(*parts: str | None) -> str | None:
    return " and ".join(f"({part})" for part in parts if part) or None


def _inside(unit: str) -> str:
    """Whoever belongs to the unit or to one below it."""
    return " or ".join(f"{level} = {_text(unit)}" for level in ("unit", *LEVELS))


def _text(value: str) -> str:
    if '"' in value:
        raise StaffingError("no_contacts")
    return f'"{value}"'


def _chosen(session, frame: Frame, asked: Query, scope: Scope, columns: Sequence[str]) -> pa.Table:
    view, moments = prepare(session, asked, scope)
    check_view(frame, view.by, view.where, "staffing")
    dialect = session.executor.dialect
    sql = sql_for(f"staffing-{frame.grain}", [], view, dialect, lambda seen: _picked(frame, seen, columns))
    return session.executor.run(filled(moments.fill(sql), view, (), dialect))


def _picked(frame: Frame, view: View, columns: Sequence[str]):
    from ..indicators.frames import build  # the compiler is loaded only for a question that is not kept compiled

    return build(frame, view, columns).select(*columns)


def _contacts(rows: pa.Table, days: Sequence[date], zone: ZoneInfo) -> Contacts:
    arrived = rows["arrived"].to_numpy().astype(float)
    edges = offsets(zone)
    since = np.array([one[0] for one in edges])
    shift = np.array([one[1] for one in edges])[np.maximum(np.searchsorted(since, arrived, side="right") - 1, 0)]
    local = arrived + shift
    day = (local // 86400).astype(int) - (days[0] - date(1970, 1, 1)).days
    handled = rows["handle_s"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    talked = rows["talk_s"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    answered = rows["answered"].to_numpy(zero_copy_only=False).astype(bool)
    service = np.where(np.isnan(handled), talked, handled)
    return Contacts(arrived, rows["waited"].to_numpy(zero_copy_only=False), answered,
                    np.where(answered, service, np.nan),
                    np.clip(day, 0, len(days) - 1), (local % 86400 // 3600).astype(int))


def _where_present(contacts: Contacts, shifts: Shifts, days: Sequence[date],
                   zone: ZoneInfo) -> tuple[Contacts, tuple[date, ...]]:
    """Keep the days on which somebody is on record as present, or nobody came."""
    came = np.bincount(contacts.day, minlength=len(days)) > 0
    kept = (presence(shifts, days, zone).sum(axis=1) > 0) | ~came
    place, chosen = np.cumsum(kept) - 1, kept[contacts.day]
    found = {name: getattr(contacts, name)[chosen] for name in ("arrived", "waited_s", "answered", "service_s", "hour")}
    return Contacts(day=place[contacts.day[chosen]], **found), tuple(day for day, told in zip(days, kept) if told)


def _stretches(agents: list[str], start: np.ndarray, end: np.ndarray, gap: float = 1.0) -> Shifts:
    """Join an agent's states that follow each other."""
    starts: list[float] = []
    ends: list[float] = []
    last = None
    for agent, begins, stops in zip(agents, start.tolist(), end.tolist()):
        if agent == last and begins <= ends[-1] + gap:
            ends[-1] = max(ends[-1], stops)
        else:
            starts.append(begins)
            ends.append(stops)
        last = agent
    order = np.argsort(starts, kind="stable")
    return Shifts(np.array(starts, float)[order], np.array(ends, float)[order])


def _by_answers(rows: pa.Table, contacts: Contacts) -> Shifts:
    """Without states: who answers is there from the first to the end of the last of what they answer in a day."""
    people = np.array([one or "" for one in rows["answerer"].to_pylist()], object)
    known = contacts.answered & (people != "")
    begins = contacts.arrived + contacts.waited_s
    ends = begins + np.nan_to_num(contacts.service_s)
    spans: dict[tuple[str, int], list[float]] = {}
    for place in np.flatnonzero(known).tolist():
        span = spans.setdefault((people[place], int(contacts.day[place])), [begins[place], ends[place]])
        span[0], span[1] = min(span[0], begins[place]), max(span[1], ends[place])
    order = sorted(spans.values())
    return Shifts(np.array([one[0] for one in order], float), np.array([one[1] for one in order], float))
