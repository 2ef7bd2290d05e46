"""A support team on one sheet: how many people, and what they master."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

LEVELS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Stay:
    """Somebody in a unit; ``since`` and ``until`` (exclusive) None: always, still."""

    agent: str
    unit: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Assessment:
    """A level from 1 to 5 that somebody has in a skill from ``at`` on; None: from the beginning."""

    agent: str
    skill: str
    level: int
    at: datetime | None = None


@dataclass(frozen=True)
class Skill:
    """One skill in a team: people by level, people assessed, people who master it."""

    name: str
    counts: tuple[int, ...]              # levels 1 to 5
    assessed: int
    masters: int

    @property
    def alone(self) -> bool:
        """One person masters it: when they are away nobody does."""
        return self.masters == 1


@dataclass(frozen=True)
class Team:
    """One team at the end of a period. ``people``: {agent: {skill: level}}, in order of the agents' numbers.

    ``joined`` and ``left`` are None for a period without beginning. ``assessed`` people have at least one level;
    ``skills`` is empty where nobody has.
    """

    headcount: int
    joined: int | None
    left: int | None
    assessed: int
    skills: tuple[Skill, ...]
    people: Mapping[str, Mapping[str, int]]


def team(
    units: Iterable[str], stays: Iterable[Stay], assessments: Iterable[Assessment], *, start: datetime | None,
    end: datetime, least: int,
) -> Team:
    """Return the sheet of the people who are in one of ``units`` just before ``end``.

    ``joined``: they were in none of them at ``start``; ``left``: they were then and are no more. Both None for a period
    without beginning. Of several levels in a skill the newest known before ``end`` holds; ``least`` is the lowest level
    that masters it.
    """
    wanted = frozenset(units)
    stays = [stay for stay in stays if stay.unit in wanted]
    now = _present(stays, end, before=True)
    then = _present(stays, start, before=False) if start is not None else None
    known = _newest((one for one in assessments if one.agent in now), end)
    people = {agent: dict(sorted(known.get(agent, {}).items())) for agent in sorted(now)}
    return Team(
        len(now), None if then is None else len(now - then), None if then is None else len(then - now),
        sum(bool(levels) for levels in people.values()), _skills(people, least), people)


def masters(teams: Iterable[Team], least: int) -> dict[str, int] | None:
    """Return {skill: people of all teams who master it}; a person of two teams counts once. None: nobody assessed."""
    people: dict[str, Mapping[str, int]] = {}
    for one in teams:
        people.update(one.people)
    if not any(people.values()):
        return None
    counts = Counter({skill: 0 for levels in people.values() for skill in levels})
    counts.update(skill for levels in people.values() for skill, level in levels.items() if level >= least)
    return dict(counts)


def _present(stays: Iterable[Stay], at: datetime, *, before: bool) -> frozenset[str]:
    """People in the units at a moment, or in the last instant before it."""
    return frozenset(
        stay.agent for stay in stays
        if (stay.since is None or (stay.since < at if before else stay.since <= at))
        and (stay.until is None or (stay.until >= at if before else stay.until > at)))


def _newest(assessments: Iterable[Assessment], end: datetime) -> dict[str, dict[str, int]]:
    order = sorted((one for one in assessments if one.at is None or one.at < end),
                   key=lambda one: (one.at is not None, one.at or end))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one in order:
        found[one.agent][one.skill] = one.level
    return found


def _skills(people: Mapping[str, Mapping[str, int]], least: int) -> tuple[Skill, ...]:
    levels: dict[str, list[int]] = defaultdict(list)
    for known in people.values():
        for skill, level in known.items():
            levels[skill].append(level)
    return tuple(
        Skill(name, tuple(found.count(level) for level in LEVELS), len(found), sum(level >= least for level in found))
        for name, found in sorted(levels.items()))
