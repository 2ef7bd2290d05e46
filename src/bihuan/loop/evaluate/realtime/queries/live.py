"""What stands open at a moment: cases, waiting contacts, running clocks, agents. Read from facts, never from events.

A moment in the past is answered as the facts know it today: open is what had not ended then. When a promise runs out
is known with the pauses that came later.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

import pyarrow as pa

from bihuan.core import workspace
from bihuan.core.colleagues import named_to
from bihuan.core.models import Unit
from bihuan.core.rights import descendants
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.indicators.evaluate import Session
from bihuan.engine.indicators.rows import unnamed
from bihuan.loop.evaluate.indicators.queries.cache import data_version, results
from bihuan.loop.evaluate.indicators.queries.session import held

# A state without an end that began longer ago than this is a log-out nobody recorded.
STATE_HOURS = 16
# Agents of whom nothing was heard for longer are not counted as off duty: they may have left.
KNOWN_DAYS = 7

LIVE = """
    WITH known AS (SELECT DISTINCT id FROM units), open_then AS (
        SELECT * FROM fact_case
        WHERE opened <= {at} AND (is_open OR coalesce(resolved_at, closed_at, ended_at) > {at})
              AND NOT coalesce(merged, false)
    ), placed AS (
        SELECT c.*, CASE WHEN known.id IS NOT NULL THEN c.unit ELSE coalesce(s.home, c.unit) END AS place
        FROM open_then c LEFT JOIN known ON known.id = c.unit
        LEFT JOIN live_stays s ON s.member = c.agent AND s.since <= epoch(c.opened) AND s.until > epoch(c.opened)
    ), clocked AS (
        SELECT "case", external_id, channel, kind, priority, place AS unit, agent, opened,
               CASE WHEN responded IS NOT NULL AND coalesce(first_response_at > {at}, true)
                    THEN first_response_due END AS first_response, resolution_due AS resolution, promised,
               coalesce(offered, false) AND coalesce(answered_at > {at}, true)
                   AND channel IN ('phone', 'online', 'wechat') AS waiting
        FROM placed WHERE {where}
    )
    SELECT *, least(first_response, resolution, promised) AS due,
           CASE WHEN waiting THEN epoch_us({at}) // 1000000 - epoch_us(opened) // 1000000 END AS wait_s
    FROM clocked"""

AGENTS = """
    WITH latest AS (
        SELECT agent, unit, state, start, "end" FROM fact_agent_state
        WHERE start <= {at} AND start > {at} - INTERVAL {days} DAY AND {where}
        QUALIFY row_number() OVER (PARTITION BY agent ORDER BY start DESC, coalesce("end", start) DESC) = 1
    ), told AS (
        SELECT agent, unit, start, "end", coalesce("end" > {at}, start > {at} - INTERVAL {hours} HOUR) AS lasts, state
        FROM latest
    )
    SELECT agent, unit, CASE WHEN lasts THEN state ELSE 'offline' END AS state,
           epoch_us({at}) // 1000000 - epoch_us(CASE WHEN lasts THEN start ELSE coalesce("end", start) END) // 1000000
               AS seconds
    FROM told"""


def live_cases(at: datetime, scope: Scope, unit: str = "") -> pa.Table:
    """Return the cases open at a moment: place, agent, each pending clock's due moment, and who waits for an answer."""
    return _asked("live_cases", LIVE, at, scope, unit, "place")


def agent_states(at: datetime, scope: Scope, unit: str = "") -> pa.Table:
    """Return agent, unit, state (``offline`` where the last one has ended) and for how many seconds."""
    return _asked("agent_states", AGENTS, at, scope, unit, "unit")


def what_is_known() -> dict[str, bool]:
    """Return whether the workspace's facts can tell of open cases, waiting contacts, promises, and agents at all."""
    home = workspace.home()

    def compute() -> dict[str, bool]:
        with held.on(home) as session:
            told = session.executor.run(
                "SELECT count(is_open) > 0 AS open, count(offered) > 0 AS queue, "
                "count(first_response_due) + count(resolution_due) + count(promised) > 0 AS clocks, "
                "(SELECT count(*) > 0 FROM fact_agent_state) AS agents FROM fact_case")
        return dict(told.to_pylist()[0])

    return results.get(("live_known", data_version(home)), compute)


def _asked(name: str, sql: str, at: datetime, scope: Scope, unit: str, column: str) -> pa.Table:
    home = workspace.home()

    def compute() -> pa.Table:
        with held.on(home) as session:
            _register(session)
            return session.executor.run(sql.format(
                at=moment(at), where=within(scope, unit, column), days=KNOWN_DAYS, hours=STATE_HOURS))

    def told() -> pa.Table:
        return unnamed(compute(), named_to(scope))

    return results.get((name, data_version(home), at, scope, unit), told)


def _register(session: Session) -> None:
    session.executor.register("live_stays", session.tree.stays)


def within(scope: Scope, unit: str, column: str) -> str:
    """Return the condition of a person's scope, narrowed to one unit and what lies below it."""
    parts = []
    if scope.units is not None:
        parts.append(_one_of(column, scope.units))
    if scope.agents is not None:
        parts.append(_one_of("agent", scope.agents))
    if unit:
        parts.append(_one_of(column, descendants([unit], Unit.objects.only("code", "parent_code"))))
    return " AND ".join(parts) or "true"


def _one_of(column: str, values: Collection[str]) -> str:
    if not values:
        return "false"
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values))
    return f"coalesce({column} IN ({listed}), false)"


def moment(at: datetime) -> str:
    """Return a moment as SQL."""
    return f"TIMESTAMPTZ '{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'"
