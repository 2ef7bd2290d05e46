"""The Ibis definitions give on each engine what the NumPy index gives."""

import ibis
import pyarrow.parquet as pq
import pytest

from bihuan.engine.process import tables
from bihuan.engine.process.graph import find_edges, wall_seconds
from bihuan.engine.process.log import build_index, read_events
from bihuan.engine.process.measures import rework, throughput
from bihuan.engine.process.tests.logs import database, event

PATHS = {
    "1": ["受理", "派单", "派单", "处理", "办结"], "2": ["受理", "派单", "处理", "退回", "派单", "处理", "办结"],
    "3": ["受理"], "4": ["受理", "处理", "办结", "办结"],
}
ROWS = [
    event(case, 7 * (place // 2) + int(case), activity)   # two events share a minute: the tie is broken by seq
    for case, path in PATHS.items() for place, activity in enumerate(path)
] + [event("1", 3, "opened", origin="stamp"), event("9", 0, "opened", origin="stamp", source="old"),
     event("9", 5, "abandoned", kind="abandoned", origin="stamp", source="old", seq=None),
     event("9", 5, "queued", kind="queued", origin="stamp", source="old", seq=None),
     event("9", 5, "closed", origin="stamp", source="old")]


def edges_of_index():
    edges = find_edges(build_index(read_events(database(ROWS))), seconds=wall_seconds)
    return sorted((e["from"], e["to"], e["count"], round(e["mean_s"] * e["count"])) for e in edges)


def on_duckdb(expression):
    return database(ROWS).sql(ibis.to_sql(expression, dialect="duckdb")).fetchall()


def test_directly_follows_on_duckdb_equals_the_index():
    found = on_duckdb(tables.directly_follows(tables.events_table()))
    assert sorted((a, b, n, int(s)) for a, b, n, s in found) == edges_of_index()


def test_loops_and_throughput_on_duckdb_equal_the_index():
    index = build_index(read_events(database(ROWS)))
    assert on_duckdb(tables.rework_loops(tables.events_table())) and sorted(
        on_duckdb(tables.rework_loops(tables.events_table()))
    ) == sorted((row["activity"], row["loops"]) for row in rework(index) if row["loops"])
    seconds = [row[2] for row in on_duckdb(tables.case_throughput(tables.events_table()))]
    assert sum(seconds) / len(seconds) == throughput(index)["mean_s"]


@pytest.mark.spark
def test_directly_follows_on_spark_equals_the_index(tmp_path):
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]").appName("process-tables")
        .config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    )
    try:
        pq.write_table(database(ROWS).sql("select * from events").to_arrow_table(), tmp_path / "events.parquet")
        spark.read.parquet(str(tmp_path / "events.parquet")).createOrReplaceTempView("events")
        rows = spark.sql(ibis.to_sql(tables.directly_follows(tables.events_table()), dialect="pyspark")).collect()
        assert sorted((a, b, n, int(s)) for a, b, n, s in rows) == edges_of_index()
    finally:
        spark.stop()
