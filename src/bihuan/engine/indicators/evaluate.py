"""The one evaluation behind page, API, report and command.

``evaluate(home, query, scope)`` is the door of the product; ``evaluate_on`` the same on any executor with the fact
views, so that tests and other engines come in through it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ..home import Home
from .checking import check_condition, comparisons, fields_of, resolve
from .contracts import DIMENSIONS, EVERYTHING, PEOPLE, TOLD_GRAINS, Passport, Query, Result, Scope, Target
from .errors import IndicatorError
from .grammar import Literal, Name, Node, parse
from .passports import find, load
from .periods import Span, offsets, span_of
from .targets import load_targets
from .units import Tree, build_tree

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from .cells import Moments
    from .differencing import Near
    from .executors import Executor
    from .results import Columns
    from .shape import View
    from .spread import Spread

# The field that closes customers' ratings, and the grain whose rows they are.
RATING, RATED = "csat", "answer"

@dataclass(frozen=True)
class Session:
    """What an evaluation stands on: an executor with the fact views, the data's as-of moment, the zone, the units.

    ``told``: how far answers and invitations reach, where that is later than the service's own rows.
    """

    executor: Executor
    as_of: datetime | None
    zone: ZoneInfo
    tree: Tree
    told: datetime | None = None

    def reached(self, passport: Passport) -> datetime | None:
        """Return the moment up to which the rows of an indicator are there."""
        return self.told or self.as_of if passport.grain in TOLD_GRAINS else self.as_of


def evaluate(home: Home, query: Query, scope: Scope = EVERYTHING, *, engine: str = "duckdb") -> list[Result]:
    """Return the results of a question to a workspace; an empty ``query.indicators`` asks for all that can answer.

    Raises ``IndicatorError`` with a code when the question cannot be asked. ``engine`` is duckdb or spark.
    """
    home = home.then(query.known_at)
    with open_session(home, query, engine=engine) as session:
        asked = [find(home, name) for name in query.indicators] or list(load(home).values())
        return evaluate_on(session, asked, query, scope, targets=load_targets(home))


@contextmanager
def open_session(home: Home, query: Query, *, engine: str = "duckdb") -> Iterator[Session]:
    """Open the workspace's facts, as known at ``query.known_at`` if given, and close them afterwards.

    Then the definitions (calendars, policy, zone) are those of that moment too.
    """
    # Heavy modules come in with the first question, not with the web worker.
    from ..clock.zone import workspace_zone
    from ..facts import store
    from .executors import DuckDBExecutor
    from .kept import keep_in

    keep_in(home)
    if engine not in ("duckdb", "spark"):
        raise IndicatorError("unknown_engine", name=engine)
    home = home.then(query.known_at)
    connection = store.connect(home) if query.known_at is None else _connect_to_then(home, query.known_at)
    try:
        as_of, told = (read(home, known_at=query.known_at) for read in (store.as_of, store.told_as_of))
        tree = read_tree(DuckDBExecutor(connection))
        if engine == "spark":
            from .spark import spark_executor

            with spark_executor(connection) as executor:
                yield Session(executor, as_of, workspace_zone(home), tree, told)
        else:
            yield Session(DuckDBExecutor(connection), as_of, workspace_zone(home), tree, told)
    finally:
        connection.close()


def _connect_to_then(home: Home, known_at: datetime) -> duckdb.DuckDBPyConnection:
    # What derives facts is loaded by those alone who ask for earlier ones.
    from ..facts import past

    return past.connect(home, known_at=known_at)


def read_tree(executor: Executor) -> Tree:
    """Return the unit tree of the connection's ``units`` and ``memberships`` views."""
    units = executor.run_few("SELECT id, name, parent, kind FROM units").to_pylist()
    members = executor.run_few("SELECT agent, unit, valid_from, valid_to FROM memberships").to_pylist()
    return build_tree(units, members)


def evaluate_on(
    session: Session, passports: Sequence[Passport], query: Query, scope: Scope, *, targets: Sequence[Target] = ()
) -> list[Result]:
    """Return results in the order of ``passports``, each sorted by period and group.

    With ``query.indicators`` empty, passports whose rows lack a dimension of the question are left out; asked for by
    name they raise ``dimension_absent``.
    """
    from .results import results_of

    view, moments = prepare(session, query, scope)
    asked = answerable(passports, view, scope, explicit=bool(query.indicators))
    others = _others(session, asked, query, scope)
    found: list[Result] = []
    for passport, columns in _columns(session, asked, query, view, moments, targets):
        found.extend(results_of(passport, columns, query, scope, moments.of(passport), others))
    return found


def evaluate_table(
    home: Home, query: Query, scope: Scope = EVERYTHING, *, engine: str = "duckdb"
) -> pa.Table:
    """As ``evaluate``, as one Arrow table (fields of ``Result``, dimensions as ``by_<name>``): for many cells."""
    from .results import as_table, columns_from, results_of

    home = home.then(query.known_at)
    with open_session(home, query, engine=engine) as session:
        passports = [find(home, name) for name in query.indicators] or list(load(home).values())
        view, moments = prepare(session, query, scope)
        asked = answerable(passports, view, scope, explicit=bool(query.indicators))
        others = _others(session, asked, query, scope)
        parts = []
        for passport, columns in _columns(session, asked, query, view, moments, load_targets(home)):
            if scope.minimum_n > 1 or not len(columns):
                results = results_of(passport, columns, query, scope, moments.of(passport), others)
                columns = columns_from(results, query.by)
            parts.append(columns)
        return as_table(parts, query.by)


def _columns(
    session: Session, passports: Sequence[Passport], query: Query, view: View, moments: Moments,
    targets: Sequence[Target],
) -> Iterator[tuple[Passport, Columns]]:
    """Each passport with its cells before anything is withheld."""
    from .cells import collect, collect_distribution
    from .numbers import numbers
    from .results import columns_of
    from .shape import spread_basis
    from .spread import spread_of

    cells = collect(session.executor, passports, view, moments)
    spreads: dict[Any, Spread] = {}
    for passport in passports:
        basis = spread_basis(passport)
        if basis is not None and basis not in spreads:
            spreads[basis] = spread_of(collect_distribution(session.executor, passport, view, moments), view)
        computed = numbers(passport, cells[passport.name], spreads.get(basis))
        yield passport, columns_of(passport, computed, query, moments.of(passport), targets)


def _others(session: Session, passports: Sequence[Passport], query: Query, scope: Scope) -> Near | None:
    """The questions with which the results have to be compared, where something may have to be withheld."""
    if scope.minimum_n <= 1:
        return None
    from .differencing import near

    seen = dataclasses.replace(scope, minimum_n=0)
    return near(query, passports, lambda other, asked: evaluate_on(session, asked, other, seen))


def prepare(session: Session, query: Query, scope: Scope) -> tuple[View, Moments]:
    """Return the view and the moments of a question, its small tables registered; raises when it cannot be asked."""
    from .cells import Moments
    from .shape import View

    span: Span = span_of(query.period, query.start, query.end)
    tree = session.tree
    named = tree.named(scope)
    check_question(query, scope, outside=named is not None)
    placed = tree.places.num_rows > 0 or tree.stays.num_rows > 0
    if placed:
        session.executor.register("bihuan_places", tree.places)
        session.executor.register("bihuan_stays", tree.stays)
    units = None if scope.units is None else tree.below(scope.units)
    agents = None if scope.agents is None else frozenset(scope.agents)
    view = View(span.kind, tuple(query.by), query.where or None, units, agents, placed, offsets(session.zone), named)
    as_of, told = (int(one.timestamp()) if one else 0 for one in (session.as_of, session.told or session.as_of))
    return view, Moments(as_of, span, session.zone, told)


def check_question(query: Query, scope: Scope, *, outside: bool = False) -> None:
    """Raise for an unknown or masked dimension and for a filter that speaks of nothing that exists."""
    for name in query.by:
        if name not in DIMENSIONS:
            raise IndicatorError("unknown_dimension", name=name, dimensions=", ".join(DIMENSIONS))
    used = set(query.by)
    if query.where:
        kinds = _every_kind()
        tree = check_condition(query.where, kinds)
        used |= fields_of(tree)
        if outside or scope.outside:
            _refuse_people_compared(tree, kinds)
    for name in sorted(used & set(scope.masked)):
        raise IndicatorError("field_masked", name=name)


def _refuse_people_compared(tree: Node, kinds: Mapping[str, str]) -> None:
    """All who may not be named are one: only whether somebody is a given one can then be told, and not who comes first.
    """
    for one in comparisons(tree):
        sides = [resolve(side, kinds) for side in (one.left, one.right)]
        asked = [side for side in sides if isinstance(side, Name) and side.name in PEOPLE]
        if asked and not (one.op in ("=", "!=") and any(isinstance(side, Literal) for side in sides)):
            raise IndicatorError("people_compared", position=one.at, name=asked[0].name, op=one.op)


def _every_kind() -> Mapping[str, str]:
    from ..facts.grains import GRAINS
    from .shape import where_kinds

    kinds: dict[str, str] = {}
    for grain in reversed(list(GRAINS)):
        kinds |= where_kinds(grain)
    return kinds


def answerable(passports: Sequence[Passport], view: View, scope: Scope, *, explicit: bool) -> list[Passport]:
    """Return the passports whose rows have what the question needs; raise for the first other when ``explicit``."""
    from .shape import Frame, check_view, frame_of

    found = []
    for passport in passports:
        frames = [frame_of(passport)]
        if passport.denominator_grain:
            frames.append(Frame(passport.denominator_grain, str(passport.denominator_anchor), "agent"))
        try:
            if reads_closed(passport, scope):
                raise IndicatorError("field_masked", name=RATING)
            for frame in frames:
                check_view(frame, view.by, view.where, passport.name)
        except IndicatorError:
            if explicit:
                raise
            continue
        found.append(passport)
    return found


def reads_closed(passport: Passport, scope: Scope) -> bool:
    """Return whether an indicator is made of customers' ratings and they are closed to the asker."""
    if RATING not in scope.masked:
        return False
    texts = (passport.numerator, passport.denominator, passport.exclusions, passport.value)
    return RATED in (passport.grain, passport.denominator_grain) or any(
        RATING in fields_of(parse(text)) for text in texts if text)


def with_query(query: Query, **changes: Any) -> Query:
    """Return the question with some parts changed."""
    return dataclasses.replace(query, **changes)
