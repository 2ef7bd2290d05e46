"""Files of answers from 问卷星, Qualtrics and survey offices become answers of a wave."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bihuan.engine.facts import importing, store
from bihuan.engine.facts.mapping import parse
from bihuan.engine.home import open_home
from bihuan.engine.survey.elsewhere import ColumnPlan, Target, mapping_text, propose
from bihuan.engine.survey.questionnaire import read

pytestmark = pytest.mark.usefixtures("without_facts")
ASKED = read({"title": "满意度", "pages": [{"name": "p", "elements": [
    {"type": "rating", "name": "overall", "title": "您对本次服务的总体满意度", "rateMin": 1, "rateMax": 5,
     "metric": "csat"},
    {"type": "rating", "name": "nps", "title": "您有多大可能将我们推荐给朋友", "rateMin": 0, "rateMax": 10,
     "metric": "nps"},
    {"type": "checkbox", "name": "ways", "title": "您通过哪些渠道联系我们",
     "choices": [{"value": "phone", "text": "电话"}, {"value": "online", "text": "在线客服"}]},
    {"type": "radiogroup", "name": "age", "title": "年龄", "choices": [
        {"value": "1", "text": "18 岁以下"}, {"value": "2", "text": "18 岁以上"}]},
    {"type": "comment", "name": "advice", "title": "您还有什么建议？"}]}]})
HEADER = ("序号,提交答卷时间,所用时间,来自IP,自定义链接参数,1、您对本次服务的总体满意度,"
          "2、您有多大可能将我们推荐给朋友,3、您通过哪些渠道联系我们,AGE,4、您还有什么建议？\n")
ROWS = """1,2024/3/1 9:30:12,75秒,203.0.113.7,K1,非常满意,9,电话┋在线客服,1,接得快
2,2024/3/1 10:02:40,1分5秒,203.0.113.8,K9,7,3,电话┋传真,18 岁以上,(空)
3,2024/3/2 21:15:00,310秒,203.0.113.9,,6,11,(跳过),3,
4,某日,30秒,203.0.113.9,K2,5,10,电话,2,好
"""
TARGET = Target("s.1", "s.1.wjx", "7", invited=("K1", "K2"))
ANSWERS = "SELECT id, metric, value, text FROM answers WHERE NOT starts_with(question, '_') ORDER BY id"


SFO = Path(importing.__file__).parent / "sources" / "sfo_survey" / "samples"


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


def taken(home, tmp_path, text, plan, **told):
    file = tmp_path / "answers.csv"
    file.write_text(text, encoding="utf-8")
    mapping = parse(mapping_text(plan, ASKED, TARGET, title="t"))
    return importing.import_file(home, file, mapping=mapping, actor="test", **told)


def rows(home, query=ANSWERS):
    with store.connect(home) as con:
        return con.sql(query).fetchall()


def test_the_columns_of_a_known_layout_are_recognised():
    columns = HEADER.strip().split(",")
    assert propose(ASKED, columns) == {
        "序号": "@id", "提交答卷时间": "@at", "所用时间": "@seconds", "自定义链接参数": "@customer",
        "1、您对本次服务的总体满意度": "overall", "2、您有多大可能将我们推荐给朋友": "nps",
        "3、您通过哪些渠道联系我们": "ways", "AGE": "age", "4、您还有什么建议？": "advice"}


def test_what_was_decided_last_time_goes_first_and_names_that_drift_are_found():
    asked = read({"title": "x", "pages": [{"name": "p", "elements": [
        {"type": "rating", "name": name, "title": name, "rateMin": 1, "rateMax": 5}
        for name in ("Q12PRECHECKRATE", "Q8COM1", "INCOME", "GENDER")]}]})
    assert propose(asked, ["Q12PRECHEKCRATE", "Q9COM1", "Q21INCME", "Q20GENDER"]) == {
        "Q12PRECHEKCRATE": "Q12PRECHECKRATE", "Q21INCME": "INCOME", "Q20GENDER": "GENDER"}
    assert propose(asked, ["Q9COM1", "GENDER"], {"Q9COM1": "GENDER"}) == {"Q9COM1": "GENDER"}


def test_each_unknown_code_is_told_and_counts_as_no_answer(home, tmp_path):
    plan = ColumnPlan(propose(ASKED, HEADER.strip().split(",")), missing=("6", "11"))
    result = taken(home, tmp_path, HEADER + ROWS, plan, dry_run=True)
    assert (result.read, result.accepted, result.quarantined) == (4, 3, 1)
    assert {(cell.row, cell.value, cell.code) for cell in result.cells} == {
        (3, "7", "unknown_code"), (3, "电话┋传真", "unknown_code"), (3, "K9", "not_invited"),
        (4, "3", "unknown_code"), (5, "某日", "bad_datetime")}
    seven = next(cell for cell in result.cells if cell.value == "7")
    assert seven.column == "1、您对本次服务的总体满意度" and "1, 2, 3, 4, 5" in seven.message and not seven.refused
    assert rows(home) == []


def test_answers_land_in_the_wave_apart_from_its_own_and_once(home, tmp_path):
    plan = ColumnPlan(propose(ASKED, HEADER.strip().split(",")), missing=("6", "11"))
    result = taken(home, tmp_path, HEADER + ROWS, plan)
    assert rows(home) == [
        ("s.1.wjx:1#advice", "other", None, "接得快"), ("s.1.wjx:1#age", "other", 1.0, "18 岁以下"),
        ("s.1.wjx:1#nps", "nps", 9.0, None), ("s.1.wjx:1#overall", "csat", 5.0, None),
        ("s.1.wjx:1#ways.online", "other", 1.0, None), ("s.1.wjx:1#ways.phone", "other", 1.0, None),
        ("s.1.wjx:2#age", "other", 2.0, "18 岁以上"), ("s.1.wjx:2#nps", "nps", 3.0, None)]
    assert rows(home, "SELECT DISTINCT survey, source FROM answers") == [("s.1", "s.1.wjx")]
    told = rows(home, "SELECT id, value, text, customer FROM answers WHERE starts_with(question, '_') ORDER BY id")
    assert told == [
        ("s.1.wjx:1", None, "7", "K1"), ("s.1.wjx:1#_seconds", 75.0, None, "K1"), ("s.1.wjx:2", None, "7", None),
        ("s.1.wjx:2#_seconds", 65.0, None, None), ("s.1.wjx:3", None, "7", None),
        ("s.1.wjx:3#_seconds", 310.0, None, None)]
    again = taken(home, tmp_path, HEADER + ROWS, plan)
    assert (again.accepted, again.updated, again.unchanged) == (0, 0, 3)
    importing.undo(home, result.batch, actor="test")
    assert rows(home, "SELECT count(*) FROM answers") == [(0,)]


def test_a_column_that_counts_days_and_an_anonymous_wave(home, tmp_path):
    plan = ColumnPlan({"n": "@id", "day": "@at", "who": "@customer", "q": "overall"}, first_day="2017-05-01")
    anonymous = Target("s.2", "s.2.file", "7", invited=("K1",), anonymous=True)
    file = tmp_path / "a.csv"
    file.write_text("n,day,who,q\n1,3,K1,4\n", encoding="utf-8")
    mapping = parse(mapping_text(plan, ASKED, anonymous, title="t"))
    importing.import_file(home, file, mapping=mapping, actor="test")
    found = rows(home, "SELECT customer, epoch(\"at\") FROM answers WHERE question = 'overall'")
    assert found == [(None, datetime(2017, 5, 2, 16, tzinfo=UTC).timestamp())]      # midnight of the third in 上海


def test_three_years_whose_headers_drift_are_one_survey():
    """The airport's survey of 2015 to 2017: Q19GENDER and then Q20GENDER, Q21INCME, a question misspelt in one year."""
    rated = ("Q7ART", "Q7ALL", "Q9ALL", "Q12PRECHECKRATE")
    asked = read({"title": "SFO", "pages": [{"name": "p", "elements": [
        *({"type": "rating", "name": name, "title": name, "rateMin": 1, "rateMax": 5} for name in rated),
        *({"type": "radiogroup", "name": name, "title": name, "choices": ["1", "2"]}
          for name in ("GENDER", "INCOME", "LANG"))]}]})
    found = {}
    for year in ("2015", "2016", "2017"):
        with (SFO / f"{year}.csv").open(encoding="utf-8-sig", newline="") as file:
            found[year] = {role: column for column, role in propose(asked, next(csv.reader(file))).items()}
    every = {"Q7ART", "Q7ALL", "Q9ALL", "GENDER", "INCOME", "LANG", "@id", "@at", "@weight"}
    assert set(found["2015"]) == every and set(found["2016"]) == set(found["2017"]) == every | {"Q12PRECHECKRATE"}
    assert [roles["GENDER"] for roles in found.values()] == ["Q19GENDER", "Q20GENDER", "Q20GENDER"]
    assert [roles["INCOME"] for roles in found.values()] == ["Q20INCOME", "Q21INCME", "Q21INCOME"]
    assert found["2016"]["@id"] == "*RESPNUM" and found["2017"]["Q12PRECHECKRATE"] == "Q12PRECHEKCRATE"
