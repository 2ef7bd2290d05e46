"""Which pushes may be written together in one batch."""

from __future__ import annotations

from bihuan.engine.facts.schema import TABLES

from .mappings import known_mappings


def tells_rows_apart(table: str, mapping: str) -> bool:
    """Return whether the rows of several requests may share a batch, and it can still be told what became of each.

    Rows with an id of their own may. Others are known by what they say, and two that say the same in one batch would
    be taken for two: such requests are written one by one.
    """
    if not mapping:
        return TABLES[table].key == ("id",)
    known = known_mappings().get(mapping)
    if known is None or known.plans[0].explode:
        return False
    return ("external_id" if table == "cases" else "id") in known.plans[0].fields
