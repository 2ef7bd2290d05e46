"""Wide surveys: columns become answers; and records that a source's reader makes of an interface's answers."""

import json

import pytest

from bihuan.engine.facts.importing import import_file, undo
from bihuan.engine.facts.mapping import MappingError, parse

from .files import rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

SURVEY = """No,Submitted,Name,Overall,Q1 Staff,Q2 Wait,Why
1,2024-03-01 09:00,Ann,very satisfied,5,0,quick
2,2024-03-01 10:00,Bob,3,4,2,
3,someday,Eve,2,1,1,slow
"""
MAPPING = '''
table = "answers"
source = "s"
[fields]
id = "No"
at = "Submitted"
question = {constant = "respondent"}
metric = {constant = "other"}
value = {constant = "1"}
[[spread]]
columns = ["Overall", "Q*"]
missing = ["0"]
metrics = {csat = ["Overall"]}
rename = {"Q1 People" = ["Q1 Staff"]}
vocabulary = "five_grades"
texts = false
[[spread]]
columns = ["*"]
leave_out = ["Name"]
'''
ANSWERS = "SELECT id, metric, value, text FROM answers WHERE question <> 'respondent' ORDER BY id"


def test_each_column_is_a_row_and_what_is_missing_is_none(home, tmp_path):
    result = import_file(home, written(tmp_path, "a.csv", SURVEY), mapping=parse(MAPPING))
    assert rows(home, ANSWERS) == [
        ("s:1#Overall", "csat", 5.0, None), ("s:1#Q1 People", "other", 5.0, None), ("s:1#Why", "other", None, "quick"),
        ("s:2#Overall", "csat", 3.0, None), ("s:2#Q1 People", "other", 4.0, None), ("s:2#Q2 Wait", "other", 2.0, None)]
    assert result.unused == ("Name",)


def test_counts_are_of_respondents(home, tmp_path):
    first = import_file(home, written(tmp_path, "a.csv", SURVEY), mapping=parse(MAPPING))
    assert (first.read, first.accepted, first.updated, first.unchanged, first.quarantined) == (3, 2, 0, 0, 1)
    changed = SURVEY.replace("Bob,3,4", "Bob,1,4").replace("someday", "2024-03-02")
    again = import_file(home, written(tmp_path, "a.csv", changed), mapping=parse(MAPPING))
    assert (again.read, again.accepted, again.updated, again.unchanged, again.quarantined) == (3, 1, 0, 2, 0)
    assert again.tables["answers"] == {"accepted": 5, "updated": 1, "unchanged": 7}
    assert again.batch
    undo(home, again.batch, actor="test")
    assert len(rows(home, ANSWERS)) == 6


def test_lines_that_explain_the_columns_are_no_records(home, tmp_path):
    told = SURVEY.replace("1,2024", "number,moment,who,all,first,second,why\n1,2024", 1)
    mapping = parse("header_row = 1\nbelow_header = 1\n" + MAPPING)
    result = import_file(home, written(tmp_path, "a.csv", told), mapping=mapping)
    assert (result.read, result.accepted, result.quarantined) == (3, 2, 1)
    assert [(cell.row, cell.column) for cell in result.cells] == [(5, "Submitted")]


@pytest.mark.parametrize(("text", "where"), [
    ('table = "cases"\n[[spread]]\ncolumns = ["*"]', "mapping.spread[0]"),
    ('table = "answers"\n[[spread]]\nmissing = ["0"]', "mapping.spread[0]"),
    ('table = "answers"\n[[spread]]\ncolumns = ["*"]\nmetrics = {joy = ["*"]}', "mapping.spread[0].metrics"),
    ('table = "answers"\nreader = "nobody"', "mapping.reader"),
])
def test_what_cannot_be_spread_or_read_is_refused_where_it_stands(text, where):
    with pytest.raises(MappingError) as refused:
        parse(text)
    assert refused.value.where == where
    assert refused.value.text("zh") != refused.value.text("en")


def test_a_mapping_of_ones_own_may_use_a_shipped_reader_and_name_a_list_inside_objects(home, tmp_path):
    own = parse('table = "messages"\nsource = "mine"\nreader = "chatwoot"\nwhen = {record = ["message"]}\n[fields]\n'
                'case = "conversation_id"\nat = "created_at"\nsender_kind = "sender_kind"\ntext = "content"\n')
    message = {"id": 1, "conversation_id": 7, "message_type": 0, "created_at": 1709254800, "content": "hello"}
    import_file(home, written(tmp_path, "a.json", json.dumps({"payload": [message]})), mapping=own)
    plain = parse('table = "messages"\nsource = "plain"\nexplode = "data.payload[]"\n[fields]\n'
                  'case = "conversation_id"\nat = "created_at"\n'
                  'sender_kind = {constant = "customer"}\ntext = "content"\n')
    import_file(home, written(tmp_path, "b.json", json.dumps({"data": {"payload": [message]}})), mapping=plain)
    assert rows(home, 'SELECT "case", sender_kind, text FROM messages ORDER BY "case"') == [
        ("mine:7", "customer", "hello"), ("plain:7", "customer", "hello")]
