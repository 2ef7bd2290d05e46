"""Mapping files: what they may say, how they are refused, how a preset is found by the header."""

import pytest

from bihuan.engine.facts import presets
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import file_source, import_file
from bihuan.engine.facts.mapping import MappingError, parse
from bihuan.engine.facts.mapping.values import vocabulary
from bihuan.engine.facts.schema import TABLES

from .files import CASES, rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

MINIMAL = 'table = "cases"\nsource = "s"\n[fields]\nexternal_id = "case_id"\nopened = "opened"\n'


@pytest.mark.parametrize(("text", "where"), [
    ("table = ", "mapping"), ('table = "tickets"', "mapping.table"),
    ('table = "cases"\ncolour = 1', "mapping"),
    ('table = "cases"\n[fields]\nsize = "x"', "mapping.fields.size"),
    ('table = "cases"\n[fields]\nopened = {column = "x", parser = "magic"}', "mapping.fields.opened.parser"),
    ('table = "cases"\n[fields]\nopened = {parser = "datetime"}', "mapping.fields.opened"),
    ('table = "cases"\n[fields]\ntopic = {column = "x", vocabulary = "nothing"}', "vocabulary = nothing"),
    ('table = "cases"\n[[event]]\nkind = "opened"', "mapping.event[0]"),
    ('table = "cases"\n[[answer]]\nmetric = "csat"', "mapping.answer[0]"),
    ('table = "cases"\n[fields]\nopened = "x"\n[[event]]\nactivity = "a"\nat = "x"', "mapping.event[0]"),
    ('table = "cases"\n[case]\ntopic = "x"', "mapping.case"),
    ('table = "cases"\ndates = ["ydm"]', "mapping.dates"),
])
def test_a_wrong_mapping_is_refused_where_it_is_wrong(text, where):
    with pytest.raises(MappingError) as refused:
        parse(text)
    assert refused.value.where == where
    assert refused.value.text("zh") != refused.value.text("en")


def test_words_are_translated_without_regard_to_case(home, tmp_path):
    chosen = parse(MINIMAL + 'channel = {column = "channel", map = {"PHONE" = "counter"}, vocabulary = "channel"}\n'
                             'topic = {column = "agent", map = {a1 = "one"}, default = ""}\n')
    import_file(home, written(tmp_path, "a.csv", CASES), mapping=chosen)
    assert rows(home, "SELECT channel, topic FROM cases ORDER BY id") == [
        ("counter", "one"), ("email", None), ("online", "one")]


def test_values_may_be_joined_chosen_constant_or_gathered(home, tmp_path):
    chosen = parse(MINIMAL + """
topic = {columns = ["nothing", "agent"], how = "first"}
product = {columns = ["customer", "agent"], how = "join", separator = "/"}
region = {constant = "north"}
attributes = {how = "rest"}
[[event]]
activity = "opened"
kind = "opened"
at = "opened"
when = {channel = {not = ["phone"]}}
""")
    result = import_file(home, written(tmp_path, "a.csv", CASES), mapping=chosen)
    assert rows(home, "SELECT topic, product, region, attributes FROM cases ORDER BY id LIMIT 1") == [
        ("A1", "C1/A1", "north", '{"channel":"phone"}')]
    assert result.tables["events"]["accepted"] == 2 and result.unused == ()
    assert rows(home, "SELECT id FROM events ORDER BY id") == [("s:T-002#opened",), ("s:T-003#opened",)]


def test_a_zone_of_the_mapping_is_heeded(home, tmp_path):
    import_file(home, written(tmp_path, "a.csv", CASES), mapping=parse('zone = "UTC"\n' + MINIMAL))
    assert rows(home, "SELECT make_timestamp(epoch_us(opened))::VARCHAR FROM cases ORDER BY id LIMIT 1") == [
        ("2024-03-01 09:00:00",)]


def test_a_mapping_without_its_columns_is_refused_with_those_there_are(home, tmp_path):
    with pytest.raises(FactsError) as refused:
        import_file(home, written(tmp_path, "a.csv", "when,who\n2024-03-01,x\n"), mapping=parse(MINIMAL))
    assert refused.value.code == "missing_columns" and "when" in refused.value.text("zh")


def test_every_shipped_preset_says_what_it_is_and_reads():
    for name, mapping in presets.shipped().items():
        assert mapping.title["zh"] and mapping.title["en"] and mapping.description["zh"] and mapping.reads, name
        assert mapping.signature or mapping.format, name
    general = {"cases", "events", "answers", "agents", "units", "memberships", "customers", "agent_states", "exposures",
               "invitations"}
    assert general <= set(presets.shipped()) and general <= set(TABLES)


def test_vocabularies_lead_only_to_values_that_tables_allow():
    from bihuan.engine.facts.binding import ALLOWED

    for name, place in {"activity": ("events", "kind"), "channel": ("cases", "channel"), "case_kind": ("cases", "kind"),
                        "actor_kind": ("events", "actor_kind"), "metric": ("answers", "metric"),
                        "cause": ("events", "cause"), "unit_kind": ("units", "kind"),
                        "agent_state": ("agent_states", "state"), "skill_level": ("skills", "level"),
                        "exposure_kind": ("exposures", "kind")}.items():
        assert set(vocabulary(name).values()) <= set(ALLOWED[place])


HEADERS = {
    "call_records": "Call Id,Agent,Date,Time,Topic,Answered (Y/N),Resolved,Speed of answer in seconds",
    "cfpb_complaints": "Date received,Product,Issue,Company,State,Submitted via,Timely response?",
    "car_complaints": "id,brand,car_model,type,desc,problem,datetime,status",
    "gov_messages": "留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数",
    "numeric_event_log": "CaseID,ActivityID,CompleteTimestamp",
    "zendesk_field_history": "field_name,ticket_id,updated,user_id,value",
    "cases": "工单编号,创建时间,客户编号,渠道,坐席,解决时间,关闭时间", "events": "工单编号,时间,动作,操作人",
    "answers": "工单编号,指标,评分,评价时间", "agents": "工号,姓名,入职日期", "units": "编号,名称,上级编号,类型",
    "memberships": "工号,班组编号,岗位,开始日期,结束日期", "customers": "客户编号,姓名,等级,区域,手机",
    "agent_states": "工号,状态,开始时间,结束时间", "skills": "工号,技能,等级,评定日期",
    "exposures": "开始日期,结束日期,口径,数量",
    "invitations": "编号,工单编号,邀请时间,状态",
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_preset_is_found_by_the_header(home, name):
    assert presets.recognise(home, "a.csv", "csv", HEADERS[name].split(",")).name == name


def test_a_header_nobody_knows_is_refused_with_the_nearest(home):
    with pytest.raises(FactsError) as refused:
        presets.recognise(home, "a.csv", "csv", ["field_name", "ticket_id", "colour"])
    assert "zendesk_field_history" in refused.value.text("en")


def test_the_workspace_keeps_mappings_of_its_own_and_prefers_them(home, tmp_path):
    presets.save(home, "hotline", 'signature = ["case_id", "opened"]\n' + MINIMAL)
    assert presets.get(home, "hotline").shipped is False
    assert import_file(home, written(tmp_path, "a.csv", CASES)).mapping == "hotline"
    presets.delete(home, "hotline")
    assert "hotline" not in [mapping.name for mapping in presets.all(home)]
    for name in ("cases", "../up", "Größe", ""):
        with pytest.raises(FactsError, match="small letters"):
            presets.save(home, name, MINIMAL)


def test_the_wrong_preset_for_a_table_is_refused(home, tmp_path):
    with pytest.raises(FactsError, match="fills answers"):
        import_file(home, written(tmp_path, "a.csv", CASES), table="units", preset="answers")


@pytest.mark.parametrize(("name", "source"), [
    ("helpdesk.xes.gz", "helpdesk"), ("tickets_2024-03.csv", "tickets"), ("tickets_20240401.xlsx", "tickets"),
    ("热线工单2024年3月.csv", "热线工单"), ("〔姓名〕客户.csv", "客户"), ("2024.csv", "file"), ("log2.xes", "log2"),
])
def test_next_months_file_is_of_the_same_source(name, source):
    assert file_source(name) == source
