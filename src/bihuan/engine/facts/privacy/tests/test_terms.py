"""When a term ends, names of customers go with their texts as in a deletion on request; those of the company stay."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from bihuan.engine.facts import derive, journal, retention, store
from bihuan.engine.facts.derive.tests.cases import append, facts
from bihuan.engine.facts.importing import undo
from bihuan.engine.facts.privacy import forgetting
from bihuan.engine.facts.privacy.leaks import files_with
from bihuan.engine.home import open_home

OLD, NEW = datetime(2024, 3, 4, 2, tzinfo=UTC), datetime(2026, 3, 4, 2, tzinfo=UTC)
TERM = datetime(2025, 1, 1, tzinfo=UTC)
CASES = [{"id": "s:1", "external_id": "1", "customer": "K1", "opened": OLD, "agent": "B7"},
         {"id": "s:2", "external_id": "2", "customer": "K2", "opened": NEW}]
# (case, at, sender, kind): a customer by kind, and of no kind the register's by name, a case's agent, nobody's.
SAID = [("s:1", OLD, "诸葛小亮", "customer"), ("s:1", OLD, "赵六", None), ("s:1", OLD, "王 敏", None), ("s:1", OLD, "B7", None),
        ("s:1", OLD, "李七", "agent"), ("s:2", NEW, "赵六", None), ("s:2", NEW, "上官小花", "customer")]
MESSAGES = [{"case": case, "at": at + timedelta(minutes=seq), "seq": seq, "sender": sender, "sender_kind": kind, "text": "好"}
            for seq, (case, at, sender, kind) in enumerate(SAID)]
LEFT = [None, None, "A1", "B7", "李七", "赵六", "上官小花"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    home = open_home(tmp_path_factory.mktemp("terms") / "home")
    append(home, agents=[{"id": "A1", "name": "王敏"}], cases=CASES, messages=MESSAGES,
           events=[{"id": f"e{at}", "case": "s:1", "at": OLD, "activity": "备注", "kind": "note", "actor": name,
                    "actor_kind": kind} for at, (name, kind) in enumerate((("诸葛小亮", "customer"), ("赵六", None), ("王敏", None)))])
    derive.refresh(home)
    return home


@pytest.fixture
def told(built, tmp_path):
    return open_home(shutil.copytree(built.path, tmp_path / "told"))


def expire(home, kind, before=TERM):
    return [one for done in retention.expire(home, kind, before) for one in done.ids]


def senders(home):
    with store.connect(home) as con:
        return [name for (name,) in con.sql("SELECT sender FROM messages ORDER BY seq").fetchall()]


def test_names_of_customers_go_with_the_term_and_those_of_the_company_stay(told):
    assert retention.strangers(told, "messages", TERM) == retention.strangers(told, "events", TERM) == ["赵六"]
    assert retention.due(told, "messages", TERM) == 5
    ids = expire(told, "messages")
    assert len(ids) == 5 and retention.due(told, "messages", TERM) == 0 == len(expire(told, "messages"))
    assert senders(told) == LEFT
    assert retention.due(told, "events", TERM) == 2 == len(expire(told, "events"))
    with store.connect(told) as con:
        assert con.sql("SELECT actor FROM events ORDER BY id").fetchall() == [(None,), (None,), ("A1",)]
    assert files_with(told.path, "诸葛小亮") == []


def test_facts_name_nobody_any_more_whom_the_rows_do_not_name(told):
    assert [row["responder"] for row in facts(told)] == ["赵六", "赵六"]
    expire(told, "messages")
    after = facts(told)
    assert [row["responder"] for row in after] == [None, "赵六"]
    derive.refresh(told)
    assert facts(told) == after, "computed for the touched cases as for all"


def test_the_same_file_brings_the_names_until_the_next_run_and_no_row_twice(told):
    with store.connect(told) as con:
        known = con.sql("SELECT id FROM messages ORDER BY 1").fetchall()
    expire(told, "messages")
    append(told, messages=MESSAGES)
    with store.connect(told) as con:
        assert con.sql("SELECT id FROM messages ORDER BY 1").fetchall() == known
    expire(told, "messages")
    assert senders(told) == LEFT


def test_what_an_undone_batch_had_replaced_names_nobody_either(told):
    append(told, messages=[row | {"text": "改"} | {"id": "m1"} for row in MESSAGES[:1]])
    (batch,) = append(told, messages=[MESSAGES[0] | {"id": "m1", "sender": "诸葛大亮"}])
    expire(told, "messages")
    undo(told, batch, actor="test")
    assert "诸葛小亮" not in senders(told) and files_with(told.path / "lake", "诸葛大亮") == []
    assert next(one.state for one in journal.batches(told) if one.id == batch) == "undone"


def test_a_customer_of_whom_nothing_is_heard_is_named_in_no_old_conversation(told):
    append(told, customers=[{"id": "K1", "name": "诸葛小亮", "since": OLD}, {"id": "K2", "name": "上官小花", "since": OLD}])
    done = list(retention.expire(told, "customers", TERM))
    assert {one.table: len(one.ids) for one in done if one.ids} == {"customers": 1, "messages": 2, "events": 2}
    assert senders(told) == LEFT
    with store.connect(told) as con:
        assert con.sql("SELECT count(text) FROM messages").fetchall() == [(7,)], "the texts have a term of their own"


def test_a_run_that_was_killed_before_the_facts_is_made_up_for(told, monkeypatch):
    monkeypatch.setattr(forgetting.derive, "refresh", lambda *_args, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        expire(told, "messages")
    monkeypatch.undo()
    assert facts(told)[0]["responder"] == "赵六"
    assert expire(told, "messages") == [] and facts(told)[0]["responder"] is None
