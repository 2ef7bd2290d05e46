"""What each row means to a passport (excluded, immature, in the denominator or numerator), and the sums over rows.

Queries are built in layers, each a SELECT of its own: first every distinct condition and value once, then the flags of
each passport, then the sums. Engines compute a named column once; the same text written into each sum they would not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from ..facts.grains import GRAINS
from .checking import fields_of
from .compiling import condition, literal, seconds, value
from .contracts import Passport
from .frames import build, raw_columns
from .grammar import parse
from .passports import cluster_columns
from .shape import (
    AS_OF,
    View,
    cluster_of,
    frame_of,
    same_grain_ratio,
    shared_basis,
    sum_columns,
    windowed,
)

RESPONDENT = "answer"  # an answer's id begins with that of its response

@dataclass(frozen=True)
class Flags:
    """Columns of one passport. A condition that holds for every row is None, one that holds for none too (see each)."""

    excluded: Any         # None: nothing is excluded
    candidate: Any        # None: every row; the denominator holds, not excluded; the value may be missing
    immature: Any         # None: the indicator has no window
    in_denominator: Any   # None: every row
    in_numerator: Any     # None: the same rows as in the denominator
    value: Any            # float64, or None
    weight: Any           # float64, or None: what a row adds to a ratio's denominator


class Layers:
    """Names each distinct condition and value of some passports once, in a layer under their flags."""

    def __init__(self, passports: Sequence[Passport], table: ir.Table) -> None:
        self.passports = passports
        columns = raw_columns(table, passports[0].grain)
        if passports[0].snapshot:
            columns["age_s"] = table.age_s
        conditions, values = _texts(passports)
        self.names = {text: f"c{i}" for i, text in enumerate(conditions)}
        self.numbers = {text: f"v{i}" for i, text in enumerate(values)}
        added = {name: condition(parse(text), columns) for text, name in self.names.items()}
        added |= {name: value(parse(text), columns).cast("float64") for text, name in self.numbers.items()}
        added |= {f"w{i}": _mature(passport, columns) for i, passport in enumerate(passports) if windowed(passport)}
        self.table = table.mutate(**added) if added else table
        self.shared = shared_basis(passports)
        self._add_flags()

    def _add_flags(self) -> None:
        """The second layer: d<i> in the denominator, y<i> immature, n<i> in the numerator, for those that need one."""
        added: dict[str, Any] = {}
        for index, passport in enumerate(self.passports):
            if self.shared[index] == index:
                eligible = self._all(self._candidate(passport), self._has_value(passport))
                mature = self.table[f"w{index}"] if windowed(passport) else None
                inside = self._all(eligible, mature)
                if inside is not None:
                    added[f"d{index}"] = inside
                if mature is not None:
                    added[f"y{index}"] = self._all(eligible, ~mature)
            if passport.numerator:
                added[f"n{index}"] = self._all(added.get(f"d{self.shared[index]}"), self._condition(passport.numerator))
        self.table = self.table.mutate(**added) if added else self.table

    def flags(self, index: int) -> Flags:
        """Return the flags of the index-th passport as columns of ``table``."""
        passport, table = self.passports[index], self.table

        def own(letter: str) -> Any:
            name = f"{letter}{index if letter == 'n' else self.shared[index]}"
            return table[name] if name in table.columns else None

        excluded = self._condition(passport.exclusions) if passport.exclusions else None
        number = table[self.numbers[passport.value]] if passport.value else None
        weight = table[self.numbers[str(passport.denominator_value)]] if same_grain_ratio(passport) else None
        return Flags(excluded, self._candidate(passport), own("y"), own("d"), own("n"), number, weight)

    def _candidate(self, passport: Passport) -> Any:
        holds = None if passport.denominator == "true" else self._condition(passport.denominator)
        return self._all(holds, ~self._condition(passport.exclusions) if passport.exclusions else None)

    def _has_value(self, passport: Passport) -> Any:
        if not passport.value or passport.aggregation == "ratio":
            return None
        return self.table[self.numbers[passport.value]].notnull()

    def _condition(self, text: str) -> Any:
        return self.table[self.names[text]]

    @staticmethod
    def _all(*conditions: Any) -> Any:
        known = [part for part in conditions if part is not None]
        result = known[0] if known else None
        for part in known[1:]:
            result = result & part
        return result


def _texts(passports: Sequence[Passport]) -> tuple[list[str], list[str]]:
    conditions: dict[str, None] = {}
    values: dict[str, None] = {}
    for passport in passports:
        for text in (passport.denominator, passport.exclusions, passport.numerator):
            if text and text != "true":
                conditions[text] = None
        if passport.value:
            values[passport.value] = None
        if same_grain_ratio(passport):
            values[str(passport.denominator_value)] = None
    return list(conditions), list(values)


def _mature(passport: Passport, columns: dict[str, Any]) -> Any:
    own = value(parse(passport.window_value), columns) if passport.window_value else literal(passport.window)
    return (seconds(columns[str(passport.window_from)]) + own <= ibis.literal(AS_OF, "int64")).fill_null(False)


def _columns(passports: Sequence[Passport]) -> set[str]:
    """The columns that the definitions read."""
    found: set[str] = set()
    for passport in passports:
        for text in (passport.denominator, passport.numerator, passport.exclusions, passport.value,
                     passport.window_value, None if passport.denominator_grain else passport.denominator_value):
            found |= fields_of(parse(text)) if text else set()
        found |= {passport.window_from or passport.anchor, *cluster_columns(passport)}
    return found


def sums(passports: Sequence[Passport], view: View) -> ir.Table:
    """Return one row a group and period with each passport's sums, named ``m<index>_<sum>``; all of one frame.

    A sum that is missing is 0: ``immature`` without a window.
    """
    layers = Layers(passports, build(frame_of(passports[0]), view, _columns(passports)))
    return layers.table.group_by(_keys(view)).aggregate(**_all_sums(layers))


def cluster_sums(passports: Sequence[Passport], view: View) -> ir.Table:
    """As ``sums``, with sums over clusters of products: all passports share frame and cluster."""
    alone = {RESPONDENT} if passports[0].grain == "answer" else set()
    table = build(frame_of(passports[0]), view, _columns(passports) | alone)
    columns = _cluster_keys(passports[0], table, view)
    layers = Layers(passports, table.mutate(**columns))
    clusters = layers.table.group_by([*_keys(view), *columns]).aggregate(**_all_sums(layers))
    columns_of = sum_columns(passports)
    outer = {name: clusters[name].sum() for own in columns_of for name in own.values()}
    for index, passport in enumerate(passports):
        outer |= _over_clusters(passport, columns_of[index], clusters, f"m{index}_")
    return clusters.group_by(_keys(view)).aggregate(**outer)


def distribution(passport: Passport, view: View) -> ir.Table:
    """Return one row a group and period with the values of its rows as a list, ``ended``.

    With Kaplan-Meier also ``running``: of open rows without a value, the time they have lasted at the as-of moment.
    Lists, because seconds hardly ever repeat within a group: counting equal ones took four times the time.
    """
    layers = Layers([passport], build(frame_of(passport), view, {*_columns([passport]), "is_open"}))
    table, found = layers.table, layers.flags(0)
    inside = found.in_denominator  # never None: a value is needed
    if passport.open_cases != "kaplan_meier":
        rows = table.filter(inside).select(*_keys(view), amount=found.value)
        return rows.group_by(_keys(view)).aggregate(ended=rows.amount.collect())
    open_rows = found.value.isnull() & table.is_open.fill_null(False)
    running = open_rows if found.candidate is None else found.candidate & open_rows
    lasted = ibis.greatest(ibis.literal(AS_OF, "int64") - table.anchored, literal(0)).cast("float64")
    rows = table.mutate(ended_=inside.ifelse(found.value, ibis.null("float64")),
                        lasted_=running.ifelse(lasted, ibis.null("float64")))
    rows = rows.filter(rows.ended_.notnull() | rows.lasted_.notnull())
    # Rows without the one or the other are not in its list: a list leaves out nulls.
    return rows.group_by(_keys(view)).aggregate(ended=rows.ended_.collect(), running=rows.lasted_.collect())


def row_table(passport: Passport, view: View, extra: Sequence[str] = ()) -> ir.Table:
    """Return the rows behind a value: the grain's columns, the flags, ``value``, ``weight``, dimensions and period."""
    layers = Layers([passport], build(frame_of(passport), view, GRAINS[passport.grain].names))
    table, found = layers.table, layers.flags(0)
    yes, no, none = table.anchored.notnull(), table.anchored.isnull(), ibis.literal(None, "float64")
    number = found.value if found.value is not None else table.value if "value" in table.columns else none
    inside = _or(found.in_denominator, yes)
    excluded = _or(found.excluded, no)
    table = table.filter(_or(found.candidate, yes) | excluded).mutate(
        in_numerator=_or(found.in_numerator, inside), in_denominator=inside, excluded=excluded,
        immature=_or(found.immature, no), credited_agent=table.credited, value=number.cast("float64"),
        weight=_or(found.weight, none),
    )
    names = [*GRAINS[passport.grain].names, "in_numerator", "in_denominator", "excluded", "immature", "credited_agent"]
    names += [name for name in ("value", "weight") if name not in names]
    return table.select(*names, *_keys(view), *extra)


def _or(column: Any, otherwise: Any) -> Any:
    return otherwise if column is None else column


def _all_sums(layers: Layers) -> dict[str, Any]:
    """{column: sum}, each distinct one once."""
    measures: dict[str, Any] = {}
    for index, (passport, own) in enumerate(zip(layers.passports, sum_columns(layers.passports))):
        found = layers.flags(index)
        for name, column in own.items():
            if column not in measures:
                measures[column] = _sum(name, passport, found, layers.table)
    return measures


def _sum(name: str, passport: Passport, found: Flags, table: ir.Table) -> Any:
    inside, number = found.in_denominator, found.value
    if name == "n":
        return _count(table, inside)
    if name == "immature":
        return _count(table, found.immature)
    if name == "k":
        return _count(table, found.in_numerator if passport.aggregation == "rate" else inside & (number >= 9))
    if name == "d":
        return _count(table, inside & (number <= 6))
    if name == "w":
        return _total(found.weight, inside)
    if name == "q":
        return _total(number * number, inside)
    return _total(number, _or(found.in_numerator, inside))


def _count(table: ir.Table, flag: Any) -> Any:
    """Rows for which a flag holds. CASE, not FILTER: the engine runs it in two thirds of the time."""
    return table.count() if flag is None else flag.ifelse(literal(1), ibis.null("int64")).count()


def _total(number: Any, flag: Any) -> Any:
    return number.sum() if flag is None else flag.ifelse(number, ibis.null("float64")).sum()


def _over_clusters(passport: Passport, own: dict[str, str], clusters: ir.Table, prefix: str) -> dict[str, Any]:
    """Sums over clusters of products: y is the cluster's numerator, x its denominator."""
    y = clusters[own["k" if passport.aggregation in ("rate", "nps") else "s"]].cast("float64").fill_null(0.0)
    if passport.aggregation == "nps":
        y = y - clusters[own["d"]].cast("float64").fill_null(0.0)
    x = clusters[own["w" if passport.aggregation == "ratio" else "n"]].cast("float64").fill_null(0.0)
    return {f"{prefix}yy": (y * y).sum(), f"{prefix}yx": (y * x).sum(), f"{prefix}xx": (x * x).sum(),
            f"{prefix}clusters": _count(clusters, clusters[own["n"]] > 0)}


def _cluster_keys(passport: Passport, table: ir.Table, view: View) -> dict[str, Any]:
    result = {}
    for name in cluster_of(passport, view):
        if name == "day":
            result["cluster_day"] = table.local_day
        else:
            column = table.credited if name == "agent" else table[name]
            result[f"cluster_{name}"] = ibis.coalesce(column.cast("string"), *_alone(table), ibis.literal("#"))
    return result


def _alone(table: ir.Table) -> list[Any]:
    """Whose a row is that lacks the cluster's id: its case's, else its respondent's. Never that of all such rows."""
    marks = [table["case"]] if "case" in table.columns else []
    if RESPONDENT in table.columns:
        # The answers of one respondent share what stands before the "#" of their ids.
        marks.append(table[RESPONDENT].split("#")[0])
    return [ibis.literal("#") + mark for mark in marks]


def _keys(view: View) -> list[str]:
    return [*(f"by_{name}" for name in view.by), "period_key"]
