"""The questions put to the engine, answered from memory while facts, definitions and scope are the same.

The engine is imported where it is called: compiling queries needs libraries that take a second to load, which a
web worker should spend on the first number asked for and not on its start.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pyarrow as pa

from bihuan.core import workspace
from bihuan.engine.indicators.contracts import Passport, Query, Result, Scope

from .cache import data_version, results


def ask(query: Query, scope: Scope) -> list[Result]:
    """Return the engine's results for one question within one person's scope."""
    home = workspace.home()

    def compute() -> list[Result]:
        from bihuan.engine.indicators.evaluate import evaluate

        return evaluate(home, query, scope)

    return results.get(("evaluate", data_version(home), query, scope), compute)


def ask_rows(query: Query, scope: Scope, *, limit: int | None = None, offset: int = 0) -> pa.Table:
    """Return the rows behind one indicator's value, one page of them or all; all of them are not kept in memory."""
    from bihuan.engine.indicators.rows import rows

    return rows(workspace.home(), query, scope, limit=limit, offset=offset)


def passports() -> dict[str, Passport]:
    """Return every definition in force, shipped and own, by name."""
    home = workspace.home()

    def compute() -> dict[str, Passport]:
        from bihuan.engine.indicators.passports import load

        return load(home)

    return results.get(("passports", data_version(home)), compute)


def as_of() -> datetime | None:
    """Return the latest moment the facts speak of; None for an empty workspace."""
    home = workspace.home()

    def compute() -> Any:
        from bihuan.engine.facts.store import as_of as latest

        return latest(home)

    return results.get(("as_of", data_version(home)), compute)


def today() -> date:
    """Return the day that 本月 and 本季度 are counted from: the last one the facts reach, in the workspace's zone.

    Facts of a past year are then shown as they were, and a desk whose facts are of this morning sees today.
    """
    latest = as_of()
    now = datetime.now(workspace.zone())
    return min(latest.astimezone(now.tzinfo), now).date() if latest else now.date()
