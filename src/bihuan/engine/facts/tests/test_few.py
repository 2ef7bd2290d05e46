"""Few rows come as Arrow, as the engine's own way gives them."""

from datetime import UTC, datetime

import duckdb

from bihuan.engine.facts.few import few
from bihuan.engine.facts.lazily import lazily

QUESTION = "SELECT a, a / 2.0 AS half, [a, a] AS both, TIMESTAMPTZ '2026-03-01 08:00:00+08' AS at FROM t WHERE a > ?"


def test_it_gives_the_table_that_the_relation_gives():
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute("CREATE TABLE t AS SELECT unnest([1, 2, NULL, 3]) AS a")
    found = few(lazily(con, {}), QUESTION, [1])
    assert found.equals(con.sql(QUESTION, params=[1]).to_arrow_table())
    assert found["at"][0].as_py() == datetime(2026, 3, 1, tzinfo=UTC)
    assert few(con, "SELECT a FROM t WHERE a > 9").num_rows == 0
