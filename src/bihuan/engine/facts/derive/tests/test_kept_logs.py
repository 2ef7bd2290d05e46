"""What a file of events shows is kept, and says the same as looking through all rows."""

import pytest

from bihuan.engine.facts import compaction, journal, store
from bihuan.engine.facts.derive import logs
from bihuan.engine.home import open_home

from .cases import append, at, case, events


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


def kept(home) -> set[tuple]:
    return told(home, lambda con: logs.recall_logs(home, con))


def read(home) -> set[tuple]:
    return told(home, logs.look_through)


def told(home, find) -> set[tuple]:
    con = store.connect(home)
    find(con)
    return set(con.execute("SELECT * FROM logs").fetchall())


def test_each_file_is_looked_through_once_and_an_undone_batch_counts_no_more(home, monkeypatch):
    monkeypatch.setattr(compaction, "MANY", 3)
    asked, ask = [], logs._ask

    def counted(con, query):
        asked.append(query)
        return ask(con, query)

    monkeypatch.setattr(logs, "_ask", counted)
    message = {"id": "m", "case": "c", "at": at(3), "sender_kind": "agent"}
    append(home, cases=[case("c")], events=events("c", "1 responded agent:ann"), messages=[message])
    (batch,) = append(home, events=events("c2", "5 abandoned stamp", "6 closed"))
    for looked in (3, 3):
        assert kept(home) == read(home) and len(asked) == looked
    journal.undone(home, batch, actor="test")
    assert kept(home) == read(home) and len(asked) == 3 and len(read(home)) == 2
    append(home, events=events("c3", "7 resolved bot:b"))     # two files are put into one that holds the undone rows
    assert kept(home) == read(home) and len(read(home)) == 3
    append(home, events=[events("c3", "7 resolved bot:b")[0] | {"kind": "closed"}])
    assert kept(home) == read(home) and len(asked) > 4     # a row was replaced: all are looked through
