"""Who belongs to which unit, and since when, as the facts hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import workspace
from .models import User

if TYPE_CHECKING:
    from bihuan.engine.facts.contracts import UnknownName
    from bihuan.engine.facts.people import Meaning

# Where a stay without a beginning ends when it is taken back.
NEVER = datetime(1900, 1, 1, tzinfo=UTC)
# One row a person: whoever is listed, belongs somewhere, or is named in a case. The newest stay of today says where.
PEOPLE = """
WITH known AS (
    SELECT id FROM agents UNION SELECT agent FROM memberships UNION SELECT agent FROM cases WHERE agent IS NOT NULL),
running AS (
    SELECT agent, list(unit ORDER BY valid_from DESC NULLS LAST, unit) AS units, max(valid_from) AS since
    FROM memberships
    WHERE coalesce(valid_from, '-infinity') <= $1 AND coalesce(valid_to, 'infinity') > $1
      AND coalesce(valid_from < valid_to, TRUE) GROUP BY agent)
SELECT known.id, coalesce(agents.name, ''), coalesce(running.units, []), running.since, agents.left <= $1
FROM known LEFT JOIN agents ON agents.id = known.id LEFT JOIN running ON running.agent = known.id
ORDER BY known.id"""
STAYS = """
SELECT unit, coalesce(role, ''), valid_from, valid_to FROM memberships WHERE agent = $1
ORDER BY valid_from DESC NULLS LAST, unit"""


@dataclass(frozen=True)
class Member:
    """Somebody who serves; ``units`` are those of today, ``since`` the day the newest began, None for unknown."""

    agent: str
    name: str
    units: tuple[str, ...]
    since: date | None
    has_left: bool


@dataclass(frozen=True)
class Stay:
    """One person in one unit from ``first`` to ``last``, both whole days of the workspace; None is open."""

    unit: str
    role: str
    valid_from: datetime | None
    valid_to: datetime | None

    @property
    def key(self) -> str:
        """What tells this stay from the person's others in the same unit."""
        return self.valid_from.isoformat() if self.valid_from else ""

    @property
    def first(self) -> date | None:
        return workspace.day_of(self.valid_from) if self.valid_from else None

    @property
    def last(self) -> date | None:
        return workspace.day_of(self.valid_to - timedelta(microseconds=1)) if self.valid_to else None

    @property
    def is_void(self) -> bool:
        """It was taken back: it holds at no moment."""
        return bool(self.valid_to and self.valid_to <= (self.valid_from or NEVER))

    def holds(self, moment: datetime) -> bool:
        return ((self.valid_from is None or self.valid_from <= moment)
                and (self.valid_to is None or self.valid_to > moment))


def members(*, now: datetime) -> list[Member]:
    """Return people in the order of their codes.

    Who has an account with an agent's code is among them before the first record comes.
    """
    found = [Member(agent, name, tuple(units), workspace.day_of(since) if since else None, bool(left))
             for agent, name, units, since, left in _read(PEOPLE, [now])]
    known = {member.agent for member in found}
    accounts = User.objects.filter(is_active=True).exclude(agent_id="").values_list("agent_id", "display_name")
    return sorted([*found, *(Member(agent, name, (), None, False) for agent, name in accounts if agent not in known)],
                  key=lambda member: member.agent)


def chosen(people: list[Member], unknown: Sequence[UnknownName] = (), *, words: str = "", unit: str = "",
           state: str = "") -> list[Member]:
    """Return those of ``people`` that a filter asks for; ``state`` "none" are those of ``homeless``, "name" those whom
    records call by one of the ``unknown`` names."""
    found = homeless(people, unknown) if state == "none" else people
    if state == "name":
        listed = {member.agent: member for member in people}
        found = [listed.get(one.name) or Member(one.name, "", (), None, False) for one in unknown]
    looked_for = words.strip().casefold()
    return [member for member in found if (not unit or unit in member.units)
            and (looked_for in member.agent.casefold() or looked_for in member.name.casefold())]


def homeless(people: list[Member], unknown: Sequence[UnknownName] = ()) -> list[Member]:
    """Return those in service who belong nowhere today; not the ``unknown`` names, which are no agents."""
    names = {one.name for one in unknown}
    return [member for member in people if not member.units and not member.has_left and member.agent not in names]


def member_counts(*, now: datetime) -> dict[str, int]:
    """Return {unit: how many belong to it today}; units below it are not counted in."""
    counts: dict[str, int] = {}
    for member in members(now=now):
        for unit in member.units:
            counts[unit] = counts.get(unit, 0) + 1
    return counts


def find_member(agent: str, *, now: datetime) -> Member | None:
    """Return who has that code; None for one that no record knows."""
    return next((member for member in members(now=now) if member.agent == agent), None)


def find_name(name: str) -> UnknownName | None:
    """Return what is known of a name by which records call somebody: of one that means somebody too; else None."""
    from bihuan.engine.facts import unknown

    found = unknown.unknown_names(workspace.home(), name=name)
    return found[0] if found else unknown.meant_by(workspace.home(), name)


def unknown_names() -> list[UnknownName]:
    """Return the names in records that mean no agent, or not one alone."""
    folder = workspace.home().batches
    files = [one.stat().st_mtime_ns for one in folder.iterdir()] if folder.is_dir() else []
    return list(_unknown_since(str(folder), len(files), max(files, default=0)))


@lru_cache(maxsize=4)
def _unknown_since(_batches: str, _count: int, _newest: int) -> tuple[UnknownName, ...]:
    """Every case, event and message is read for it: kept until an import, an undo or a person's word changes the rows.
    """
    from bihuan.engine.facts import unknown

    return tuple(unknown.unknown_names(workspace.home()))


def registered(*, now: datetime) -> list[Member]:
    """Return those of ``members`` who are in the register: whom a name can mean."""
    from bihuan.engine.facts.people import read_register

    ids = read_register(workspace.home()).ids
    return [member for member in members(now=now) if member.agent in ids]


def names_of(agent: str) -> list[Meaning]:
    """Return the names by which records call somebody, by themselves or because a person said so."""
    from bihuan.engine.facts import unknown

    return unknown.names_of(workspace.home(), agent)


def stays_of(agent: str) -> list[Stay]:
    """Return where somebody belonged, the newest first."""
    return [Stay(*row) for row in _read(STAYS, [agent])]


def _read(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    # The engine is heavy, and few pages of the core ask the facts.
    from bihuan.engine.facts import store

    with store.connect(workspace.home()) as con:
        return [tuple(row.values()) for row in con.sql(query, params=values).to_arrow_table().to_pylist()]
