"""Dialogues as plain text, rows of a table that go through a reader, records that become rows of another table."""

import pytest

from bihuan.engine.facts import presets
from bihuan.engine.facts.importing import import_file, sniff

from .files import rows, written

pytestmark = pytest.mark.usefixtures("without_facts")
SAID = ["USER\tIs it open?\tAsk\t3,2\nSYSTEM\tUntil six.\t\t\nUSER\tOVERALL\t\t4,3\n",
        "客户：退款\n客服：好的\n", "User: hi\nAgent: hello\n"]


def test_the_same_dialogues_in_another_order_and_encoding_bring_nothing_twice(home, tmp_path):
    first = import_file(home, written(tmp_path, "t.txt", "\n".join(SAID)))
    assert (first.read, first.accepted, first.mapping) == (3, 3, "dialogues")
    other = tmp_path / "t.txt"
    other.write_bytes("\n".join(reversed(SAID[:2])).encode("gb18030"))
    again = import_file(home, other)
    assert (again.read, again.unchanged) == (2, 2)
    assert rows(home, "SELECT value FROM answers ORDER BY value") == [(2.5,), (3.5,)]


def test_a_list_of_dialogues_in_an_object_is_read(home, tmp_path):
    told = import_file(home, written(tmp_path, "d.json", '{"count": 1, "data": [{"id": 7, "turns": '
                                                         '[{"user": "hi", "system": "hello"}]}]}'))
    assert (told.mapping, told.accepted, told.tables["messages"]["accepted"]) == ("dialogues", 1, 2)


def test_a_line_that_nobody_speaks_is_rejected_and_a_torn_prefix_too(home, tmp_path):
    told = import_file(home, written(tmp_path, "t.txt", "…\n" + SAID[0] * 3))
    assert [(cell.row, cell.code) for cell in told.cells] == [(1, "no_speaker")]
    assert (told.read, told.accepted, told.quarantined) == (2, 1, 1)
    prefixes = "['a|||b', 'c|||d\n['a|||b', 'c|||']\t[1, 2]\t2\n['x|||y', 'z|||']\t[1, 2]\t0\n"
    told = import_file(home, written(tmp_path, "p.txt", prefixes))
    assert [(cell.row, cell.code) for cell in told.cells] == [(1, "broken_prefix")]
    assert (told.read, told.accepted, told.quarantined) == (3, 2, 1)


def test_a_bad_row_of_a_table_with_a_reader_is_named_and_comes_back_in_its_file(home, tmp_path):
    head = "chat_id,created_at,actor_id,chat_index,message,type\n"
    told = import_file(home, written(tmp_path, "c.csv", f"{head}1,someday,5,0,hi,ChatMessage\n"
                                                        "1,2024-03-01 01:00:00,agent:7,1,hello,ChatMessage\n"))
    assert (told.mapping, told.accepted, [(cell.row, cell.column) for cell in told.cells]) == (
        "zendesk_chat_events", 1, [(2, "created_at")])
    file = home.path / told.rejected_file
    file.write_text(file.read_text(encoding="utf-8-sig").replace("someday", "2024-03-01 00:59:00"), encoding="utf-8")
    assert import_file(home, file).accepted == 1
    said = rows(home, 'SELECT sender_kind, text FROM messages ORDER BY "at"')
    assert said == [("customer", "hi"), ("agent", "hello")]


def test_a_reader_knows_its_columns_and_words_in_any_case_and_with_blanks_around(home, tmp_path):
    """A head like "Chat ID" made no record at all, and "ChatMessage " no message, without a word."""
    told = import_file(home, written(tmp_path, "c.csv", "Chat ID, Created At,ACTOR_ID,chat_index,Message,Type\n"
                                                        "1, 2024-03-01 01:00:00 ,5,0,hi, ChatMessage \n"))
    assert (told.mapping, told.read, told.accepted) == ("zendesk_chat_events", 1, 1)
    assert rows(home, "SELECT sender_kind, text FROM messages") == [("customer", "hi")]


def test_lists_of_settings_are_not_taken_for_cases(home, tmp_path):
    """They have numbers and times of creation as cases have, and nothing that only cases have."""
    for head in ("id,action,actor_id,created_at,source_type", "id,name,external_id,created_at,notes"):
        assert sniff(home, written(tmp_path, "s.csv", f"{head}\n{'1,' * head.count(',')}x\n")).preset is None
    assert presets.likely(home, "csv", ["工单编号", "创建时间"])[0] == ("cases", 1.0)
