"""Chinese search: words inside sentences, both scripts, both widths; personal data cannot be searched for."""

from datetime import UTC, datetime

import pytest

from bihuan.engine.facts import importing, lake, retention
from bihuan.engine.facts.store import connect
from bihuan.engine.text import search
from bihuan.engine.text.folding import excerpt, fold, places, terms

pytestmark = pytest.mark.usefixtures("without_facts")
DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def bring(home, *texts, day=2, **more):
    importing.import_rows(home, "messages", [
        {"case": f"t:{number}", "at": DAY.replace(day=day), "seq": number, "sender_kind": "customer", "text": text,
         **more} for number, text in enumerate(texts)], source="t", actor="test")


def found(home, query):
    search.build(home)
    with connect(home) as con:
        return [row[0] for row in con.sql(f'SELECT "case" FROM ({search.hits_sql(home, terms(query))}) '
                                          'ORDER BY 1').fetchall()]


def holders(home, text):
    return [path for path in home.path.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_two_characters_inside_a_sentence_are_found(home):
    """The example of the expectation: 可能 finds 还有可能是定期检修."""
    bring(home, "还有可能是定期检修", "不行", "可以，能吗")
    assert found(home, "可能") == ["t:0"]


def test_scripts_widths_and_capitals_are_one(home):
    bring(home, "做个测试", "做個測試", "型号abc-1", "型号ＡＢＣ", "盒子里面", "物流没动，要退款")
    expected = {"測試": "01", "测试": "01", "ＡＢＣ": "23", "abc": "23", "裡面": "4", "退款 物流": "5"}
    assert {query: found(home, query) for query in expected} == {
        query: [f"t:{number}" for number in numbers] for query, numbers in expected.items()}


def test_every_word_must_be_in_the_message(home):
    bring(home, "要退款", "物流没动")
    assert found(home, "退款 物流") == []


def test_folding_moves_nothing():
    text = "臺灣２０２４年İ測試　㎏"
    assert len(fold(text)) == len(text)
    assert places("還有可能嗎，可能", terms("可能")) == [(2, 4), (6, 8)]


def test_an_excerpt_shows_the_find_and_its_neighbourhood():
    text = "前" * 50 + "可能" + "后" * 200
    assert excerpt(text, ("可能",), around=3) == [
        ("…", False), ("前前前", False), ("可能", True), ("后" * 9, False), ("…", False)]
    assert excerpt("短", ()) == [("短", False)]


def test_a_telephone_number_cannot_be_searched_for(home):
    bring(home, "我的电话是13800138000，要退款")
    assert found(home, "13800138000") == []
    assert found(home, "退款") == ["t:0"]


def test_undone_batches_and_older_versions_are_not_found(home):
    bring(home, "旧的说法", id="m1")
    batch = importing.import_rows(home, "messages", [
        {"id": "m1", "case": "t:0", "at": DAY, "sender_kind": "customer", "text": "新的说法"}],
        source="t", actor="test").batch or ""
    assert (found(home, "旧的"), found(home, "新的")) == ([], ["t:0"])
    importing.undo(home, batch, actor="test")
    assert (found(home, "旧的"), found(home, "新的")) == (["t:0"], [])


def test_an_index_is_made_once_and_by_what_is_new(home):
    bring(home, "第一句")
    assert (search.pending(home), search.build(home), search.build(home)) == (1, 1, 0)
    bring(home, "第二句", day=3)
    assert (search.pending(home), search.build(home), search.pending(home)) == (1, 1, 0)


def test_a_stopped_build_leaves_nothing_half(home):
    bring(home, "第一句")
    search.build(home, cancelled=lambda: True)
    assert search.pending(home) in (0, 1)
    assert not list((home.path / "cache").rglob(".making*"))


def test_due_texts_are_gone_from_every_byte_and_the_rows_stay(home):
    bring(home, "很久以前的秘密话", "另一句旧话")
    bring(home, "新近的话", day=20)
    assert found(home, "秘密") == ["t:0"]
    with connect(home) as con:
        ids = {row[0] for row in con.sql("SELECT id FROM messages").fetchall()}
    assert retention.due(home, "messages", DAY.replace(day=10)) == 2
    assert holders(home, "秘密")
    emptied = [one for one in retention.expire(home, "messages", DAY.replace(day=10)) if one.ids]
    assert sum(len(one.ids) for one in emptied) == 2
    search.sweep(home)
    assert found(home, "秘密") == [] and found(home, "新近") == ["t:0"]
    with connect(home) as con:
        assert {row[0] for row in con.sql("SELECT id FROM messages").fetchall()} == ids
    assert retention.due(home, "messages", DAY.replace(day=10)) == 0
    assert not holders(home, "秘密")
    assert len(lake.files(home.lake / "messages")) == 2


def test_a_stopped_deletion_goes_on_where_it_was(home):
    for day in (2, 3, 4):
        bring(home, f"第{day}天的话", day=day)
    calls = iter([False, True])
    first = list(retention.expire(home, "messages", DAY.replace(day=10), cancelled=lambda: next(calls)))
    assert sum(len(one.ids) for one in first) == 1
    rest = list(retention.expire(home, "messages", DAY.replace(day=10)))
    assert sum(len(one.ids) for one in rest) == 2
