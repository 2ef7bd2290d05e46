"""The rows behind a value: what it was counted from, and what was left out and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ..home import Home
from .contracts import EVERYTHING, OTHERS, PEOPLE, Passport, Query, Scope
from .errors import IndicatorError
from .evaluate import Session, answerable, evaluate_on, open_session, prepare, with_query
from .passports import find

if TYPE_CHECKING:
    from .cells import Moments
    from .shape import View

MASK = "***"
WHO = (*PEOPLE, "credited_agent")
# Slots of a compiled query, and what stands for "no limit" in an engine's 32-bit limits.
LIMIT, OFFSET, ALL = 2_111_111_101, 2_111_111_102, 2_000_000_000
DEEP = 1000


def rows(
    home: Home, query: Query, scope: Scope = EVERYTHING, *, group: Mapping[str, str | None] | None = None,
    limit: int | None = None, offset: int = 0, side: str = "numerator", engine: str = "duckdb",
) -> pa.Table:
    """Return the rows behind ``query.indicators[0]``, newest last, in the query's period, filter and ``group``.

    Columns: those of the grain, then ``in_numerator``, ``in_denominator``, ``excluded``, ``immature``,
    ``credited_agent``, ``value`` and ``weight`` (what a row adds to a ratio's denominator). ``total`` of all of them is
    the number shown. A ratio over two grains has its other rows under ``side="denominator"``. Masked fields are
    veiled; a group that is withheld from the asker raises ``withheld``.
    """
    home = home.then(query.known_at)
    with open_session(home, query, engine=engine) as session:
        return rows_on(session, find(home, query.indicators[0]), query, scope, group=group, limit=limit, offset=offset,
                       side=side)


def rows_on(
    session: Session, passport: Passport, query: Query, scope: Scope, *, group: Mapping[str, str | None] | None = None,
    limit: int | None = None, offset: int = 0, side: str = "numerator",
) -> pa.Table:
    """As ``rows``, on a session."""
    from .cells import denominator_passport

    group = dict(group or {})
    query = with_query(query, by=tuple(group), indicators=(passport.name,))
    view, moments = prepare(session, query, scope)
    answerable([passport], view, scope, explicit=True)
    _refuse_withheld(session, passport, query, scope, group)
    if side == "denominator":
        passport = denominator_passport(passport)
    table = _Rows(session, passport, view, moments.of(passport), group).read(limit, offset)
    return veil(unnamed(table, view.named), scope.masked)


def total(passport: Passport, table: pa.Table, denominator: pa.Table | None = None) -> float | None:
    """Return the number that the rows add up to, by plain addition: what a reader would do with the list.

    ``denominator`` are the other rows of a ratio over two grains.
    """
    inside = table.filter(table["in_denominator"])
    n = inside.num_rows
    value = inside["value"]
    if passport.aggregation == "ratio":
        top = pc.sum(table.filter(table["in_numerator"])["value"]).as_py() or 0.0
        bottom = pc.sum(denominator["value"] if denominator is not None else inside["weight"]).as_py() or 0.0
        return top / bottom if bottom else None
    if n == 0:
        return None
    if passport.aggregation == "count":
        return float(n)
    if passport.aggregation == "rate":
        return (pc.sum(inside["in_numerator"]).as_py() or 0) / n
    if passport.aggregation == "nps":
        counts = [pc.sum(flag).as_py() or 0 for flag in (pc.greater_equal(value, 9), pc.less_equal(value, 6))]
        return 100 * (counts[0] - counts[1]) / n
    if passport.aggregation == "median":
        ordered = sorted(value.to_pylist())
        return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return pc.sum(value).as_py() / n


def _refuse_withheld(
    session: Session, passport: Passport, query: Query, scope: Scope, group: Mapping[str, str | None]
) -> None:
    """A value that is withheld may not be had by adding up its rows."""
    if scope.minimum_n <= 1:
        return
    for result in evaluate_on(session, [passport], query, scope):
        if result.group == group and result.suppressed:
            raise IndicatorError("withheld", n=result.n, minimum=scope.minimum_n)


@dataclass(frozen=True)
class _Rows:
    """The rows of one group; each query is compiled once for all values of the same dimensions."""

    session: Session
    passport: Passport
    view: View
    moments: Moments
    group: Mapping[str, str | None]

    def read(self, limit: int | None, offset: int) -> pa.Table:
        """Return the rows in order; of a page far behind only its own are read whole.

        The first rows are quickly found, but all before a later page have to be sorted: their moments alone in a
        fifth of the time that all columns take. So those of the page are found first, then the rows between them.
        """
        if limit is None and not offset:
            return self._run("rows", self._ordered)
        if limit is None or not limit or offset < DEEP:
            return self._run("rows from", lambda table: _cut(self._ordered(table)), limit, offset)
        anchor = self.passport.anchor
        found = self._run("moments", lambda table: _cut(table.select(anchor).order_by(anchor)), limit, offset)[anchor]
        if not len(found):
            return self.read(0, 0)
        between = (_text(found[0]), _text(found[-1]))
        return self._run("rows between", lambda table: _cut(self._ordered(table.filter(table[anchor].between(
            self._moment(table, 0), self._moment(table, 1))))), limit, offset - self._before(between[0]), between)

    def _before(self, moment: str) -> int:
        def earlier(table: Any) -> Any:
            return table.filter(table[self.passport.anchor] < self._moment(table, 0)).count().name("n").as_table()

        return int(self._run("before", earlier, texts=(moment,))["n"][0].as_py())

    def _ordered(self, table: Any) -> Any:
        from .frames import shown
        from .slots import lifted

        seen = lifted(self.view)  # whoever asks next may be told other names
        order = [shown(table[name], seen) if name in PEOPLE else table[name]
                 for name in (self.passport.anchor, "case", "answer", "invitation", "agent", "state")
                 if name in table.columns]
        return table.order_by(order).drop(*(f"by_{name}" for name in self.view.by), "period_key")

    def _moment(self, table: Any, position: int) -> Any:
        import ibis

        from .slots import text_slot

        return ibis.literal(text_slot(len(self.group) + position)).cast(table[self.passport.anchor].type())

    def _run(self, shape: str, finish: Callable[[Any], Any], limit: int | None = None, offset: int = 0,
             texts: Sequence[str] = ()) -> pa.Table:
        """Run what ``finish`` makes of the rows, with the values of the group, then ``texts``, in its slots."""
        from .cells import register_snapshots
        from .compiled import sql_for
        from .slots import filled, text_slot

        executor = self.session.executor
        register_snapshots(executor, [self.passport], self.view, self.moments)
        nulls = tuple(name for name, value in self.group.items() if value is None)

        def expression(view: View) -> Any:
            import ibis

            from .measures import row_table

            table = row_table(self.passport, view)
            for index, name in enumerate(self.group):
                column = table[f"by_{name}"].cast("string")
                table = table.filter(column.isnull() if name in nulls else column == ibis.literal(text_slot(index)))
            return finish(table)

        sql = self.moments.fill(sql_for(f"{shape} {','.join(nulls)}", [self.passport], self.view, executor.dialect,
                                        expression))
        sql = sql.replace(str(LIMIT), str(ALL if limit is None else limit)).replace(str(OFFSET), str(offset))
        # Last, so that nobody's text is taken for a slot.
        run = executor.run if limit is None else executor.run_few
        return run(filled(sql, self.view, [*(value or "" for value in self.group.values()), *texts], executor.dialect))


def _cut(table: Any) -> Any:
    return table.limit(LIMIT, offset=OFFSET)


def _text(moment: pa.Scalar) -> str:
    return str(moment.as_py().astimezone(UTC).isoformat(sep=" "))


def unnamed(table: pa.Table, named: frozenset[str] | None) -> pa.Table:
    """Return the table with ``OTHERS`` for every agent who is not among the ``named``; None: all may be named."""
    for name in WHO if named is not None else ():
        if name in table.column_names:
            column = table[name]
            known = pc.or_kleene(pc.is_null(column), pc.is_in(column, pa.array(sorted(named or ()), column.type)))
            shown = pc.if_else(known, column, pa.scalar(OTHERS, column.type))
            table = table.set_column(table.column_names.index(name), name, shown)
    return table


def veil(table: pa.Table, fields: tuple[str, ...]) -> pa.Table:
    """Return the table with some fields masked: texts become ``***`` (empty ones stay empty), all else is emptied."""
    for name in fields:
        if name not in table.column_names:
            continue
        column: Any = table[name]
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            veiled = pc.if_else(pc.is_valid(column), pa.scalar(MASK, column.type), pa.scalar(None, column.type))
        else:
            veiled = pa.nulls(table.num_rows, column.type)
        table = table.set_column(table.column_names.index(name), name, veiled)
    return table
