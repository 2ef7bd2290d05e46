"""Customers that were merged or were given cases, and everything as before when that is taken back."""

import shutil
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from bihuan.engine.facts import freshness, importing, store
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.facts.identities import GIVEN, MERGED, load_identities, roots
from bihuan.engine.home import open_home
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import evaluate

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    home = open_home(tmp_path_factory.mktemp("brought") / "home")
    bring(home)
    return home


@pytest.fixture
def home(brought, tmp_path):
    """A copy of the workspace with what ``bring`` brings."""
    return open_home(shutil.copytree(brought.path, tmp_path / "home"))


def bring(home):
    """Four contacts on four days about one thing: two of K1, one of K2, one of a number that nobody knows."""
    cases = [
        {
            "id": f"t:{n}",
            "external_id": str(n),
            "customer": customer,
            "topic": "退款",
            "channel": "phone",
            "opened": DAY.replace(day=2 + n),
            "resolved_at": DAY.replace(day=2 + n, hour=10),
            "unit": "n1",
        }
        for n, customer in enumerate(["K1", "K2", "K1", "X9"])
    ]
    importing.import_rows(home, "cases", cases, source="t", actor="test")
    importing.import_rows(
        home,
        "answers",
        [
            {"id": "t:a1", "case": "t:1", "customer": "K2", "metric": "csat", "value": 4, "at": DAY.replace(day=4)},
            {"id": "t:a2", "customer": "K2", "metric": "csat", "value": 2, "at": DAY.replace(day=5)},
        ],
        source="t",
        actor="test",
    )


def link(home, *rows, undone=None):
    names = ("id", "kind", "case", "other")
    table = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    times = {"at": [DAY] * len(rows), "undone_at": pa.array([undone] * len(rows), pa.timestamp("us", tz="UTC"))}
    store.append(home, "links", pa.table({**table, **times}), actor="test")
    freshness.refresh(home)


def customers(home):
    with store.connect(home) as con:
        found = con.sql('SELECT "case", customer, next_contact_s FROM fact_case ORDER BY "case"').fetchall()
    return {case: (customer, gap) for case, customer, gap in found}


def everything(home):
    """Every fact, and numbers of cases, their neighbours and answers, to be compared with themselves."""
    names = ("contact_volume", "fcr", "csat_mean")
    with store.connect(home) as con:
        facts = {
            grain: sorted(map(str, con.sql(f"SELECT * FROM fact_{grain}").to_arrow_table().to_pylist()))
            for grain in GRAINS
        }
    return facts, evaluate(home, Query(names, by=("customer",))), evaluate(home, Query(names, period="day"))


def test_a_merge_changes_who_contacts_again_and_undo_brings_every_number_back(home):
    before = everything(home)
    # Each contact ended an hour after it began; K1's next is two days later, K2 has none.
    assert customers(home) == {"t:0": ("K1", 47 * 3600), "t:1": ("K2", None), "t:2": ("K1", None), "t:3": ("X9", None)}
    link(home, ("m1", MERGED, "K2", "K1"))
    assert customers(home) == {
        "t:0": ("K1", 23 * 3600),
        "t:1": ("K1", 23 * 3600),
        "t:2": ("K1", None),
        "t:3": ("X9", None),
    }
    assert everything(home) != before
    link(home, ("m1", MERGED, "K2", "K1"), undone=DAY)
    assert everything(home) == before


def test_the_middle_of_two_merges_may_be_undone(home):
    link(home, ("m1", MERGED, "X9", "K2"))
    after_one = everything(home)
    link(home, ("m2", MERGED, "K2", "K1"))
    assert {customer for customer, _ in customers(home).values()} == {"K1"}
    assert load_identities(home).all_numbers("K1") == ("K1", "K2", "X9")
    link(home, ("m2", MERGED, "K2", "K1"), undone=DAY)
    assert everything(home) == after_one
    assert customers(home)["t:3"] == ("K2", None)


def test_a_case_is_given_to_another_customer_who_is_then_merged(home):
    link(home, ("s1", GIVEN, "t:2", "K5"))
    assert customers(home)["t:2"] == ("K5", None)
    assert customers(home)["t:0"] == ("K1", None)
    link(home, ("m1", MERGED, "K5", "K2"))
    assert customers(home)["t:2"] == ("K2", None)
    assert customers(home)["t:1"] == ("K2", 23 * 3600)


def test_records_that_arrive_later_belong_to_the_merged_customer(home):
    link(home, ("m1", MERGED, "K2", "K1"))
    importing.import_rows(
        home,
        "cases",
        [{"id": "t:9", "external_id": "9", "customer": "K2", "topic": "退款", "opened": DAY.replace(day=20)}],
        source="t",
        actor="test",
    )
    assert customers(home)["t:9"] == ("K1", None)
    again = importing.import_rows(
        home,
        "cases",
        [{"id": "t:9", "external_id": "9", "customer": "K2", "topic": "退款", "opened": DAY.replace(day=20)}],
        source="t",
        actor="test",
    )
    assert again.unchanged == 1


def test_an_older_moment_knows_nothing_of_a_later_merge(home):
    moment = datetime.now(UTC)
    link(home, ("m1", MERGED, "K2", "K1"))
    assert load_identities(home, known_at=moment).numbers == {}
    with store.connect(home, known_at=moment) as con:
        assert con.sql("SELECT customer FROM cases WHERE id = 't:1'").fetchall() == [("K2",)]


def test_a_circle_of_merges_ends():
    assert roots([("a", "b"), ("b", "a")]) == {"a": "a", "b": "b"}
