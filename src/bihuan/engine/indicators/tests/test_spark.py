"""Every passport gives equal numbers on DuckDB and on a Spark cluster of its own."""

import pytest

from bihuan.engine.indicators.contracts import EVERYTHING, Query, Scope
from bihuan.engine.indicators.diff import diff_on
from bihuan.engine.indicators.evaluate import Session, evaluate_on
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.indicators.rows import rows_on
from bihuan.engine.indicators.spark import spark_executor
from bihuan.engine.indicators.tests.company import session
from bihuan.engine.indicators.tests.population import crowd

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def both():
    """(DuckDB session, Spark session) over the same facts; Spark as a cluster of one worker process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIHUAN_SPARK_MASTER", "local-cluster[1,1,1024]")
        connection = crowd()
        duck = session(connection)
        with spark_executor(connection) as executor:
            # A few hundred rows: compiling each query to bytecode would take most of the time.
            executor.session.conf.set("spark.sql.codegen.wholeStage", "false")
            executor.session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            yield duck, Session(executor, duck.as_of, duck.zone, duck.tree)
            executor.session.stop()


SOME = ("contact_volume", "fcr", "resolution_cycle_median", "csat", "backlog_age")
QUESTIONS = [
    (Query(period="month", by=("channel",)), Scope(units=("Z1",), minimum_n=5)),
    (Query(SOME, period="week"), EVERYTHING), (Query(SOME, period="day"), EVERYTHING),
    (Query(SOME, period="quarter"), EVERYTHING), (Query(SOME[:4], period="2024-02", by=("team", "agent")), EVERYTHING),
    (Query(SOME[:4], by=("hour", "weekday")), EVERYTHING),
    (Query(SOME, by=("centre",), where='channel in ("phone", online) or channel is null'), EVERYTHING),
]


@pytest.mark.parametrize(("query", "scope"), QUESTIONS, ids=str)
def test_engines_agree_on_every_passport(both, query, scope):
    passports = [shipped()[name] for name in query.indicators] or list(shipped().values())
    duck, spark = (evaluate_on(here, passports, query, scope) for here in both)
    assert [(r.indicator, r.period, r.group) for r in duck] == [(r.indicator, r.period, r.group) for r in spark]
    for ours, theirs in zip(duck, spark):
        assert _numbers(ours) == pytest.approx(_numbers(theirs), rel=1e-9, nan_ok=True), ours.indicator


def _numbers(result):
    parts = (result.value, result.n, result.low, result.high, result.immature, result.open_count, result.km_median,
             result.band, result.numerator)
    return [float("nan") if part is None else float(part) for part in parts]


@pytest.mark.parametrize("name", ["fcr", "occupancy", "backlog_age"])
def test_engines_agree_on_the_rows(both, name):
    duck, spark = (rows_on(here, shipped()[name], Query((name,)), EVERYTHING) for here in both)
    columns = [c for c in ("case", "agent", "value", "in_numerator", "in_denominator") if c in duck.column_names]
    assert sorted(map(str, duck.select(columns).to_pylist())) == sorted(map(str, spark.select(columns).to_pylist()))


def test_engines_agree_on_a_definition_diff(both):
    duck, spark = (diff_on(here, shipped()["fcr"], shipped()["fcr_touch"], Query(), EVERYTHING, limit=None)
                   for here in both)
    assert duck.cases == spark.cases > 0
    assert sorted(duck.rows["case"].to_pylist()) == sorted(spark.rows["case"].to_pylist())
