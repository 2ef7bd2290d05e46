"""The rows behind a number: one page of them on the screen, all of them in a file, and sums that add up to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.engine.indicators.contracts import Passport, Query, Result, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.ui import formats

from ..contracts import PAGE_SIZE, BoardState, Choice
from ..rights import reach
from . import engine
from .lines import Cells, Mark, cells_of, column_names, default_columns, headings_of, mark_of
from .nameless import nameless, nameless_table
from .names import labels_for
from .periods import span_of
from .scoping import query_of, single_values
from .words import dimension_labels, in_language

FLAGS = ("in_numerator", "in_denominator", "excluded", "immature")

Group = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class RowLine:
    """One row as it is shown."""

    mark: Mark
    cells: Cells
    case: str


@dataclass(frozen=True)
class RowSums:
    """What all rows of the number come to; ``equation`` is the number worked out from them.

    ``counted`` are the rows listed that count. ``denominator`` is the number's n; where it is summed over rows of
    another kind (customers, orders), ``beside`` says so and none of those rows are listed.
    """

    total: int
    numerator: float | None
    denominator: int
    excluded: int
    immature: int
    equation: str
    result: Result | None
    counted: int
    beside: bool

    @property
    def interval(self) -> str:
        found = self.result
        return formats.interval(found.low, found.high, found.unit) if found and found.value is not None else ""


@dataclass(frozen=True)
class RowsPage:
    """One page of the rows behind a number."""

    passport: Passport
    title: str
    group: tuple[tuple[str, str], ...]               # in words
    columns: tuple[Choice, ...]
    headings: tuple[str, ...]
    lines: tuple[RowLine, ...]
    sums: RowSums
    page: int


@dataclass(frozen=True)
class RowsQuestion:
    """Which rows: an indicator, an address's period and filters, a group of the board, a person's scope."""

    passport: Passport
    state: BoardState
    group: Group
    query: Query
    scope: Scope


def rows_question(
    name: str, state: BoardState, group: Group, user: User, *, purpose: str = "evaluate.view_rows",
) -> RowsQuestion | None:
    """Return the question for the rows of an indicator; None for an unknown name."""
    passport = engine.passports().get(name)
    if passport is None:
        return None
    query = query_of(state, span_of(state, engine.today()), [name])
    return RowsQuestion(passport, state, group, query, reach(user, purpose))


def read_group(texts: Iterable[str]) -> Group:
    """Return the groups of an address: ``team=n1``, an empty value for what the facts do not say."""
    pairs = [text.partition("=") for text in texts]
    for dimension, sign, _value in pairs:
        if not sign or dimension not in dimension_labels():
            raise IndicatorError("bad_group", text=f"{dimension}{sign}")
    return tuple((dimension, value or None) for dimension, _sign, value in pairs)


def rows_page(question: RowsQuestion, *, columns: tuple[str, ...], page: int) -> RowsPage:
    """Return one page of rows with the sums over all of them. Raises when the group is withheld."""
    passport = question.passport
    names, sums = column_names(passport), sums_of(question)
    # A page beyond the last one, of an old address or a typed number, is the last one.
    page = min(page, max(1, -(-sums.total // PAGE_SIZE)))
    chosen = tuple(name for name in names if name in columns) or default_columns(passport)
    listed = nameless(engine.ask_rows(question.query, question.scope, group=question.group, limit=PAGE_SIZE,
                                      offset=(page - 1) * PAGE_SIZE).to_pylist())
    return RowsPage(
        passport=passport, title=in_language(passport.title), group=group_words(question.group, question.scope),
        columns=tuple(Choice(name, label, name in chosen) for name, label in zip(names, headings_of(names))),
        headings=headings_of(chosen), lines=tuple(
            RowLine(mark_of(row, passport), cells, row.get("case") or "")
            for row, cells in zip(listed, cells_of(listed, chosen), strict=True)),
        sums=sums, page=page,
    )


def sums_of(question: RowsQuestion) -> RowSums:
    """Return the sums over all rows of a number, and the number worked out from them."""
    passport, group = question.passport, question.group
    by = tuple(name for name, _value in group) + tuple(
        name for name in single_values(question.state) if name not in dict(group))
    query = replace(question.query, by=by)

    def of_group(results: list[Result]) -> Result | None:
        found = [one for one in results if all(_same(one.group[name], value) for name, value in group)]
        return found[0] if found else None

    result = of_group(engine.ask(query, question.scope))
    counts = []
    for condition in (_either(passport), passport.exclusions):
        made = engine.ask_made(_counting(passport, condition), query, question.scope) if condition else []
        counted = of_group(made)
        counts.append(counted.n if counted else 0)
    beside = passport.denominator_grain is not None
    return RowSums(
        total=counts[0], numerator=result.numerator if result else None, denominator=result.n if result else 0,
        excluded=counts[1], immature=result.immature if result else 0, equation=equation_of(passport, result),
        result=result, counted=counts[0] - counts[1] if beside else result.n if result else 0, beside=beside)


def equation_of(passport: Passport, result: Result | None) -> str:
    """Return the number worked out from its sums, such as 42 ÷ 50 = 84.0%."""
    if result is None or result.value is None:
        return ""
    found = formats.figure(result.value, passport.unit)
    total = 0.0 if result.numerator is None else result.numerator
    said = {
        "n": formats.plain(result.n), "total": formats.plain(total), "value": found,
        **{name: formats.plain(part) for name, part in result.extra.items()},
    }
    if passport.aggregation == "median":
        return _median_said(passport, result.n, said)
    return {
        "rate": "{total} ÷ {n} = {value}", "mean": _("取值之和 {total} ÷ {n} = {value}"),
        "nps": _("（推荐者 {promoters} − 贬损者 {detractors}）÷ {n} × 100 = {value}"),
        "ratio": "{total} ÷ {denominator} = {value}", "count": "{value}",
    }[passport.aggregation].format(**said)


def _median_said(passport: Passport, n: int, said: dict[str, str]) -> str:
    if passport.quantile != 0.5:
        return said["value"]
    if n % 2:
        return _("{n} 行由小到大，第 {place} 行 = {value}").format(**said, place=formats.plain((n + 1) // 2))
    return _("{n} 行由小到大，第 {place} 与 {next} 行的中间 = {value}").format(
        **said, place=formats.plain(n // 2), next=formats.plain(n // 2 + 1))


def all_rows(question: RowsQuestion, columns: tuple[str, ...]) -> pa.Table:
    """Return every row with the chosen columns and the marks."""
    table = nameless_table(engine.ask_rows(question.query, question.scope, group=question.group))
    kept = [name for name in column_names(question.passport) if name in columns] or list(table.column_names)
    return table.select([*kept, *(name for name in FLAGS if name not in kept)])


def group_words(group: Group, scope: Scope) -> tuple[tuple[str, str], ...]:
    """Return the group of a number in words, as far as the reader may be told them."""
    labels = dimension_labels()
    return tuple((labels[name], *labels_for(name, (value,), scope)) for name, value in group)


def _either(passport: Passport) -> str:
    """Return the condition of every listed row: those that may count and those left out."""
    return f"({passport.denominator}) or ({passport.exclusions})" if passport.exclusions else passport.denominator


def _counting(passport: Passport, condition: str) -> Passport:
    """Return a definition over the same rows that only counts them."""
    return replace(
        passport, aggregation="count", denominator=condition, numerator=None, value=None, exclusions=None, window=None,
        window_value=None, window_from=None, open_cases="excluded", cluster=None, denominator_grain=None,
        denominator_value=None, denominator_anchor=None, denominator_condition=None, bands=(), interval="poisson",
        definition_hash=f"{passport.definition_hash}/{condition}",
    )


def _same(found: Any, asked: str | None) -> bool:
    return found is None if asked is None else str(found) == asked
