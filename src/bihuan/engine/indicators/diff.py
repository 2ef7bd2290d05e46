"""Two definitions on the same rows: both numbers, and exactly the rows about which they disagree (口径差异)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..home import Home
from .checking import fields_of
from .contracts import EVERYTHING, PEOPLE, DefinitionDiff, Passport, Query, Scope
from .errors import IndicatorError
from .evaluate import Session, answerable, evaluate_on, open_session, prepare, with_query
from .grammar import parse
from .passports import find

if TYPE_CHECKING:
    from .shape import View

# What makes a row of a grain that row.
IDENTITY = {
    "case": ("case",), "segment": ("case", "segment"), "answer": ("answer",), "invitation": ("invitation",),
    "agent_state": ("agent", "state", "start"), "exposure": ("kind", "channel", "product", "region", "unit", "start"),
}
_SHOWN = ("case", "customer", "channel", "topic", "opened", "ended_at")


def definition_diff(
    home: Home, a: str, b: str, query: Query, scope: Scope = EVERYTHING, *, limit: int | None = 1000,
    engine: str = "duckdb",
) -> DefinitionDiff:
    """Compare two indicators or versions (``fcr``, ``fcr@1``) over the query's period and filter.

    ``rows`` holds, for each row on which they differ, its identity and the fields that both definitions read, and the
    verdicts ``a`` and ``b``: in (numerator), out (denominator only), immature, excluded, no_value, absent; for means
    and medians ``value_a`` and ``value_b``. ``cases`` counts all of them, ``rows`` stops at ``limit``.
    """
    home = home.then(query.known_at)
    with open_session(home, query, engine=engine) as session:
        return diff_on(session, find(home, a), find(home, b), query, scope, limit=limit)


def diff_on(
    session: Session, a: Passport, b: Passport, query: Query, scope: Scope, *, limit: int | None = 1000
) -> DefinitionDiff:
    """As ``definition_diff``, on a session."""
    if a.grain != b.grain:
        raise IndicatorError("grains_differ", a=a.name, b=b.name, grain_a=a.grain, grain_b=b.grain)
    query = with_query(query, by=(), period="all")      # the rows are those of the whole span
    results = [evaluate_on(session, [passport], with_query(query, indicators=(passport.name,)), scope)[0]
               for passport in (a, b)]
    view, moments = prepare(session, query, scope)
    moments = moments.of(a)
    answerable([a, b], view, scope, explicit=True)
    if any(result.suppressed for result in results):
        raise IndicatorError("withheld", n=min(result.n for result in results), minimum=scope.minimum_n)
    from .cells import register_snapshots
    from .compiled import to_sql

    register_snapshots(session.executor, [a, b], view, moments)
    differing = _differing(a, b, view)
    run = session.executor.run
    count = run(moments.fill(to_sql(differing.aggregate(n=differing.count()), session.executor.dialect)))
    shown = differing if limit is None else differing.limit(limit)
    table = run(moments.fill(to_sql(shown, session.executor.dialect)))
    from .rows import unnamed, veil

    table = veil(unnamed(table, view.named), scope.masked)
    return DefinitionDiff(results[0], results[1], int(count["n"][0].as_py()), table)


def _differing(a: Passport, b: Passport, view: View) -> Any:
    import ibis

    from .frames import shown

    keys = IDENTITY[a.grain]
    columns = _columns(a, b)
    left, right = _side(a, view, columns, "a"), _side(b, view, columns, "b")
    joined = left.join(right, [left[f"a_{key}"].identical_to(right[f"b_{key}"]) for key in keys], how="outer")
    chosen = {name: ibis.coalesce(joined[f"a_{name}"], joined[f"b_{name}"]) for name in columns}
    absent = ibis.literal("absent")
    rows = joined.select(**chosen, a=joined.verdict_a.fill_null(absent), b=joined.verdict_b.fill_null(absent),
                         value_a=joined.value_a, value_b=joined.value_b)
    same = (rows.a == rows.b) & rows.value_a.identical_to(rows.value_b)
    # By what may be told alone: the order would tell who else it was.
    return rows.filter(~same).order_by([shown(rows[key], view) if key in PEOPLE else rows[key] for key in keys])


def _columns(a: Passport, b: Passport) -> list[str]:
    from ..facts.grains import GRAINS

    read: set[str] = set()
    for passport in (a, b):
        for text in (passport.numerator, passport.denominator, passport.exclusions, passport.value):
            read |= fields_of(parse(text)) if text else set()
    wanted = {*IDENTITY[a.grain], *_SHOWN, *read, a.anchor, b.anchor}
    return [name for name in GRAINS[a.grain].names if name in wanted]


def _side(passport: Passport, view: View, columns: list[str], letter: str) -> Any:
    import ibis

    from .measures import row_table

    rows = row_table(passport, view)
    verdict = ibis.cases(
        (rows.excluded, "excluded"), (rows.immature, "immature"), (rows.in_numerator, "in"),
        (rows.in_denominator, "out"), else_="no_value")
    measured = passport.aggregation in ("mean", "median", "nps", "ratio")
    value = rows.in_denominator.ifelse(rows.value, ibis.literal(None, "float64")) if measured else ibis.literal(
        None, "float64")
    return rows.select(**{f"{letter}_{name}": rows[name] for name in columns}, **{
        f"verdict_{letter}": verdict, f"value_{letter}": value})
