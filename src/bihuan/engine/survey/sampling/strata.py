"""Dividing a frame: key accounts and silent customers first if they stand apart, the others by their attributes."""

from __future__ import annotations

from pathlib import Path

import duckdb

from .contracts import ATTRIBUTES, KEY, SILENT, Strata, Stratum
from .frame import relation

BETWEEN, IS = "|", "="


def stratum_sql(strata: Strata) -> str:
    """Return the SQL that names the stratum of a frame's row.

    >>> stratum_sql(Strata())
    "CASE WHEN key = 'yes' THEN 'key' ELSE '' END"
    """
    for name in strata.by:
        if name not in ATTRIBUTES:
            raise ValueError(f"{name!r} is no attribute; contracts.ATTRIBUTES lists them")
    crossed = f" || '{BETWEEN}' || ".join(f"'{name}{IS}' || coalesce({name}, '')" for name in strata.by) or "''"
    apart = [f"WHEN key = 'yes' THEN '{KEY}'"] if strata.key_apart else []
    apart += [f"WHEN silent = 'yes' THEN '{SILENT}'"] if strata.silent_apart else []
    return f"CASE {' '.join(apart)} ELSE {crossed} END" if apart else crossed


def values_of(name: str) -> dict[str, str]:
    """Return what a stratum's name says: {attribute: value}; empty for the whole frame and for those apart.

    >>> values_of("type=vip|region=")
    {'type': 'vip', 'region': ''}
    """
    parts = (part.partition(IS) for part in name.split(BETWEEN) if IS in part)
    return {attribute: value for attribute, _, value in parts}


def strata_of(con: duckdb.DuckDBPyConnection, path: Path, strata: Strata) -> tuple[Stratum, ...]:
    """Return the strata of a frame: those apart first, then by name."""
    rows = con.sql(f"SELECT {stratum_sql(strata)} AS stratum, count(*), count(*) FILTER (state = '') "
                   f"FROM {relation(path)} WHERE inside GROUP BY 1").fetchall()
    found = [Stratum(name, int(size), int(eligible), values_of(name)) for name, size, eligible in rows]
    return tuple(sorted(found, key=lambda one: ((KEY, SILENT).index(one.name) if one.name in (KEY, SILENT) else 2,
                                                one.name)))
