"""What each row means to a passport (excluded, immature, in the denominator or numerator), and the sums over rows."""

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
from .frames import AS_OF, View, build, frame_of, raw_columns
from .grammar import parse
from .passports import cluster_columns


@dataclass(frozen=True)
class Flags:
    """Conditions that are true or false for each row, and the number that the row brings along (or None)."""

    excluded: Any
    candidate: Any        # denominator holds, not excluded; its value may be missing
    eligible: Any         # candidate with a value, where a value is needed
    immature: Any
    in_denominator: Any
    in_numerator: Any
    value: Any
    weight: Any           # ratio: what the row adds to the denominator


def flags(passport: Passport, table: ir.Table) -> Flags:
    """Return the flags of a passport over the rows of its frame."""
    columns = raw_columns(table, passport.grain)
    if passport.snapshot:
        columns["age_s"] = table.age_s
    # A constant cannot be summed over rows; the anchor is never null here, so this is "true" for each row.
    yes, no = table.anchored.notnull(), table.anchored.isnull()
    excluded = condition(parse(passport.exclusions), columns) if passport.exclusions else no
    candidate = yes & condition(parse(passport.denominator), columns) & ~excluded
    number = value(parse(passport.value), columns) if passport.value else None
    eligible = candidate & number.notnull() if number is not None and passport.aggregation != "ratio" else candidate
    mature = _mature(passport, columns) if passport.window is not None or passport.window_value else yes
    inside = eligible & mature
    numerator = inside & condition(parse(passport.numerator), columns) if passport.numerator else inside
    weight = value(parse(passport.denominator_value), columns) if _same_grain_ratio(passport) else None
    return Flags(excluded, candidate, eligible, eligible & ~mature, inside, numerator, number, weight)


def _same_grain_ratio(passport: Passport) -> bool:
    return passport.aggregation == "ratio" and passport.denominator_grain is None


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


def cluster_of(passport: Passport, view: View) -> tuple[str, ...]:
    """Return the columns that still make clusters once the question's own groups are fixed."""
    return tuple(name for name in cluster_columns(passport) if name not in view.by
                 and not (name == "day" and view.kind == "day"))


def sums(passports: Sequence[Passport], view: View) -> ir.Table:
    """Return one row a group and period with each passport's sums, named ``m<index>_<sum>``; all of one frame."""
    table = build(frame_of(passports[0]), view, _columns(passports))
    measures: dict[str, Any] = {}
    for index, passport in enumerate(passports):
        for name, expression in _row_sums(passport, flags(passport, table)).items():
            measures[f"m{index}_{name}"] = expression.sum()
    return table.group_by(_keys(view)).aggregate(**measures)


def cluster_sums(passports: Sequence[Passport], view: View) -> ir.Table:
    """As ``sums``, with sums over clusters of products: all passports share frame and cluster."""
    table = build(frame_of(passports[0]), view, _columns(passports))
    columns = _cluster_keys(passports[0], table, view)
    table = table.mutate(**columns)
    inner: dict[str, Any] = {}
    for index, passport in enumerate(passports):
        for name, expression in _row_sums(passport, flags(passport, table)).items():
            inner[f"m{index}_{name}"] = expression.sum()
    clusters = table.group_by([*_keys(view), *columns]).aggregate(**inner)
    outer: dict[str, Any] = {}
    for index, passport in enumerate(passports):
        outer.update(_over_clusters(passport, clusters, f"m{index}_"))
    return clusters.group_by(_keys(view)).aggregate(**outer)


def distribution(passport: Passport, view: View) -> ir.Table:
    """Return the histogram of a passport's value: group, period, ``amount``, rows that ``ended`` and still ``running``.

    ``running`` (Kaplan-Meier only) are open rows without a value, with the time they have lasted at the as-of moment.
    """
    table = build(frame_of(passport), view, {*_columns([passport]), "is_open"})
    found = flags(passport, table)
    ended, amount, running = found.in_denominator, found.value, ibis.literal(False)
    if passport.open_cases == "kaplan_meier":
        running = _running(found, table)
        lasted = ibis.literal(AS_OF, "int64") - table.anchored
        amount = ended.ifelse(found.value, ibis.greatest(lasted, literal(0)))
    rows = table.mutate(amount=amount, ended=ended, running=running).filter(ended | running)
    rows = rows.select(*_keys(view), "amount", ended=_one(rows.ended), running=_one(rows.running))
    return rows.group_by([*_keys(view), "amount"]).aggregate(ended=rows.ended.sum(), running=rows.running.sum())


def _running(found: Flags, table: ir.Table) -> Any:
    return found.candidate & found.value.isnull() & table.is_open.fill_null(False)


def _row_sums(passport: Passport, found: Flags) -> dict[str, Any]:
    inside = found.in_denominator
    result = {"n": _one(inside), "immature": _one(found.immature)}
    if passport.aggregation == "rate":
        result["k"] = _one(found.in_numerator)
    elif passport.aggregation == "mean":
        number = inside.ifelse(found.value.cast("float64"), 0.0)
        result |= {"s": number, "q": number * number}
    elif passport.aggregation == "nps":
        result |= {"k": _one(inside & (found.value >= 9)), "d": _one(inside & (found.value <= 6))}
    elif passport.aggregation == "ratio":
        result["s"] = found.in_numerator.ifelse(found.value.cast("float64").fill_null(0.0), 0.0)
        if found.weight is not None:
            result["w"] = inside.ifelse(found.weight.cast("float64").fill_null(0.0), 0.0)
    return result


def _over_clusters(passport: Passport, clusters: ir.Table, prefix: str) -> dict[str, Any]:
    """Sums over clusters: y is the cluster's numerator, x its denominator."""
    names = [name for name in clusters.columns if name.startswith(prefix)]
    result = {name: clusters[name].sum() for name in names}
    y = clusters[prefix + ("k" if passport.aggregation == "rate" else "s")].cast("float64")
    x = clusters[prefix + ("w" if passport.aggregation == "ratio" else "n")].cast("float64")
    result |= {f"{prefix}yy": (y * y).sum(), f"{prefix}yx": (y * x).sum(), f"{prefix}xx": (x * x).sum(),
               f"{prefix}clusters": _one(clusters[f"{prefix}n"] > 0).sum()}
    return result


def _cluster_keys(passport: Passport, table: ir.Table, view: View) -> dict[str, Any]:
    result = {}
    for name in cluster_of(passport, view):
        if name == "day":
            result["cluster_day"] = (table.local / literal(86400)).floor().cast("int64")
        else:
            column = table.credited if name == "agent" else table[name]
            # A row without the cluster's id is alone: nothing says to whom it belongs.
            alone = ibis.literal("#") + table["case"] if "case" in table.columns else ibis.literal("#")
            result[f"cluster_{name}"] = ibis.coalesce(column.cast("string"), alone)
    return result


def _keys(view: View) -> list[str]:
    return [*(f"by_{name}" for name in view.by), "period_key"]


def _one(flag: Any) -> Any:
    return flag.ifelse(literal(1), literal(0))


def row_table(passport: Passport, view: View, extra: Sequence[str] = ()) -> ir.Table:
    """Return the rows behind a value: the grain's columns, the flags, ``value``, ``weight``, dimensions and period."""
    table = build(frame_of(passport), view, GRAINS[passport.grain].names)
    found = flags(passport, table)
    none = ibis.literal(None, "float64")
    number = found.value if found.value is not None else table.value if "value" in table.columns else none
    table = table.filter(found.candidate | found.excluded).mutate(
        in_numerator=found.in_numerator, in_denominator=found.in_denominator, excluded=found.excluded,
        immature=found.immature, credited_agent=table.credited, value=number.cast("float64"),
        weight=none if found.weight is None else found.weight.cast("float64"),
    )
    names = [*GRAINS[passport.grain].names, "in_numerator", "in_denominator", "excluded", "immature", "credited_agent"]
    names += [name for name in ("value", "weight") if name not in names]
    return table.select(*names, *_keys(view), *extra)
