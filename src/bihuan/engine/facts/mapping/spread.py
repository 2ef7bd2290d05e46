"""Wide files: of each column that holds answers one row of ``answers``, so that a question is data and no column.

A plan with a ``Spread`` stands for as many plans as the file has such columns; ``binding`` puts them in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from ..sniffing import folded
from .model import Plan, Spread, Value

NOTHING = (("\x1f", ""),)       # a translation that knows no cell


def spread_out(plans: Iterable[Plan], columns: list[str]) -> list[Plan]:
    """The plans for a file with these columns. A column belongs to the first spread that wants it.

    Columns that a field names are no answers, nor those of which a name is empty.
    """
    listed = list(plans)
    values = [value for plan in listed for value in plan.fields.values()]
    named = (column for value in values for column in (*value.columns, *value.plus, *value.plus_if_any))
    taken = {folded(name) for column in named for name in column.split("|")}
    found: list[Plan] = []
    for plan in listed:
        if plan.spread is None:
            found.append(plan)
            continue
        for column in columns:
            if folded(column) not in taken and not column.startswith("_") and _wanted(column, plan.spread):
                taken.add(folded(column))
                found.extend(_of_column(plan, plan.spread, column))
    return found


def _wanted(column: str, spread: Spread) -> bool:
    return _matches(column, spread.columns) and not _matches(column, spread.leave_out)


def _matches(column: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(column, pattern) for pattern in patterns)


def _of_column(plan: Plan, spread: Spread, column: str) -> list[Plan]:
    metric = next((name for name, patterns in spread.metrics if _matches(column, patterns)), "other")
    question = spread.question or next((name for name, names in spread.rename if column in names), column)
    if spread.choices:
        return [_row(plan, f"{question}.{choice}", "other", value, None)
                for choice, value in _chosen(spread, column)]
    return [_row(plan, question, metric, _value(spread, column), _text(spread, column))]


def _value(spread: Spread, column: str) -> Value:
    """A cell that is a number, or that the mapping knows as one, is the value."""
    # Any text may stand where a number is looked for; a duration that cannot be read at first is read again.
    value = Value(columns=(column,), parser=spread.parser, mapped=spread.mapped, missing=spread.missing,
                  on_error="none" if spread.parser == "number" else "cell")
    if not spread.values or (spread.words and not spread.mapped):
        return replace(value, mapped=NOTHING, default="")
    # Of an item of choices it is the text that tells of a code nobody knows, once.
    return replace(value, only=True, on_error="none" if spread.words else "cell") if spread.only else value


def _text(spread: Spread, column: str) -> Value | None:
    """What the cell says, or the words it stands for, or the reason given beside it."""
    if spread.reason:
        return Value(columns=(spread.reason,), missing=spread.missing, optional=True)
    if not spread.texts:
        return None
    text = Value(columns=(column,), missing=spread.missing)
    return replace(text, mapped=spread.words, only=spread.only, on_error="cell") if spread.words else text


def _chosen(spread: Spread, column: str) -> Iterator[tuple[str, Value]]:
    """Each choice with 1 where the cell lists it, else 0; a part nobody knows is told of once."""
    mapped = tuple((cell.lower(), choice) for choice, cells in spread.choices for cell in cells)
    for number, (choice, _cells) in enumerate(spread.choices):
        yield choice, Value(
            columns=(column,), parser="number", mapped=mapped, missing=spread.missing, separator=spread.separator,
            among=choice, only=True, on_error="none" if number else "cell")


def _row(plan: Plan, question: str, metric: str, value: Value, text: Value | None) -> Plan:
    fields = {**plan.fields, "question": Value(constant=question), "metric": Value(constant=metric), "value": value}
    if text is not None:
        fields["text"] = text
    return replace(plan, fields=fields, tag=question)
