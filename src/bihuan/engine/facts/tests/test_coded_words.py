"""Words of other systems where a field has a fixed list of values: asked, answered, kept."""

import pytest

from bihuan.engine.facts import presets
from bihuan.engine.facts.decisions import change, decisions
from bihuan.engine.facts.decisions.coded import ASKED
from bihuan.engine.facts.importing import import_file
from bihuan.engine.facts.mapping import parse, text_of_mapping

from .files import rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

CALLS = """工单编号,创建时间,渠道,类型
1,2024-03-01,400热线,客户咨询
2,2024-03-02,呼入电话,维修
3,2024-03-02,400热线,投诉
4,2024-03-02,丙类,投诉
"""


def asked(home, path, mapping):
    return {one.about: one for one in decisions(home, path, mapping=mapping) if one.code == "coded_word"}


def test_unknown_words_are_asked_the_likeliest_first_and_the_answers_are_kept(home, tmp_path):
    path, mapping = written(tmp_path, "a.csv", CALLS), presets.get(home, "cases")
    found = asked(home, path, mapping)
    assert {word: (one.options[0].value, one.state) for word, one in found.items()} == {
        "400热线": ("phone", "open"), "呼入电话": ("phone", "open"), "丙类": ("other", "open"),
        "客户咨询": ("contact", "open"), "维修": ("incident", "open")}
    assert "2 行" in found["400热线"].why[0] and [seen.row for seen in found["400热线"].evidence] == [2, 4]
    assert {one.options[-1].value for one in found.values()} == {"missing"}
    for word, one in found.items():
        meant = "missing" if word == "丙类" else one.options[0].value
        mapping = change(mapping, one.code, meant, column=one.column, about=word, field=one.field)
    kept = parse(text_of_mapping(mapping), name="cases")
    assert {word: (one.value, one.state) for word, one in asked(home, path, kept).items()} == {
        "400热线": ("phone", "sure"), "呼入电话": ("phone", "sure"), "丙类": ("missing", "sure"),
        "客户咨询": ("contact", "sure"), "维修": ("incident", "sure")}
    assert import_file(home, path, mapping=kept).cells_total == 0
    assert rows(home, "SELECT external_id, channel, kind FROM cases ORDER BY 1") == [
        ("1", "phone", "contact"), ("2", "phone", "incident"), ("3", "phone", "complaint"), ("4", None, "complaint")]


def test_an_answer_for_one_field_leaves_another_of_the_same_column_alone(home, tmp_path):
    mapping = parse('table = "events"\nsource = "s"\n[fields]\ncase = "编号"\nat = "时间"\nactivity = "动作"\n'
                    'kind = {column = "动作", vocabulary = "activity"}\n')
    path = written(tmp_path, "a.csv", "编号,时间,动作\n1,2024-03-01,派给二线\n2,2024-03-01,关闭\n")
    (one,) = asked(home, path, mapping).values()
    mapping = change(mapping, one.code, "transferred", column=one.column, about=one.about, field=one.field)
    import_file(home, path, mapping=mapping)
    assert rows(home, "SELECT activity, kind FROM events ORDER BY 1") == [
        ("关闭", "closed"), ("派给二线", "transferred")]


def test_what_a_mapping_sends_to_other_is_shown_and_very_many_words_are_counted(home, tmp_path):
    known = 'table = "cases"\nsource = "s"\n[fields]\nexternal_id = "编号"\nopened = "时间"\n'
    path = written(tmp_path, "a.csv", "编号,时间,渠道\n" + "".join(f"{n},2024-03-01,来源{n}\n" for n in range(50)))
    open_ones = parse(known + 'channel = {column = "渠道", vocabulary = "channel"}\n')
    assert len(asked(home, path, open_ones)) == ASKED
    (rest,) = [one for one in decisions(home, path, mapping=open_ones) if one.code == "coded_rest"]
    assert "10 种写法（10 行）" in rest.why[0]
    sent = asked(home, path, parse(known + 'channel = {column = "渠道", vocabulary = "channel", default = "other"}\n'))
    assert {(one.state, one.value) for one in sent.values()} == {("likely", "other")}


@pytest.mark.parametrize("blank", ["", " "])
def test_words_that_mean_nothing_are_shown_and_can_be_values_in_one_column(home, tmp_path, blank):
    """``blank``: cells with blanks around them are read another way."""
    mapping = presets.get(home, "cases")
    path = written(tmp_path, "a.csv", "工单编号,创建时间,标题,客户编号,解决时间\n"
                                      f"1,2024-03-01,无{blank},无,-\n2,2024-03-01,-,C2,-\n3,2024-03-01,无,C3,2024-03-02\n")
    found = {one.key: one for one in decisions(home, path, mapping=mapping) if one.code == "missing_words"}
    assert {key: (one.value, one.state) for key, one in found.items()} == {
        "missing_words|标题|无": ("missing", "likely"), "missing_words|标题|-": ("missing", "likely"),
        "missing_words|客户编号|无": ("missing", "likely"), "missing_words|解决时间": ("", "sure")}
    assert "2 个" in found["missing_words|标题|无"].why[0] and "“-” 2" in found["missing_words|解决时间"].why[0]
    assert [seen.row for seen in found["missing_words|标题|无"].evidence] == [2, 4]
    assert found["missing_words|解决时间"].is_note and not found["missing_words|标题|无"].is_note
    kept = parse(text_of_mapping(change(mapping, "missing_words", "value", column="标题", about="无")), name="cases")
    again = {one.about: one.value for one in decisions(home, path, mapping=kept) if one.column == "标题"}
    assert again == {"无": "value", "-": "missing"}
    import_file(home, path, mapping=kept)
    assert rows(home, "SELECT subject, customer, resolved_at IS NULL FROM cases ORDER BY external_id") == [
        ("无", None, True), (None, "C2", True), ("无", "C3", False)]
    back = change(kept, "missing_words", "missing", column="标题", about="无")
    assert import_file(home, path, mapping=back, dry_run=True).updated == 2


def test_a_word_that_parts_the_records_and_stands_on_neither_side_is_asked(home, tmp_path):
    """Else answered calls would be neither answered nor abandoned, and nobody would know."""
    path = written(tmp_path, "c.csv", "通话编号,坐席,日期,时间,是否接听,等待秒数,通话时长,满意度\n"
                                      "1,甲,2024-03-01,09:00:00,接,10,0:01:00,满意\n2,甲,2024-03-01,09:00:00,未接,10,,\n")
    mapping = presets.get(home, "call_records")
    (word,) = [one for one in decisions(home, path, mapping=mapping) if one.code == "when_word"]
    assert (word.about, word.state, [option.value for option in word.options]) == ("接", "open", ["Y", "N", "missing"])
    bad = import_file(home, path, mapping=mapping, dry_run=True).cells
    assert [(cell.row, cell.column, cell.value, cell.code, cell.refused) for cell in bad] == [
        (2, "是否接听", "接", "unknown_value", False)]
    kept = parse(text_of_mapping(change(mapping, "when_word", "Y", column="是否接听", about="接")), name="calls")
    (word,) = [one for one in decisions(home, path, mapping=kept) if one.code == "when_word"]
    assert (word.value, word.state) == ("Y", "sure")
    assert not import_file(home, path, mapping=kept).cells
    assert rows(home, "SELECT \"case\", kind FROM events WHERE kind IN ('answered', 'abandoned') ORDER BY 1") == [
        ("calls:1", "answered"), ("calls:2", "abandoned")]


def test_worded_grades_say_which_numbers_they_count_as(home, tmp_path):
    path = written(tmp_path, "a.csv", "工单编号,评价类型,评分,评价时间\n"
                                      "1,满意度,满意,2024-03-01\n2,满意度,4,2024-03-01\n")
    (told,) = [one for one in decisions(home, path, preset="answers") if one.code == "grades"]
    assert told.is_note and "满意 = 4" in told.why[0]
    assert import_file(home, path, preset="answers", dry_run=True).quarantined == 0


def test_a_time_that_has_not_come_yet_leaves_its_cell_empty(home, tmp_path):
    """Neither 处理中 nor ? under 解决时间 is a damaged date: the case is open; under 创建时间 it makes no record."""
    path = written(tmp_path, "a.csv", "工单编号,创建时间,解决时间\n1,2024-03-01,处理中\n2,2024-03-01,2024-03-02\n"
                                      "3,2024-03-01,昨天\n4,处理中,2024-03-02\n5,2024-03-01,?\n")
    mapping = presets.get(home, "cases")
    told = import_file(home, path, mapping=mapping, dry_run=True)
    assert (told.accepted, {(cell.row, cell.code) for cell in told.cells}) == (
        3, {(4, "bad_datetime"), (5, "missing_required")})
    [note] = [one for one in decisions(home, path, mapping=mapping) if one.key == "missing_words|解决时间"]
    assert "“处理中” 1" in note.why[0] and note.is_note
