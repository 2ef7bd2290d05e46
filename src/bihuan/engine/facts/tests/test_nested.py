"""JSON and JSON lines: records and the lists inside them."""

import json

import pytest

from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import import_file, sniff
from bihuan.engine.facts.mapping import parse

from .files import rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

CHATS = [
    {"id": "c1", "opened": "2024-03-01T09:00:00+08:00", "customer": {"id": "u1", "tier": "gold"},
     "turns": [{"sender": "user", "at": "2024-03-01 09:00:10", "utterances": [{"text": "hello"}, {"text": "help"}]},
               {"sender": "agent", "at": "2024-03-01 09:01:00", "utterances": [{"text": "sure"}]}]},
    {"id": "c2", "opened": "2024-03-02T09:00:00+08:00", "customer": {"id": "u2"}, "turns": []},
    {"id": "c3", "opened": "someday", "customer": {"id": "u2"}, "turns": []},
]
MAPPING = parse("""
table = "cases"
source = "chat"
[fields]
external_id = "id"
opened = "opened"
customer = "customer.id"
tier = "customer.tier"
[[more]]
table = "messages"
explode = "turns[].utterances[]"
[more.fields]
at = "parent.at"
seq = "_order"
sender = "parent.sender"
sender_kind = {column = "parent.sender", vocabulary = "actor_kind"}
text = "text"
""")


def as_lines(records):
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "\n"


@pytest.mark.parametrize(("name", "content"), [
    ("a.jsonl", as_lines(CHATS)), ("a.json", json.dumps(CHATS)), ("a.json", json.dumps({"items": CHATS, "count": 3})),
])
def test_records_and_their_nested_lists_become_rows(home, tmp_path, name, content):
    result = import_file(home, written(tmp_path, name, content), mapping=MAPPING)
    assert (result.read, result.accepted, result.quarantined) == (3, 2, 1)
    assert sniff(home, written(tmp_path, name, content, "utf-16")).format == name.split(".")[1]
    assert rows(home, "SELECT id, customer, tier FROM cases ORDER BY id") == [
        ("chat:c1", "u1", "gold"), ("chat:c2", "u2", None)]
    assert rows(home, 'SELECT "case", seq, sender_kind, text FROM messages ORDER BY "at", seq') == [
        ("chat:c1", 0, "customer", "hello"), ("chat:c1", 1, "customer", "help"), ("chat:c1", 0, "agent", "sure")]
    again = import_file(home, written(tmp_path, name, content), mapping=MAPPING)
    assert again.tables["messages"] == {"accepted": 0, "updated": 0, "unchanged": 3}


def test_a_line_that_is_no_json_is_named(home, tmp_path):
    content = as_lines(CHATS[:1]) + "{broken\n" + as_lines(CHATS[1:2])
    result = import_file(home, written(tmp_path, "a.jsonl", content), mapping=MAPPING)
    assert (result.read, result.accepted) == (3, 2)
    assert [(cell.row, cell.code) for cell in result.cells] == [(2, "bad_json")]


def test_a_document_that_is_no_json_is_refused(home, tmp_path):
    with pytest.raises(FactsError) as refused:
        import_file(home, written(tmp_path, "a.json", '[{"id": 1},'), mapping=MAPPING)
    assert refused.value.code == "broken_json"
