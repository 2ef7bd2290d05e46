"""Who is on duty when: shifts rotate through a team, with a break in the middle of each shift."""

from __future__ import annotations

import numpy as np

from .hours import DAY, HOUR, Hours
from .people import Agent
from .setting import Company, Unit
from .truths import Truths

BREAK = 0.5 * HOUR
Duty = tuple[str, float, float]                    # agent id, from, to: one unbroken stretch of work


def make_roster(
    rng: np.random.Generator, company: Company, agents: dict[str, Agent], hours: Hours, truths: Truths, skill: str,
) -> list[list[Duty]]:
    """Return for each day the stretches of duty of all teams with ``skill``."""
    roster: list[list[Duty]] = []
    for day in range(hours.days + 1):
        duties: list[Duty] = []
        for place, unit in enumerate(company.teams(skill)):
            duties += _team_day(rng, unit, agents, day, _shifts(unit, truths), place)
        roster.append(duties)
    return roster


def _shifts(unit: Unit, truths: Truths) -> list[tuple[float, float, int]]:
    """The team's shifts; the evening truth takes its people out of the last one, which covers the evening only."""
    short = truths.get("evening_short")
    shifts = list(unit.shifts)
    if short is not None and short.where["unit"] == unit.id:
        start, stop, people = shifts[-1]
        shifts[-1] = (start, stop, people - int(short.size))
    return shifts


def _present(unit: Unit, agents: dict[str, Agent], t: float) -> list[str]:
    return sorted(agent.id for agent in agents.values() if agent.unit_at(t) == unit.id
                  and agent.hired <= t and (agent.left is None or t < agent.left))


def _team_day(rng, unit: Unit, agents: dict[str, Agent], day: int, shifts, place: int) -> list[Duty]:
    staff = _present(unit, agents, day * DAY)
    order = list(rng.permutation(staff))
    duties: list[Duty] = []
    taken = 0
    for start, stop, people in shifts:
        for _ in range(people):
            if taken < len(order):
                duties += _stretches(str(order[taken]), day, start, stop, place + taken)
                taken += 1
    return duties


def _stretches(agent: str, day: int, start: float, stop: float, place: int) -> list[Duty]:
    first, last = day * DAY + start * HOUR, day * DAY + stop * HOUR
    if stop - start < 5:
        return [(agent, first, last)]
    pause = first + (3.0 + 0.75 * (place % 3)) * HOUR              # colleagues do not go at the same time
    return [(agent, first, pause), (agent, pause + BREAK, last)]

