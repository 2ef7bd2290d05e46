"""Who is where and masters what, as the workspace's facts say."""

from __future__ import annotations

from bihuan.engine.facts.few import few
from bihuan.engine.home import Home

from .capability import Assessment, Stay

STAYS = """SELECT m.agent, m.unit, m.valid_from AS since,
                  CASE WHEN a."left" < m.valid_to OR m.valid_to IS NULL THEN a."left" ELSE m.valid_to END AS until
           FROM memberships m LEFT JOIN agents a ON a.id = m.agent"""
SKILLS = "SELECT agent, skill, level::INTEGER AS level, valid_from AS at FROM skills"


def read_people(home: Home) -> tuple[tuple[Stay, ...], tuple[Assessment, ...]]:
    """Return every stay in a unit, ended where the person left the company, and every assessment."""
    from ..facts.store import connect

    with connect(home) as con:
        stays, skills = (few(con, query).to_pylist() for query in (STAYS, SKILLS))
    return tuple(Stay(**row) for row in stays), tuple(Assessment(**row) for row in skills)
