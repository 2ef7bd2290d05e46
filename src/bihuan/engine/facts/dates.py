"""Day first or month first? Told by the column itself: a number above 12 can only be a day."""

from __future__ import annotations

from dataclasses import dataclass

from .binding import Bindings
from .lake import Run, quoted
from .mapping import Mapping
from .readers.base import Raw
from .schema import TIME

SLASHED = r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{1,2}(\D|$))"
# Of a date with a year of two digits a large first number may be the year: only the second tells a day.
LONG_YEAR = r"^\s*(\d{1,2})[-/.]\d{1,2}[-/.]\d{4}"


@dataclass(frozen=True)
class Order:
    """How the slashed dates of one column are read, and what told it.

    ``orders`` is empty where nothing tells: then such a cell is bad, not guessed. ``told_by``: mapping | column (one of
    its own cells) | file (another column) | nothing | contradiction. ``largest``: the largest first and second number.
    """

    orders: tuple[str, ...]
    told_by: str
    largest: tuple[int, int] = (0, 0)


def orders_of(run: Run, mapping: Mapping, raw: Raw, bindings: Bindings) -> dict[str, Order]:
    """{time column that has slashed dates: its order}; columns that do not tell follow the others, if these agree."""
    told = {cell.columns[0]: cell.value.dates or mapping.dates for cell in bindings.cells
            if cell.kind == TIME and cell.columns}
    found = {column: Order(orders, "mapping") for column, orders in told.items() if orders}
    text = [column for column in sorted(told) if column not in found and column not in raw.types]
    if not text or not _slashed(run, raw, text):
        return found
    parts = ", ".join(f"max(TRY_CAST(regexp_extract({quoted(column)}, '{form}', {group}) AS INTEGER))"
                      for column in text for form, group in ((SLASHED, 1), (SLASHED, 2), (LONG_YEAR, 1)))
    largest = [number or 0 for number in run(f"SELECT {parts} FROM {raw.relation}")[0]]
    firsts = dict(zip(text, largest[2::3]))
    seen = {column: (largest[3 * place], largest[3 * place + 1]) for place, column in enumerate(text)}
    own = {column: order for column, pair in seen.items()
           if any(pair) and (order := _order(pair, firsts[column])) is not None}
    agreed = {order.orders for order in own.values() if order.orders}
    for column, pair in seen.items():
        if column in own:
            found[column] = own[column]
        elif any(pair):
            follows = len(agreed) == 1 and not any(not order.orders for order in own.values())
            found[column] = Order(next(iter(agreed)), "file", pair) if follows else Order((), "nothing", pair)
    return found


def _order(pair: tuple[int, int], first: int) -> Order | None:
    """What the largest numbers of a column tell, ``first`` that of years of four digits; None: they could be either."""
    day_first, month_first = first > 12, pair[1] > 12
    if pair[0] > 12 and month_first:
        return Order((), "contradiction", pair)
    if day_first or month_first:
        return Order(("dmy",) if day_first else ("mdy",), "column", pair)
    return None


def _slashed(run: Run, raw: Raw, columns: list[str]) -> bool:
    """Whether the first cells look like 5/3/2016: only then the whole column is looked at."""
    tests = " OR ".join(f"regexp_matches({quoted(column)}, '{SLASHED}')" for column in columns)
    return bool(run(f"SELECT count(*) FROM {raw.head(run)} WHERE {tests}")[0][0])
