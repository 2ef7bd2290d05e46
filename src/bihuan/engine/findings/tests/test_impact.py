"""Churn and cost of some cases, added up by hand."""

from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest
from statsmodels.stats.proportion import proportion_confint

from bihuan.engine.findings.impact import cost_of, left_after

REACHED = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute("""
        CREATE TABLE cases AS SELECT id, customer, opened::TIMESTAMPTZ AS opened FROM (VALUES
            ('1', 'A', '2026-01-05'), ('2', 'A', '2026-01-20'), ('3', 'B', '2026-01-06'), ('4', 'C', '2026-01-07'),
            ('5', NULL, '2026-01-08'), ('6', 'D', '2026-01-09'), ('7', 'E', '2026-05-01')) t(id, customer, opened);
        CREATE TABLE fact_case AS SELECT * FROM (VALUES ('1', 600), ('2', 1200), ('3', NULL)) t("case", handle_s);
        CREATE TABLE concessions AS SELECT * FROM (VALUES ('1', 30.0, NULL), ('3', 50.0, 'CNY'), ('1', 9.0, 'USD'))
            t("case", amount, currency);
        CREATE TABLE customer_history AS
            SELECT customer, attribute, '已销户' AS value, valid_from::TIMESTAMPTZ AS valid_from
            FROM (VALUES ('A', '状态', '2026-02-01'), ('B', '状态', '2025-02-01'), ('C', '等级', '2026-02-01'),
                         ('D', '状态', '2026-05-20'), ('E', '状态', '2026-05-09'))
            t(customer, attribute, valid_from)""")
    return con


def test_who_left_within_ninety_days_of_a_case_is_counted_once(con):
    """A left 27 days after the first case; B was gone before it; C never; D after 131 days; E is not watched long
    enough: one of A, C and D. Wilson's interval of 1 of 3 (statsmodels' proportion_confint)."""
    told = left_after(con, pa.array([str(at) for at in range(1, 8)]), REACHED, "状态", ("已销户",))
    assert (told.value, told.n, told.immature) == (pytest.approx(1 / 3), 3, 1)
    assert (told.low, told.high) == pytest.approx(proportion_confint(1, 3, method="wilson"))
    assert left_after(con, pa.array(["7"]), REACHED, "状态", ("已销户",)).value is None
    assert left_after(con, pa.array(["1"]), REACHED, "会员", ("退会",)).value is None


def test_a_case_costs_its_worked_time_and_what_was_paid_where_work_is_recorded(con):
    """Two cases record 15 minutes on average at 60 yuan an hour, and 30 yuan were paid on them: 15 + 15. Dollars are
    left out, and so is what was paid on a case without recorded work."""
    cases = pa.array(["1", "2", "3", "4"])
    told = cost_of(con, cases, 60.0)
    assert (told.value, told.n) == (30.0, 2)
    assert (cost_of(con, cases, None).value, cost_of(con, cases, None).n) == (20.0, 4)
    assert cost_of(con, pa.array(["3", "4"]), 60.0).value is None
