"""The records of a case without the names of those who may not be named to the reader."""

from __future__ import annotations

import json
from typing import Any

from bihuan.core.colleagues import OTHERS, Unnamed, shown, unnamed_to
from bihuan.engine.indicators.rows import MASK

# Where a record says who did it, beside what sort of person or machine that was.
WHO = (("cases", "agent", ""), ("events", "actor", "actor_kind"), ("messages", "sender", "sender_kind"))
# What of a record systems write about who did it.
WRITTEN = (("cases", "subject"), ("events", "activity"))
NOT_PEOPLE = ("customer", "bot", "system")

Rows = dict[str, list[dict[str, Any]]]


def leave_names_out(rows: Rows, named: frozenset[str] | None) -> None:
    """Put one word for all in place of people who may not be named; machines and customers keep theirs."""
    others = unnamed_to(named)
    if others is None:
        return
    for table, column, kind in WHO:
        for row in rows[table]:
            row[column] = _who(row[column], row[kind] if kind else "agent", named, others)
    for table, column in WRITTEN:
        for row in rows[table]:
            row[column] = others.left_out(row[column]) if row[column] else row[column]
    for row in rows["cases"]:
        row["attributes"] = _attributes(row["attributes"], others)


def _who(who: str | None, kind: str | None, named: frozenset[str] | None, others: Unnamed) -> str | None:
    if not who or kind in NOT_PEOPLE:
        return who
    if kind is None:    # nobody said what they are: it may be the customer
        return OTHERS if others.has(who) else who
    return shown(who, named)


def _attributes(text: str | None, others: Unnamed) -> str | None:
    if not text:
        return text
    kept = {name: _attribute(str(value), others) for name, value in json.loads(text).items()}
    return json.dumps(kept, ensure_ascii=False)


def _attribute(value: str, others: Unnamed) -> str:
    # Digits may be somebody's number or a quantity: nothing is said about them.
    return MASK if value.strip().isdigit() and others.has(value) else others.left_out(value)
