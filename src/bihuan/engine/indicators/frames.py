"""The rows an indicator looks at before anything is counted: placed in units, filtered, with period and dimensions.

A ``Frame`` says which rows (grain, anchor, credit), a ``View`` how one question looks at them. Moments are slots: whole
numbers that stand in the SQL until the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from ..facts.grains import GRAINS
from .checking import fields_of, grain_kinds
from .compiling import condition, date_of, floor_divide, seconds
from .contracts import OTHERS, PEOPLE
from .grammar import parse
from .shape import END, PLACED, SINCE, START, UNTIL, Frame, View, check_view, dimensions_of
from .units import LEVELS, PLACES, STAYS

__all__ = ["Frame", "View", "build", "check_view", "raw_columns"]
SNAPSHOTS = {"moment_key": "int64", "moment": "int64"}


def build(frame: Frame, view: View, columns: Iterable[str]) -> ir.Table:
    """Return the rows with ``period_key``, ``by_<dimension>``, ``credited``, ``anchored`` (epoch s),
    ``local`` (the same on the zone's clock) and ``local_day`` (days since 1970 there) beside their own.

    Rows without an anchor, outside the bounds, the filter or the scope are gone. ``columns`` are what the caller reads;
    the others are left out, since compiling time grows with them.
    """
    table = _table(frame.grain, {*columns, *_own_columns(frame, view)})
    anchor = table[frame.anchor]
    within = [] if frame.snapshot else [anchor >= _moment(SINCE, anchor), anchor < _moment(UNTIL, anchor)]
    table = table.filter(anchor.notnull(), *within)
    table = table.mutate(anchored=seconds(table[frame.anchor]), credited=_credited(table, frame.credit))
    table = table.mutate(local=table.anchored + _offset(table.anchored, view.offsets))
    table = table.mutate(local_day=floor_divide(table.local, 86400))
    if frame.snapshot:
        table = _snapshots(table)
    else:
        table = table.filter((table.anchored >= ibis.literal(START, "int64"))
                             & (table.anchored < ibis.literal(END, "int64")))
    table = _place(table, frame, view)
    dimensions = _named(_dimensions(table, frame, view), view)
    keep = _scope(dimensions, view)
    if view.where:
        keep.append(condition(parse(view.where), {**_named(raw_columns(table, frame.grain), view), **dimensions}))
    added = {f"by_{name}": dimensions[name] for name in view.by}
    added["period_key"] = table.moment_key if frame.snapshot else _period_key(table, view)
    table = table.mutate(**added)
    return table.filter(keep) if keep else table


def _moment(slot: str, anchor: Any) -> Any:
    return ibis.literal(slot).cast(anchor.type())


def raw_columns(table: ir.Table, grain: str) -> dict[str, Any]:
    """Return the grain's own columns that are in the table."""
    return {name: table[name] for name in GRAINS[grain].names if name in table.columns}


def _named(columns: dict[str, Any], view: View) -> dict[str, Any]:
    """The columns as the asker may have them: who may not be named is one of the others, in groups and filters alike.

    What is counted looks at the columns themselves, so that no figure changes.
    """
    return {name: shown(column, view) if name in PEOPLE else column for name, column in columns.items()}


def shown(column: Any, view: View) -> Any:
    """Return a column of agents as the asker may have it."""
    if view.named is None:
        return column
    known = column.isin(sorted(view.named)) if view.named else ibis.literal(False)
    return ibis.cases((column.isnull(), ibis.literal(None, "string")), (known, column), else_=ibis.literal(OTHERS))


def _own_columns(frame: Frame, view: View) -> set[str]:
    needed = {frame.anchor, frame.credit, "agent", "unit", "case", *view.by}
    if frame.snapshot:
        needed |= {"resolved_at", "closed_at", "ended_at", "is_open"}
    return needed | fields_of(parse(view.where)) if view.where else needed


def _table(grain: str, columns: set[str]) -> ir.Table:
    plain = {"flag": "boolean", "text": "string", "time": "timestamp('UTC')"}
    kinds = grain_kinds(grain)
    schema = {field.name: plain.get(kinds[field.name]) or str(field.type).replace("double", "float64")
              for field in GRAINS[grain] if field.name in columns}
    return ibis.table(schema, name=f"fact_{grain}")


def _credited(table: ir.Table, credit: str) -> Any:
    """The credited agent; the row's own agent where the credited act did not happen, so that a failure has an owner."""
    if "agent" not in table.columns:
        return ibis.literal(None, "string")
    return table.agent if credit == "agent" else ibis.coalesce(table[credit], table.agent)


def _snapshots(table: ir.Table) -> ir.Table:
    """The rows that were open at each snapshot moment; a row stands once for every period at whose end it was open."""
    moments = ibis.table(SNAPSHOTS, name="bihuan_snapshots")
    ended = seconds(ibis.coalesce(table.resolved_at, table.closed_at, table.ended_at))
    open_then = (table.is_open.fill_null(False)) | (ended > moments.moment).fill_null(False)
    joined = table.join(moments, [table.anchored <= moments.moment, open_then])
    return joined.mutate(age_s=joined.moment - joined.anchored)


def _place(table: ir.Table, frame: Frame, view: View) -> ir.Table:
    """Add ``unit_``, ``team_`` ...: of the row's own unit when the tree knows it, else of the credited agent then."""
    where = fields_of(parse(view.where)) if view.where else set()
    wanted = {*view.by, *where} & set(PLACED) or view.units is not None
    if not wanted or not view.placed:
        return table
    own_unit = table.unit if "unit" in table.columns else ibis.literal(None, "string")
    table = table.mutate(own_unit=own_unit)
    places = ibis.table(_plain(PLACES), name="bihuan_places")
    own = places.rename({f"own_{name}": name for name in places.columns})
    table = table.join(own, [table.own_unit == own.own_place], how="left")
    stays = ibis.table(_plain(STAYS), name="bihuan_stays")
    moment = table.moment if frame.snapshot else table.anchored
    table = table.join(stays, [table.credited == stays.member, stays.since <= moment, stays.until > moment], how="left")
    known = table.own_place.notnull()
    unit = known.ifelse(table.own_unit, ibis.coalesce(table.home, table.own_unit))
    levels = {f"{level}_": known.ifelse(table[f"own_{level}"], table[f"home_{level}"]) for level in LEVELS}
    return table.mutate(unit_=unit, **levels)


def _plain(schema: Any) -> dict[str, str]:
    """An Arrow schema of texts and whole numbers in ibis's words."""
    return {field.name: str(field.type) for field in schema}


def _dimensions(table: ir.Table, frame: Frame, view: View) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in dimensions_of(frame.grain):
        if name == "agent":
            found[name] = table.credited
        elif name in PLACED:
            plain = table.unit if name == "unit" and "unit" in table.columns else ibis.literal(None, "string")
            found[name] = table[f"{name}_"] if f"{name}_" in table.columns else plain
        elif name in table.columns:
            found[name] = table[name]
    day = table.local_day
    found["hour"] = floor_divide(table.local - day * 86400, 3600)
    found["weekday"] = day + 4 - floor_divide(day + 3, 7) * 7  # 1970-01-01 was a Thursday; Monday is 1
    return found


def _scope(dimensions: Mapping[str, Any], view: View) -> list[Any]:
    keep = []
    for allowed, name in ((view.units, "unit"), (view.agents, "agent")):
        if allowed is None:
            continue
        inside = dimensions[name].isin(sorted(allowed)) if allowed and name in dimensions else ibis.literal(False)
        keep.append(inside.fill_null(False))
    return keep


def _offset(moment: Any, offsets: tuple[tuple[int, int], ...]) -> Any:
    result: Any = ibis.literal(offsets[0][1], "int64")
    branches = [(moment >= ibis.literal(since, "int64"), ibis.literal(offset, "int64"))
                for since, offset in reversed(offsets[1:])]
    return ibis.cases(*branches, else_=result) if branches else result


def _period_key(table: ir.Table, view: View) -> Any:
    if view.kind == "all":
        return ibis.literal(0, "int64")
    if view.kind == "day":
        return table.local_day
    if view.kind == "week":
        return floor_divide(table.local_day + 3, 7) * 7 - 3
    date = date_of(table.local_day.cast("int32"))
    year, month = date.year().cast("int64"), date.month().cast("int64") - 1
    if view.kind == "year":
        return year
    return year * 12 + month if view.kind == "month" else year * 4 + floor_divide(month, 3)
