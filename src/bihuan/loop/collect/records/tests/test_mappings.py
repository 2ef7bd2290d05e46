"""A mapping made on the page is a mapping file the engine reads; likely columns come first."""

import tomllib

import pytest

from bihuan.engine.facts.mapping import parse
from bihuan.engine.facts.schema import TABLES
from bihuan.loop.collect.records import drafts, labels, suggest
from bihuan.loop.collect.records.forms import MappingForm, mapping_initial

DRAFT = {"table": "cases", "source": '热线"甲"\\', "dates": "dmy", "keep_rest": True, "fields": {
    "external_id": {"column": "工单号", "parser": "id"}, "opened": {"column": "受理\t时间", "parser": "datetime"},
    "channel": {"column": "渠道", "parser": "text"}, "kind": {"constant": "complaint"}}}


def test_draft_becomes_a_mapping_the_engine_reads():
    reading = {"encoding": "gb18030", "sheet": ""}
    mapping = parse(drafts.to_toml(DRAFT, name="hotline", title="热线导出", reading=reading))
    fields = mapping.plans[0].fields
    assert mapping.table == "cases"
    assert mapping.source == '热线"甲"\\'
    assert mapping.encoding == "gb18030"
    assert mapping.dates == ("dmy",)
    assert fields["opened"].columns == ("受理\t时间",)
    assert dict(fields["channel"].mapped)["电话"] == "phone"
    assert fields["kind"].constant == "complaint"
    assert fields["attributes"].how == "rest"
    assert mapping.signature == ("工单号", "受理\t时间", "渠道")


@pytest.mark.parametrize("nasty", ['"', "\\", "\n", "\x7f", "\u2028", "'''", "#", "]"])
def test_no_column_name_can_break_the_file(nasty):
    draft = {"table": "cases", "fields": {"external_id": {"column": f"a{nasty}b", "parser": "id"}}}
    told = tomllib.loads(drafts.to_toml(draft, name="x"))
    assert told["fields"]["external_id"]["column"] == f"a{nasty}b"


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_mapped_and_has_its_words(table):
    fields = drafts.offered_fields(table)
    assert drafts.required_fields(table) <= set(fields)
    assert table in labels.TABLES
    assert all(field in labels.FIELDS for field in fields)
    draft = {"table": table, "fields": {field: {"column": field, "parser": drafts.parsers(table, field)[0]}
                                        for field in fields}}
    assert parse(drafts.to_toml(draft, name="x")).table == table


def test_likely_columns_are_guessed_once_each():
    columns = ["工单号", "受理时间", "渠道", "坐席", "无关的列"]
    guess = suggest.first_guess("cases", columns, {("cases", "external_id"): {"工单号"}})
    assert guess == {"external_id": "工单号", "opened": "受理时间", "channel": "渠道", "agent": "坐席"}


def test_a_likely_name_is_not_enough_where_the_cells_speak_against_it():
    """Who resolved a case does not say whether it is resolved: read so, every row of such a name would be refused."""
    samples = {"resolved_by": ["Resolved by 149"], "opened": ["2024-03-01"]}
    assert suggest.first_guess("cases", list(samples), {}, samples) == {"opened": "opened"}
    assert suggest.first_guess("cases", ["resolved_f"], {}, {"resolved_f": ["Y", "N"]}) == {"resolved": "resolved_f"}


def test_neither_a_weight_nor_the_moment_of_a_transfer_is_taken_for_the_only_date():
    samples = {"_synced": ["2024-03-02 00:10:00"], "star": ["4.0"], "weight": ["0.720538"], "on": ["2024-03-01"]}
    assert suggest.only_dates(samples, set()) == "on"
    assert suggest.only_dates(samples, {"on"}) is None


def test_cases_without_a_number_are_known_by_their_whole_row():
    """Not by a fixed value: all rows would be one case."""
    columns = {field: ["日期", "事由"] for field in drafts.offered_fields("cases")}
    told = {"column_opened": "日期", "parser_opened": "datetime", "column_topic": "事由", "parser_topic": "text"}

    def form(**more):
        return MappingForm({**told, **more}, table="cases", columns=columns)

    for refused in ({}, {"column_external_id": "="}, {"constant_external_id": "1"}):
        assert "column_external_id" in form(**refused).errors
    known = form(column_external_id="#")
    assert known.is_valid(), known.errors
    draft = known.draft()
    assert "external_id" not in parse(drafts.to_toml(draft, name="x")).plans[0].fields
    assert mapping_initial(draft)["column_external_id"] == "#"


def test_a_weight_that_is_kept_as_an_answer_is_no_column_of_answers():
    mapping = parse('name = "x"\ntable = "answers"\n[fields]\nmetric = {constant = "csat"}\nquestion = "题"\n'
                    'value = "W"\nweight = "W"\nat = "日"\n', name="x")
    assert suggest.known_names([mapping])["answers", "value"] == set()
    assert suggest.known_names([mapping])["answers", "weight"] == {"w"}
    assert suggest.known_names([mapping])["answers", "question"] == {"题"}


def test_a_column_of_models_is_no_kind_of_case_whatever_it_is_called():
    assert suggest.is_no_code("kind", ["2020款 2.5L 运动版", "2019款 350T"])
    assert not suggest.is_no_code("kind", ["投诉", "2 咨询"]) and not suggest.is_no_code("product", ["350T"])


def test_columns_known_from_other_mappings_come_first():
    known = {("cases", "opened"): {"createdon"}}
    assert suggest.ranked("cases", "opened", ["id", "Created On", "x"], known)[0] == "Created On"
