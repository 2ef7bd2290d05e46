"""Churn and cost of some cases, added up by hand."""

from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest

from bihuan.engine.findings.impact import cost_of, left_since

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute("""
        CREATE TABLE cases AS SELECT * FROM (VALUES ('1', 'A'), ('2', 'A'), ('3', 'B'), ('4', 'C'), ('5', NULL))
            t(id, customer);
        CREATE TABLE fact_case AS SELECT * FROM (VALUES ('1', 600), ('2', 1200), ('3', NULL)) t("case", handle_s);
        CREATE TABLE concessions AS SELECT * FROM (VALUES ('1', 30.0, NULL), ('3', 50.0, 'CNY'), ('3', 9.0, 'USD'))
            t("case", amount, currency);
        CREATE TABLE customer_history AS
            SELECT customer, attribute, '已销户' AS value, valid_from::TIMESTAMPTZ AS valid_from
            FROM (VALUES ('A', '状态', '2026-02-01'), ('B', '状态', '2025-02-01'), ('C', '等级', '2026-02-01'))
            t(customer, attribute, valid_from)""")
    return con


def test_who_left_is_counted_once_and_only_from_the_start_on(con):
    """Customers A, B, C; A left in the span, B before it, C's is another attribute: one of three."""
    told = left_since(con, pa.array(["1", "2", "3", "4", "5"]), START, "状态", ("已销户",))
    assert (told.value, told.n) == (pytest.approx(1 / 3), 3)
    assert left_since(con, pa.array(["1"]), START, "会员", ("退会",)).value is None


def test_a_case_costs_its_worked_time_and_what_was_paid(con):
    """Worked 15 minutes on average at 60 yuan an hour, and 80 yuan over four cases: 15 + 20. Dollars are left out."""
    cases = pa.array(["1", "2", "3", "4"])
    told = cost_of(con, cases, 60.0)
    assert (told.value, told.n) == (35.0, 2)
    assert (cost_of(con, cases, None).value, cost_of(con, cases, None).n) == (20.0, 4)
    assert cost_of(con, pa.array(["4"]), 60.0).value is None
