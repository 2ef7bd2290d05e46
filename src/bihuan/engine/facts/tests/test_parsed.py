"""Statements are parsed once for all connections and threads."""

from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from bihuan.engine.facts import parsed as keeping
from bihuan.engine.facts.lazily import lazily
from bihuan.engine.facts.parsed import parsed


def test_a_text_is_parsed_once_and_runs_on_every_connection_with_its_own_rows():
    text = "SELECT a + ? FROM t"
    engines = [duckdb.connect() for _ in range(4)]
    for number, engine in enumerate(engines):
        engine.execute(f"CREATE TABLE t AS SELECT {number} AS a")
    assert parsed(engines[0], text) is parsed(engines[1], text)

    def ask(number):
        con = engines[number % 4].cursor()
        return [lazily(con, {}).execute(text, [given]).fetchall()[0][0] for given in range(20)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [[number % 4 + given for given in range(20)] for number in range(8)]


def test_several_statements_and_none_go_on_as_they_are_and_few_are_kept(monkeypatch):
    con = duckdb.connect()
    assert [parsed(con, text) for text in ("", "SELECT 1; SELECT 2")] == ["", "SELECT 1; SELECT 2"]
    assert lazily(con, {}).execute("SELECT 1; SELECT 2").fetchall() == [(2,)]
    long = f"SELECT '{'x' * keeping.LONGEST}'"
    assert parsed(con, long) is long, "what lists many values is not kept"
    monkeypatch.setattr(keeping, "_kept", {})
    monkeypatch.setattr(keeping, "KEPT", 2)
    first = parsed(con, "SELECT 1")
    parsed(con, "SELECT 2")
    assert parsed(con, "SELECT 1") is first, "what is asked again stays"
    parsed(con, "SELECT 3")
    assert list(keeping._kept) == ["SELECT 1", "SELECT 3"]


def test_a_text_that_cannot_be_parsed_is_told_as_before():
    with pytest.raises(duckdb.ParserException):
        lazily(duckdb.connect(), {}).execute("SELEC 1")
