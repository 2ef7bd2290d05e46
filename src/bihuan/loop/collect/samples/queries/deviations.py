"""How much customers of a stratum differ in what they answer: measured, for Neyman's allocation."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from bihuan.core import workspace
from bihuan.engine.facts import store
from bihuan.engine.facts.lake import literal
from bihuan.engine.survey.sampling.frame import relation
from bihuan.engine.survey.sampling.strata import stratum_sql
from bihuan.loop.collect.surveys.queries import wave_info

from ..models import Frame
from .files import path_of
from .plans import Plan, strata_for

FEWEST = 10


@dataclass(frozen=True)
class Measured:
    """Deviations by stratum with their n, and where they come from; a stratum of few answers has that of all.

    ``pooled`` None: nobody answered anything yet, and there are no deviations.
    """

    deviations: dict[str, float]
    n: dict[str, int]
    pooled: float | None
    wave: str


def measured(frame: Frame, plan: Plan) -> Measured:
    """Return the deviations of satisfaction answers by stratum: of the wave before, else of all that are there."""
    info = wave_info(frame.wave_id)
    for wave in ([info.previous_code] if info and info.previous_code else []) + [""]:
        found = _measure(frame, plan, wave)
        if found.pooled is not None:
            return found
    return Measured({}, {}, None, "")


def _measure(frame: Frame, plan: Plan, wave: str) -> Measured:
    only = f"AND a.survey = {literal(wave)}" if wave else ""
    with store.connect(workspace.home()) as con:
        rows: pa.Table = con.sql(f"""
            WITH told AS (SELECT {stratum_sql(plan.strata)} AS stratum, a.value
                FROM answers a LEFT JOIN fact_case c ON c."case" = a."case"
                JOIN {relation(path_of(frame))} f ON f.customer = coalesce(a.customer, c.customer) AND f.inside
                WHERE a.metric = 'csat' AND a.value IS NOT NULL AND coalesce(a.status, 'valid') = 'valid' {only})
            SELECT stratum, count(*) AS n, stddev_samp(value) AS spread, (SELECT stddev_samp(value) FROM told) AS pooled
            FROM told GROUP BY stratum""").to_arrow_table()
    lines = rows.to_pylist()
    pooled = (lines[0]["pooled"] if lines else None) or None
    if pooled is None:
        return Measured({}, {}, None, wave)
    own = {line["stratum"]: line["spread"] for line in lines if line["n"] >= FEWEST and line["spread"]}
    return Measured({one.name: own.get(one.name, pooled) for one in strata_for(frame, plan)},
                    {line["stratum"]: line["n"] for line in lines}, pooled, wave)
