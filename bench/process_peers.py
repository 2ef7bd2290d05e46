"""PM4Py and r4pm on the same events, in an environment of their own: ``python process_peers.py pm4py|r4pm EVENTS.csv``.

PM4Py is AGPL: it is measured here and never part of the product. Each prints the CPU seconds of loading the log and of
the directly-follows graph with the waits and the variants in memory, and the number of pairs found; PM4Py then those of
replaying the log against the procedure, and the number of cases that keep to it to the end.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

import sop


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def pm4py(path: str) -> tuple[float, float, int, float, int]:
    import pandas as pd

    with contextlib.redirect_stderr(io.StringIO()):  # an advertisement
        from pm4py.algo.conformance.tokenreplay import algorithm as replay
        from pm4py.algo.discovery.dfg import algorithm as follows
        from pm4py.objects.log.util import dataframe_utils
        from pm4py.statistics.variants.pandas import get as variants

    started = cpu()
    log = pd.read_csv(path, usecols=["case", "at", "activity"]).rename(
        columns={"case": "case:concept:name", "at": "time:timestamp", "activity": "concept:name"})
    log = dataframe_utils.convert_timestamp_columns_in_df(log, timest_columns=["time:timestamp"])
    log = log.sort_values(["case:concept:name", "time:timestamp"])
    loaded = cpu()
    pairs = follows.apply(log, variant=follows.Variants.FREQUENCY)
    for measure in ("median", "mean"):
        follows.apply(log, variant=follows.Variants.PERFORMANCE, parameters={"aggregationMeasure": measure})
    variants.get_variants_count(log)
    told = cpu()
    with contextlib.redirect_stderr(io.StringIO()):  # its progress
        replayed = replay.apply(log, *net())
    return loaded - started, told - loaded, len(pairs), cpu() - told, sum(one["trace_is_fit"] for one in replayed)


def net() -> tuple[Any, Any, Any]:
    """The procedure as PM4Py wants it: one transition a step in a row, a silent one beside those that may be left out."""
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    made = PetriNet("procedure")
    places = [PetriNet.Place(f"p{number}") for number in range(len(sop.STEPS) + 1)]
    made.places.update(places)
    for (name, optional), before, after in zip(sop.STEPS, places, places[1:]):
        for label in (name, None) if optional else (name,):
            step = PetriNet.Transition(f"{name} {label}", label)
            made.transitions.add(step)
            add_arc_from_to(before, step, made)
            add_arc_from_to(step, after, made)
    never = PetriNet.Place("never")     # PM4Py passes over activities that the net does not know; here they are breaches
    made.places.add(never)
    for name in sop.OUTSIDE:
        step = PetriNet.Transition(name, name)
        made.transitions.add(step)
        add_arc_from_to(never, step, made)
        add_arc_from_to(step, places[-1], made)
    return made, Marking({places[0]: 1}), Marking({places[-1]: 1})


def r4pm(path: str) -> tuple[float, float, int]:
    import polars as pl
    import r4pm as engine

    started = cpu()
    log = pl.read_csv(path, columns=["case", "at", "activity"]).rename(
        {"case": "case:concept:name", "at": "time:timestamp", "activity": "concept:name"})
    log = log.with_columns(pl.col("time:timestamp").str.to_datetime(time_zone="UTC"))
    item = engine.import_item_from_df("EventLog", log)
    loaded = cpu()
    found = engine.bindings.discover_dfg(item)  # its map alone: it has no waits
    return loaded - started, cpu() - loaded, len(found["directly_follows_relations"])


PEERS: dict[str, Callable[[str], tuple[float, ...]]] = {"pm4py": pm4py, "r4pm": r4pm}

if __name__ == "__main__":
    print(*PEERS[sys.argv[1]](sys.argv[2]), flush=True)
    os._exit(0)  # PM4Py prints another at the end
