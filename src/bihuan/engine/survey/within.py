"""Which responses are about service inside some filters: the scope of a review, read from the cases behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

from .seen import EVERYBODY, RESPONDENT, Seen

# What a case says of itself and may be filtered by.
COLUMNS = ("unit", "channel", "tier", "kind", "product", "topic", "region", "priority")
INSIDE = f"""
    WITH a AS (SELECT {RESPONDENT} AS respondent, any_value("case") AS "case", any_value(customer) AS customer
               FROM answers WHERE {{where}} GROUP BY 1),
    served AS (SELECT f."case", f.customer FROM fact_case f WHERE NOT coalesce(f.merged, false) AND {{conditions}})
    SELECT r.place FROM bihuan_respondents r JOIN a ON a.respondent = r.id
    WHERE CASE WHEN a."case" IS NOT NULL THEN a."case" IN (SELECT "case" FROM served)
               ELSE a.customer IN (SELECT customer FROM served WHERE customer IS NOT NULL) END"""


def about_service_within(
    con: duckdb.DuckDBPyConnection, ids: np.ndarray, filters: Sequence[tuple[str, Sequence[str]]], *, survey: str,
    zone: ZoneInfo, seen: Seen = EVERYBODY, days: tuple[date | None, date | None] = (None, None),
) -> np.ndarray:
    """Return a mask over ``ids``: whose answer is about a case inside ``filters``, opened on these days.

    An answer that names no case is inside when its customer had such a case. Who is not known is not inside.
    """
    conditions: list[str] = ["true"]
    params: list[Any] = []
    for name, wanted in filters:
        if name not in COLUMNS:
            raise ValueError(f"no filter {name!r}: {', '.join(COLUMNS)}")
        conditions.append(f"f.{name} IN (SELECT unnest(?::VARCHAR[]))")
        params.append(list(wanted))
    for sign, day in ((">=", days[0]), ("<", days[1] + timedelta(days=1) if days[1] else None)):
        if day is not None:
            conditions.append(f"f.opened {sign} ?::TIMESTAMPTZ")
            params.append(datetime.combine(day, time.min, tzinfo=zone))
    where, own = seen.condition()
    asked: dict[str, Any] = {"place": np.arange(len(ids)), "id": pa.array([str(one) for one in ids], pa.string())}
    con.register("bihuan_respondents", pa.table(asked))
    try:
        found = con.sql(INSIDE.format(where=f"survey = ? AND {where}", conditions=" AND ".join(conditions)),
                        params=[survey, *own, *params]).to_arrow_table()
    finally:
        con.unregister("bihuan_respondents")
    inside = np.zeros(len(ids), bool)
    inside[found["place"].to_numpy()] = True
    return inside
