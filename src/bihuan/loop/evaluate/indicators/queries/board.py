"""The indicator board: every indicator for a period and scope, with trend, target and comparison."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import can
from bihuan.engine.indicators.contracts import Passport, Query, Result, Scope
from bihuan.engine.indicators.evaluate import reads_closed

from ..contracts import PAGE_SIZE, Board, BoardState, Cell, Column, Line, Section, Span
from ..rights import reach
from . import engine
from .address import only, with_address, write_state
from .cells import cell_of, corrected, counts_open_work
from .families import FAMILIES, family_labels, family_of, is_shown
from .names import group_label, names_of
from .periods import is_running, period_keys, previous, so_far, span_of, trend_span, year_before
from .scoping import query_of, single_values
from .words import chart_labels, in_language

Key = tuple[str, str | None]
# A month is judged by what it closed a month later, as the search for problems does.
RIPE_DAYS = 30


@dataclass(frozen=True)
class Asked:
    """A board's question with everything that is worked out once. ``span`` ends with the data where it is running."""

    state: BoardState
    user: User
    scope: Scope
    span: Span
    today: date
    passports: dict[str, Passport]
    address: str
    may_open: bool

    @property
    def is_young(self) -> bool:
        """Whether the period ended so lately that work of its last days may still be under way."""
        return (self.today - (self.span.end or self.today)).days < RIPE_DAYS

    def is_unripe(self, passport: Passport) -> bool:
        """Whether an indicator that counts open work is set against an earlier period that had longer to finish it."""
        return self.is_young and self.state.compare in ("previous", "last_year") and counts_open_work(passport)

    @property
    def whole(self) -> Span:
        """The whole period, of which ``span`` is what the data reach."""
        return span_of(self.state, self.today)

    @property
    def is_running(self) -> bool:
        return is_running(self.whole, self.today)


def asked(state: BoardState, user: User, *, purpose: str = "evaluate.view_board") -> Asked:
    """Work out whose numbers, which days and which indicators a state asks for."""
    today, scope = engine.today(), reach(user, purpose)
    wanted = {
        name: passport for name, passport in engine.passports().items()
        if is_shown(passport, state.family, state.indicators) and not reads_closed(passport, scope)
    }
    return Asked(
        state=state, user=user, scope=scope, span=so_far(span_of(state, today), today), today=today,
        passports=wanted, address=write_state(state.with_(page=1)), may_open=can(user, "evaluate.view_rows"),
    )


def board(question: Asked) -> Board:
    """Return the board of totals, or split by one dimension where the state says so."""
    return _split(question) if question.state.by else _totals(question)


def whole_board(question: Asked) -> list[Result]:
    """Return every result of a board, totals first, then all groups: what an export holds."""
    state = question.state
    total = _by_group(state, question.passports, question.span, question.scope)
    groups = _by_group(state, question.passports, question.span, question.scope, state.by) if state.by else {}
    return [*total.values(), *groups.values()]


def trends(question: Asked) -> dict[str, list[Result | None]]:
    """Return {indicator: one result a period} for the last twelve periods; None where a period has no row."""
    span = trend_span(question.span, question.state.grain, question.today)
    keys = period_keys(span, question.state.grain)
    query = query_of(question.state, span, question.passports, period=question.state.grain)
    found = {(result.indicator, result.period): result for result in engine.ask(query, question.scope)}
    return {name: [found.get((name, key)) for key in keys] for name in question.passports}


def other_span(question: Asked) -> Span | None:
    """Return the days compared with; None when the comparison is not with another period."""
    if question.state.compare == "previous":
        return previous(question.whole, question.today)
    return year_before(question.whole, question.today) if question.state.compare == "last_year" else None


def columns_of(question: Asked) -> tuple[Column, ...]:
    """Return the indicators as headings, family by family."""
    columns = [
        Column(
            name=name, title=in_language(passport.title), unit=passport.unit, sentence=in_language(passport.sentence),
            url=with_address(reverse("indicators:indicator", args=[name]), question.address),
            family=family_of(passport), passport=passport, **_sorting(question.state, name),
        )
        for name, passport in question.passports.items()
    ]
    return tuple(sorted(columns, key=lambda column: FAMILIES.index(column.family)))


def _sorting(state: BoardState, name: str) -> dict[str, str]:
    """Return where a click on a heading leads (best first, then the other way round) and how it is sorted now."""
    now = {name: "ascending", f"-{name}": "descending"}.get(state.sort, "")
    following = name if now == "descending" else f"-{name}"
    return {"sort_url": "?" + write_state(state.with_(sort=following)), "sorted": now}


def rows_url(question: Asked, indicator: str, group: Iterable[Key] = ()) -> str:
    """Return the address of the rows behind one number; empty for those who may not open rows."""
    if not question.may_open:
        return ""
    pairs = urlencode([("group", f"{dimension}={value or ''}") for dimension, value in group])
    return with_address(
        reverse("indicators:rows", args=[indicator]), "&".join(part for part in (question.address, pairs) if part))


def _totals(question: Asked) -> Board:
    now = _by_group(question.state, question.passports, question.span, question.scope)
    before = _compared(question)
    through = trends(question)
    columns = columns_of(question)
    lines = corrected(_total_line(question, column, now, before, through[column.name]) for column in columns)
    sections = [Section(family, title, found) for family, title in family_labels().items()
                if (found := tuple(line for line in lines if line.column and line.column.family == family))]
    return _board(
        question, list(now.values()), sections=tuple(sections), radar=_radar(columns, now, before),
        compared=_compared_cells(lines))


def _compared_cells(lines: Iterable[Line]) -> int:
    return sum(cell.change is not None for line in lines for cell in line.cells)


def _radar(columns: tuple[Column, ...], now: dict[Key, Result], before: dict[Key, Result]) -> dict[str, Any] | None:
    """Return the radar of band scores; None with fewer than three indicators that have one.

    The other period is drawn beside it only where three indicators have a score in both: fewer make no shape.
    """
    from bihuan.engine.charts.groups import band_radar

    banded = [column for column in columns if _has_band(now.get((column.name, None)))]
    if len(banded) < 3:
        return None
    shapes: dict[str, list[Result | None]] = {_("本期"): [now[column.name, None] for column in banded]}
    if sum(_has_band(before.get((column.name, None))) for column in banded) >= 3:
        shapes[_("对比")] = [before.get((column.name, None)) for column in banded]
    return band_radar(shapes, axes=[column.title for column in banded], labels=chart_labels())


def _has_band(result: Result | None) -> bool:
    return result is not None and result.band is not None and not result.suppressed


def _total_line(
    question: Asked, column: Column, now: dict, before: dict, trend: list[Result | None],
) -> Line:
    values = tuple(None if one is None or one.suppressed else one.value for one in trend)
    cell = cell_of(
        column.passport, now.get((column.name, None)), other=before.get((column.name, None)),
        url=rows_url(question, column.name), trend=values,
        trend_label=_("{title}，最近 {n} 期").format(title=column.title, n=len(values)),
        unripe=question.is_unripe(column.passport),
    )
    return Line(label=column.title, cells=(cell,), column=column, url=column.url)


def _split(question: Asked) -> Board:
    state = question.state
    now = _by_group(state, question.passports, question.span, question.scope, state.by)
    total = _by_group(state, question.passports, question.span, question.scope)
    before = _compared(question, state.by)
    columns = columns_of(question)
    names = names_of(state.by)
    groups = _sorted_groups(state, {group for _, group in now}, now, names)
    pages = max(1, -(-len(groups) // PAGE_SIZE))
    page = min(state.page, pages)
    lines = corrected(
        Line(
            label=group_label(state.by, group, names), group=group,
            url="" if group is None else "?" + write_state(only(state, state.by, group)),
            cells=tuple(_split_cell(question, column, group, now, before) for column in columns),
        )
        for group in groups[(page - 1) * PAGE_SIZE:page * PAGE_SIZE]
    )
    whole = Line(
        label=_("合计"),
        cells=tuple(
            cell_of(column.passport, total.get((column.name, None)), url=rows_url(question, column.name))
            for column in columns
        ),
    )
    return _board(
        question, [*now.values(), *total.values()], columns=columns, total=whole, lines=lines, count=len(groups),
        page=page, pages=pages, compared=_compared_cells(lines),
    )


def _split_cell(question: Asked, column: Column, group: str | None, now: dict, before: dict) -> Cell:
    key = (column.name, group)
    return cell_of(
        column.passport, now.get(key), other=before.get(key),
        url=rows_url(question, column.name, [(question.state.by, group)]), unripe=question.is_unripe(column.passport),
    )


def _sorted_groups(state: BoardState, groups: set, now: dict, names: dict[str, str]) -> list[str | None]:
    """Sort by name, or by an indicator's value with groups without a value last either way."""
    by_name = sorted(groups, key=lambda group: (group is None, group_label(state.by, group, names)))
    indicator = state.sort.removeprefix("-")
    if not indicator:
        return by_name
    values = {group: result.value for group in groups
              if (result := now.get((indicator, group))) and not result.suppressed and result.value is not None}
    known = [group for group in by_name if group in values]
    known.sort(key=lambda group: values[group], reverse=state.sort.startswith("-"))
    return known + [group for group in by_name if group not in values]


def _by_group(state: BoardState, names: Iterable[str], span: Span, scope: Scope, by: str = "") -> dict[Key, Result]:
    """Return {(indicator, group): result}; the group of totals is None."""
    dimensions = tuple(dict.fromkeys([*([by] if by else []), *single_values(state)]))
    found = ask(query_of(state, span, names, by=dimensions), scope)
    return {(result.indicator, result.group.get(by) if by else None): result for result in found}


def ask(query: Query, scope: Scope) -> list[Result]:
    """Ask nothing when there is nothing to ask for: without names the engine takes every indicator."""
    return engine.ask(query, scope) if query.indicators else []


def _compared(question: Asked, by: str = "") -> dict[Key, Result]:
    state, span = question.state, question.span
    if state.compare == "unit":
        # The filter by unit stands for the other side of this comparison and is replaced by it here.
        others = tuple((name, values) for name, values in state.filters if name != "unit")
        state = replace(state, filters=(*others, ("unit", (state.other,))))
    else:
        span = other_span(question)
    return _by_group(state, question.passports, span, question.scope, by) if span else {}


def _board(question: Asked, results: list[Result], **parts) -> Board:
    latest = engine.as_of()
    return Board(
        span=question.span, other_span=other_span(question), as_of=latest, running=question.is_running,
        small=sum(result.small and result.n > 0 and not result.suppressed for result in results),
        suppressed=sum(result.suppressed for result in results),
        immature=sum(result.immature > 0 for result in results), is_behind=engine.is_behind(), **parts,
    )
