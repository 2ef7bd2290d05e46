"""PM4Py and r4pm on the same events, in an environment of their own: ``python process_peers.py pm4py|r4pm EVENTS.csv``.

PM4Py is AGPL: it is measured here and never part of the product. Each prints the CPU seconds of loading the log and of
the directly-follows graph with the waits and the variants in memory, and the number of pairs found.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import sys
from collections.abc import Callable


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def pm4py(path: str) -> tuple[float, float, int]:
    import pandas as pd

    with contextlib.redirect_stderr(io.StringIO()):  # an advertisement
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
    return loaded - started, cpu() - loaded, len(pairs)


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


PEERS: dict[str, Callable[[str], tuple[float, float, int]]] = {"pm4py": pm4py, "r4pm": r4pm}

if __name__ == "__main__":
    print(*PEERS[sys.argv[1]](sys.argv[2]), flush=True)
    os._exit(0)  # PM4Py prints another at the end
