"""The questions put to the engine, answered from memory while facts, definitions and scope are the same.

Modules that bring the query compiler with them are imported where they are called: loading it takes a second, which
a web worker should spend on the first number asked for and not on its start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

import pyarrow as pa

from bihuan.core import workspace
from bihuan.engine.facts import freshness, store
from bihuan.engine.home import Home
from bihuan.engine.indicators.contracts import Passport, Point, Query, Result, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.evaluate import evaluate_on, reads_closed
from bihuan.engine.indicators.passports import find, load
from bihuan.engine.indicators.passports import versions as known_versions
from bihuan.engine.indicators.rows import rows_on
from bihuan.engine.indicators.series import series_on
from bihuan.engine.indicators.single import evaluate_case
from bihuan.engine.indicators.targets import load_targets

from .cache import data_version, results
from .session import held
from .shared import shared


def ask(query: Query, scope: Scope) -> list[Result]:
    """Return the engine's results for one question within one person's scope.

    Indicators whose rows lack a dimension of the question are left out, as they are when none is named.
    """
    home = workspace.home()
    version = data_version(home)

    def compute() -> list[Result]:
        names = answerable(query, scope)
        return _evaluated(home, replace(query, indicators=names), scope) if names or not query.indicators else []

    return results.get(("evaluate", version, query, scope),
                       lambda: shared(home, version, query, scope, compute))


def _evaluated(home: Home, query: Query, scope: Scope) -> list[Result]:
    known = passports()
    with held.on(home) as session:
        asked = [known.get(name) or find(home, name) for name in query.indicators] or list(known.values())
        return evaluate_on(session, asked, query, scope, targets=load_targets(home))


def ask_of_case(case: str, names: tuple[str, ...], scope: Scope) -> list[Result]:
    """Return the results of indicators over one case alone.

    Nothing is kept, for the next page is of another case; and who opens a case does not wait for a board that is
    being computed on the held connection.
    """
    home, known = workspace.home(), passports()
    asked = [known[name] for name in answerable(Query(indicators=names), scope)]
    return evaluate_case(home, case, asked, scope, targets=load_targets(home)) if asked else []


def ask_strictly(query: Query, scope: Scope) -> list[Result]:
    """Return the engine's results as it gives them: an indicator that lacks a dimension of the question is refused."""
    home = workspace.home()
    return results.get(("strict", data_version(home), query, scope), lambda: _evaluated(home, query, scope))


def answerable(query: Query, scope: Scope) -> tuple[str, ...]:
    """Return those of a question's indicators that have what it groups by or filters on and may be seen."""
    from bihuan.engine.indicators.shape import Frame, check_view, frame_of

    found, known = [], passports()
    for name in query.indicators:
        passport = known[name]
        if reads_closed(passport, scope):
            continue
        frames = [frame_of(passport)]
        if passport.denominator_grain:
            frames.append(Frame(passport.denominator_grain, str(passport.denominator_anchor), "agent"))
        try:
            for frame in frames:
                check_view(frame, query.by, query.where, name)
        except IndicatorError as error:
            if error.code != "dimension_absent":
                raise
        else:
            found.append(name)
    return tuple(found)


def try_out(passport: Passport, query: Query, scope: Scope) -> list[Result]:
    """Return the results of a definition that is not published; nothing of it is kept."""
    with held.on(workspace.home()) as session:
        return evaluate_on(session, [passport], query, scope)


def ask_made(passport: Passport, query: Query, scope: Scope) -> list[Result]:
    """Return the results of a definition made of a published one; kept, as those of the published one are."""
    key = ("made", data_version(workspace.home()), passport.definition_hash, query, scope)
    return results.get(key, lambda: try_out(passport, query, scope))


def ask_rows(
    query: Query, scope: Scope, *, group: Iterable[tuple[str, str | None]] = (), limit: int | None = None,
    offset: int = 0,
) -> pa.Table:
    """Return the rows behind one indicator's value, one page of them or all; rows are never kept in memory."""
    home = workspace.home()
    with held.on(home) as session:
        passport = find(home, query.indicators[0])
        return rows_on(session, passport, query, scope, group=dict(group), limit=limit, offset=offset)


def passports() -> dict[str, Passport]:
    """Return every definition in force, shipped and own, by name."""
    home = workspace.home()

    def compute() -> dict[str, Passport]:
        return load(home)

    return results.get(("passports", data_version(home)), compute)


def ask_series(query: Query, scope: Scope) -> list[Point]:
    """Return one indicator through its periods with control limits; empty when its rows lack a dimension asked for."""

    home = workspace.home()

    def compute() -> list[Point]:
        names = answerable(query, scope)
        if not names:
            return []
        with held.on(home) as session:
            return series_on(session, find(home, names[0]), query, scope, targets=load_targets(home))

    return results.get(("series", data_version(home), query, scope), compute)


def versions(name: str) -> dict[str, Passport]:
    """Return every version of a definition that was ever in force, the present one last."""
    return known_versions(workspace.home(), name)


def is_behind() -> bool:
    """Return whether records came that the numbers do not count yet: they are being computed, or that broke off."""
    return not freshness.is_fresh(workspace.home())


def as_of() -> datetime | None:
    """Return the latest moment the facts speak of; None for an empty workspace."""
    home = workspace.home()

    def compute() -> datetime | None:
        return store.as_of(home)

    return results.get(("as_of", data_version(home)), compute)


def today() -> date:
    """Return the day that 本月 and 本季度 are counted from: the last one the facts reach, in the workspace's zone.

    Facts of a past year are then shown as they were, and a desk whose facts are of this morning sees today.
    """
    latest = as_of()
    now = datetime.now(workspace.zone())
    return min(latest.astimezone(now.tzinfo), now).date() if latest else now.date()
