"""What differs from question to question is filled in when it runs; what stands in a text stays a text."""

import pytest

from bihuan.engine.indicators import compiled, kept
from bihuan.engine.indicators.contracts import EVERYTHING, Query, Scope
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.indicators.periods import FOREVER
from bihuan.engine.indicators.rows import rows_on
from bihuan.engine.indicators.shape import SINCE
from bihuan.engine.indicators.slots import filled, lifted
from bihuan.engine.indicators.tests.company import ask, case, connection, session

NAMES = ("o'clock", "a\\b", "⟦units 0⟧", "⟦where 1⟧", "9111111111111101", "东", "⟦text 0⟧")


@pytest.fixture(scope="module")
def company():
    rows = [case(number, "2024-03-01 10:00", topic=topic, unit="T1") for number, topic in enumerate(NAMES)]
    return connection([{"id": name, "name": name, "parent": None, "kind": "team"} for name in ("T1", "T2", "O'Brien")],
                      case=[*rows, *rows[:1]])


@pytest.fixture
def compilations(monkeypatch):
    """The queries that were compiled, nothing being kept from before."""
    made: list[str] = []
    to_sql = compiled.to_sql
    monkeypatch.setattr(compiled, "_cache", compiled.OrderedDict())
    monkeypatch.setattr(kept, "_folder", None)
    monkeypatch.setattr(compiled, "to_sql", lambda expression, dialect: made.append(dialect) or to_sql(
        expression, dialect))
    return made


def test_a_text_in_a_filter_is_that_text_and_compiled_once_for_all(company, compilations):
    found = {name: ask(company, "contact_volume", where=f'topic = "{name}"')[0].n for name in NAMES}
    assert found == {name: 2 if name == "o'clock" else 1 for name in NAMES}
    assert len(compilations) == 1


def test_several_texts_keep_their_places(company):
    where = 'topic in ("⟦where 1⟧", "东") or (topic != "a\\b" and topic = "⟦where 0⟧")'
    assert ask(company, "contact_volume", where=where)[0].n == 2


def test_lists_of_any_length_share_a_query(company, compilations):
    found = [ask(company, "contact_volume", where=f"topic {words}")[0].n for words in (
        'in ("东")', 'in ("东", "a\\b", "o\'clock")', 'in (“东”, "⟦where 0⟧")')]
    assert found == [1, 4, 1]
    assert len(compilations) == 1
    assert ask(company, "contact_volume", where='topic not in ("东", 5, "a\\b", "o\'clock")')[0].n == 4


def test_scopes_of_any_size_share_a_query(company, compilations):
    seen = [ask(company, "contact_volume", scope=Scope(units=units))[0].n
            for units in (("T1",), ("T2", "O'Brien", "T1"), ("T2", "⟦text 0⟧"))]
    assert seen == [8, 8, 0]
    assert len(compilations) == 1


def test_a_group_and_a_filter_are_filled_at_once(company):
    table = rows_on(session(company), shipped()["contact_volume"], Query(where='topic != "⟦text 0⟧"'), EVERYTHING,
                    group={"topic": "⟦where 0⟧"})
    assert table.num_rows == 0
    table = rows_on(session(company), shipped()["contact_volume"], Query(where='topic != "x"'), EVERYTHING,
                    group={"topic": "⟦text 0⟧"})
    assert table["topic"].to_pylist() == ["⟦text 0⟧"]


def test_each_dialect_escapes_its_own_way():
    from bihuan.engine.indicators.shape import View

    view = View("all", (), "topic = \"a'b\\c\"", None, frozenset({"n'1", "n2"}), False, ((0, 28800),))
    sql = f"x = '{lifted(view).where[9:-1]}' AND y IN ('{min(lifted(view).agents)}')"
    assert filled(sql, view, (), "duckdb") == "x = 'a''b\\c' AND y IN ('n''1', 'n2')"
    assert filled(sql, view, (), "pyspark") == "x = 'a\\'b\\\\c' AND y IN ('n\\'1', 'n2')"


@pytest.mark.parametrize("second, told", [
    (1_704_067_200, "2024-01-01 00:00:00+00:00"), (FOREVER, "9999-12-31 23:59:59.999999+00:00"),
    (-FOREVER, "0001-01-01 00:00:00+00:00")])
def test_bounds_stand_as_moments_too_so_that_a_file_of_other_rows_is_skipped(second, told):
    assert compiled.at_moments(f"t >= '{SINCE}'", as_of=0, start=second, end=0) == f"t >= '{told}'"
