"""Who belonged where, and when: turns the unit tree and memberships into small tables that a query can join.

A row belongs to its own ``unit`` when that is a unit of the tree, else to the unit of which the credited agent was a
member at the row's anchor. Membership intervals are made free of overlaps first (the one that began later wins, then
the smaller unit id), so that no row is ever counted twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from .contracts import Scope
from .periods import FOREVER

LEVELS = ("team", "centre", "vendor", "department")

PLACES = pa.schema([("place", pa.string()), *((level, pa.string()) for level in LEVELS)])
STAYS = pa.schema([
    ("member", pa.string()), ("home", pa.string()), ("since", pa.int64()), ("until", pa.int64()),
    *((f"home_{level}", pa.string()) for level in LEVELS),
])


@dataclass(frozen=True)
class Tree:
    """``places``: unit -> its team, centre, vendor, department; ``stays``: agent in unit from/until, epoch seconds."""

    places: pa.Table
    stays: pa.Table
    parents: dict[str, str | None]

    def below(self, units: Iterable[str]) -> frozenset[str]:
        """Return the units and everything below them."""
        wanted = set(units)
        children = defaultdict(list)
        for unit, parent in self.parents.items():
            children[parent].append(unit)
        queue = list(wanted)
        while queue:
            for child in children[queue.pop()]:
                if child not in wanted:
                    wanted.add(child)
                    queue.append(child)
        return frozenset(wanted)

    def members(self, units: Iterable[str]) -> frozenset[str]:
        """Return who ever belonged to one of the units or to one below them."""
        inside = self.below(units)
        told = zip(self.stays["member"].to_pylist(), self.stays["home"].to_pylist(), strict=True)
        return frozenset(member for member, home in told if home in inside)

    def named(self, scope: Scope) -> frozenset[str] | None:
        """Return whom an asker from outside the company may be told by name; None where that is everybody.

        Who sees their own work alone is from outside while the last unit they were in is a vendor's: of the same
        vendor are then those that they may know.
        """
        if scope.outside and scope.units is not None:
            return self.members(scope.units)
        if scope.agents is None:
            return None
        stays = sorted((stay for stay in self.stays.to_pylist() if stay["member"] in scope.agents),
                       key=lambda stay: stay["since"] or 0)
        if not stays or not stays[-1]["home_vendor"]:
            return None
        return self.members({stay["home_vendor"] for stay in stays if stay["home_vendor"]}) | set(scope.agents)


def build_tree(units: list[dict[str, Any]], memberships: list[dict[str, Any]]) -> Tree:
    """Return the tree of rows of the ``units`` and ``memberships`` tables."""
    by_id = {row["id"]: row for row in units}
    places = [{"place": unit, **_ancestors(unit, by_id)} for unit in sorted(by_id)]
    stays = [{**stay, **{f"home_{level}": unit for level, unit in _ancestors(stay["home"], by_id).items()}}
             for stay in _stays(memberships)]
    return Tree(pa.Table.from_pylist(places, schema=PLACES), pa.Table.from_pylist(stays, schema=STAYS),
                {unit: row.get("parent") for unit, row in by_id.items()})


def _ancestors(unit: str, by_id: dict[str, dict[str, Any]]) -> dict[str, str]:
    """{level: unit} on the way up; the nearest of a kind wins, a loop in the data ends the walk."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    here: str | None = unit
    while here in by_id and here not in seen:
        seen.add(here)
        if by_id[here]["kind"] in LEVELS:
            found.setdefault(by_id[here]["kind"], here)
        here = by_id[here].get("parent")
    return found


def _stays(memberships: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_agent = defaultdict(list)
    for row in memberships:
        since = _epoch(row.get("valid_from"), -FOREVER)
        until = _epoch(row.get("valid_to"), FOREVER)
        if since < until:
            by_agent[row["agent"]].append((since, until, row["unit"]))
    return [{"member": agent, "home": unit, "since": since, "until": until}
            for agent in sorted(by_agent) for since, until, unit in _without_overlaps(by_agent[agent])]


def _without_overlaps(stays: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    edges = sorted({edge for since, until, _ in stays for edge in (since, until)})
    result: list[tuple[int, int, str]] = []
    for since, until in zip(edges, edges[1:]):
        covering = [stay for stay in stays if stay[0] <= since and stay[1] >= until]
        if not covering:
            continue
        latest = max(stay[0] for stay in covering)
        unit = min(stay[2] for stay in covering if stay[0] == latest)
        if result and result[-1][1] == since and result[-1][2] == unit:
            result[-1] = (result[-1][0], until, unit)
        else:
            result.append((since, until, unit))
    return result


def _epoch(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else int(moment.timestamp())
