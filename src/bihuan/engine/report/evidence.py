"""The rows a number rests on, the telling ones first."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from ..indicators.contracts import Passport
from .contracts import Evidence, EvidenceRow

SHOWN = 20
# What names a row of a grain; a grain of totals has no rows to show.
IDS = {"case": "case", "segment": "case", "answer": "answer", "invitation": "invitation"}


def gather(rows: pa.Table, passport: Passport, zone: ZoneInfo) -> Evidence | None:
    """Return the first SHOWN rows behind a number and how many there are; None for a grain without rows to name.

    Of a share those that went wrong: missed where more is better, hit where less is better. Of times the slowest,
    of scores the lowest.
    """
    name = IDS.get(passport.grain)
    if name is None:
        return None
    counted = rows.filter(pc.fill_null(rows["in_denominator"], False))
    kind = _kind(passport)
    if kind in ("missed", "hit"):
        inside = pc.fill_null(counted["in_numerator"], False)
        counted = counted.filter(pc.invert(inside) if kind == "missed" else inside)
        order = [(passport.anchor, "descending"), (name, "ascending")]
    elif kind == "all":
        order = [(passport.anchor, "descending"), (name, "ascending")]
    else:
        counted = counted.filter(pc.is_valid(counted["value"]))
        order = [("value", "ascending" if kind == "lowest" else "descending"), (name, "ascending")]
    first = counted.take(pc.select_k_unstable(counted, min(SHOWN, counted.num_rows), order))
    return Evidence(kind, counted.num_rows, tuple(_row(row, name, passport, zone) for row in first.to_pylist()))


def _kind(passport: Passport) -> str:
    if passport.aggregation == "count" or passport.direction == "none":
        return "all"
    if passport.aggregation == "rate":
        return "missed" if passport.direction == "up" else "hit"
    if passport.direction == "up":
        return "lowest"
    return "slowest" if passport.unit == "s" else "highest"


def _row(row: dict[str, Any], name: str, passport: Passport, zone: ZoneInfo) -> EvidenceRow:
    at = row.get(passport.anchor)
    value = row.get("value")
    return EvidenceRow(
        row=str(row[name]), at=at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if isinstance(at, datetime) else None,
        unit=row.get("unit"), channel=row.get("channel"), value=None if value is None else float(value),
    )
