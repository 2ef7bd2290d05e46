"""Wide files: of each column that holds answers one row of ``answers``, so that a question is data and no column.

A plan with a ``Spread`` stands for as many plans as the file has such columns; ``binding`` puts them in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase

from ..sniffing import folded
from .model import Plan, Spread, Value


def spread_out(plans: Iterable[Plan], columns: list[str]) -> list[Plan]:
    """The plans for a file with these columns. A column belongs to the first spread that wants it.

    Columns that a field names are no answers, nor those of which a name is empty.
    """
    listed = list(plans)
    values = [value for plan in listed for value in plan.fields.values()]
    taken = {folded(name) for value in values for column in (*value.columns, *value.plus) for name in column.split("|")}
    found: list[Plan] = []
    for plan in listed:
        if plan.spread is None:
            found.append(plan)
            continue
        for column in columns:
            if folded(column) not in taken and not column.startswith("_") and _wanted(column, plan.spread):
                taken.add(folded(column))
                found.append(_of_column(plan, plan.spread, column))
    return found


def _wanted(column: str, spread: Spread) -> bool:
    return _matches(column, spread.columns) and not _matches(column, spread.leave_out)


def _matches(column: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(column, pattern) for pattern in patterns)


def _of_column(plan: Plan, spread: Spread, column: str) -> Plan:
    """A cell that is a number, or that the mapping knows as one, is the value; what it says is kept as the text."""
    metric = next((name for name, patterns in spread.metrics if _matches(column, patterns)), "other")
    question = next((name for name, names in spread.rename if column in names), column)
    value = Value(columns=(column,), parser="number", mapped=spread.mapped, missing=spread.missing, on_error="none")
    fields = {**plan.fields, "question": Value(constant=question), "metric": Value(constant=metric), "value": value}
    if spread.texts:
        fields["text"] = Value(columns=(column,), missing=spread.missing)
    return replace(plan, fields=fields, tag=question)
