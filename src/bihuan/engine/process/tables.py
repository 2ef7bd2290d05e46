"""The process tables as Ibis expressions: one definition that DuckDB, PostgreSQL and Spark all run."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from ..facts.schema import COUNT, EVENT_KINDS, FLAG, NOT_DONE, NUMBER, TABLES, TEXT, TIME

IBIS_TYPES = {TEXT: "string", TIME: "timestamp('UTC')", COUNT: "int64", NUMBER: "float64", FLAG: "boolean"}


def events_table() -> ir.Table:
    """Return the unbound table ``events`` with the columns of the source table."""
    return ibis.table({field.name: IBIS_TYPES[field.type] for field in TABLES["events"].schema}, name="events")


def counted_events(events: ir.Table) -> ir.Table:
    """Keep the events that count: a source's logged ones if it has any, else those made of its time stamps."""
    logged = (events.origin.fill_null("log") == "log").cast("int64")
    done = events.filter(events.activity.notin(NOT_DONE))
    marked = done.mutate(is_log=logged, from_source=events.source.fill_null(""))
    sources = marked.group_by("from_source").aggregate(log_events=marked.is_log.sum())
    joined = marked.join(sources, "from_source")
    return joined.filter((joined.is_log == 1) | (joined.log_events == 0))


def directly_follows(events: ir.Table) -> ir.Table:
    """Return an expression with columns ``source_activity``, ``target_activity``, ``count``, ``total_s``.

    ``total_s`` is the sum of whole wall-clock seconds between the two events. The order inside a case is time, seq,
    kind, activity, as in the NumPy index.
    """
    counted = counted_events(events)
    ranks = [(counted.kind == kind, ibis.literal(place, "int64")) for place, kind in enumerate(EVENT_KINDS)]
    counted = counted.mutate(
        place=counted.seq.fill_null(0), second=counted.at.epoch_seconds(),
        rank=ibis.cases(*ranks, else_=ibis.literal(len(EVENT_KINDS), "int64")),
    )
    window = ibis.window(group_by="case", order_by=["at", "place", "rank", "activity"])
    steps = counted.select(
        source_activity=counted.activity,
        target_activity=counted.activity.lead().over(window),
        waited_s=counted.second.lead().over(window) - counted.second,
    )
    steps = steps.filter(steps.target_activity.notnull())
    return steps.group_by(["source_activity", "target_activity"]).aggregate(
        count=steps.count(), total_s=steps.waited_s.sum(),
    )


def rework_loops(events: ir.Table) -> ir.Table:
    """Return an expression with columns ``activity`` and ``loops``: how often it directly followed itself."""
    pairs = directly_follows(events)
    loops = pairs.filter(pairs.source_activity == pairs.target_activity)
    return loops.select(activity=loops.source_activity, loops=loops["count"])


def case_throughput(events: ir.Table) -> ir.Table:
    """Return an expression with columns ``case``, ``events`` and ``seconds`` from the first to the last event."""
    counted = counted_events(events)
    return counted.group_by("case").aggregate(
        events=counted.count(), seconds=counted.at.max().epoch_seconds() - counted.at.min().epoch_seconds(),
    )
