"""Pasted text becomes questions of the right kind, and can be asked as it is."""

import pytest

from .. import faults, from_text, read, write

PASTED = """
2026年客户满意度调查
我们想了解您对服务的看法，约需3分钟。

一、总体评价
1. 您对我们服务的总体评价是？（1-5分，1分=非常不满意，5分=非常满意）*
2、您有多大可能向朋友推荐我们？（0～10分）
二、基本情况
3. 您是哪类客户？【单选题】
A. 新客户
B. 老客户
C. 其他____
4．您用过哪些渠道？（多选，最多选2项）
□电话 □在线客服 □邮件
5) 请按重要程度排序 [排序题]
① 速度
② 态度
③ 价格
6: 服务人员的专业程度？
5分 非常满意
4分 满意
3分 一般
2分 不满意
1分 非常不满意
7. 您使用了几年？【填空题】______
8. 您认为最需改进的环节是？
"""


def test_a_whole_questionnaire_is_read_from_pasted_text():
    found = from_text(PASTED)
    assert found.title.default == "2026年客户满意度调查" and found.description.default.startswith("我们想了解")
    assert [page.title.default for page in found.pages] == ["总体评价", "基本情况"]
    told = {item.name: item for item in found.items()}
    assert [(name, item.type) for name, item in told.items()] == [
        ("q1", "rating"), ("q2", "rating"), ("q3", "radiogroup"), ("q4", "checkbox"), ("q5", "ranking"),
        ("q6", "rating"),
        ("q7", "text"), ("q8", "comment")]
    assert told["q1"].required and told["q1"].title.default == "您对我们服务的总体评价是？"
    assert (told["q1"].low_text.default, told["q1"].high_text.default) == ("非常不满意", "非常满意")
    assert (told["q2"].metric, told["q2"].scale) == ("nps", (0, 10))
    assert [one.text.default for one in told["q3"].choices] == ["新客户", "老客户"] and told["q3"].other
    assert told["q4"].most == 2 and [one.text.default for one in told["q4"].choices] == ["电话", "在线客服", "邮件"]
    assert (told["q6"].low_text.default, told["q6"].high_text.default) == ("非常不满意", "非常满意")
    assert read(write(found)) == found and faults(found) == []


LINES = [
    ("1. 性别 A. 男 B. 女", "radiogroup", ["男", "女"]),
    ("1、您来过几次？\n○ 一次\n○ 两次及以上", "radiogroup", ["一次", "两次及以上"]),
    ("1、您来过几次？\n(1) 一次\n(2) 两次", "radiogroup", ["一次", "两次"]),
    ("1. 您看重哪些方面？\nA、价格\nB、速度", "checkbox", ["价格", "速度"]),
    ("1. 所在城市【下拉题】\nA.上海\nB.北京", "dropdown", ["上海", "北京"]),
    ("Q1: 您的建议？（简答）", "comment", []),
    ("1. 您的评价？（打分题）", "rating", []),
    ("1. 您对速度\n的评价是？（1至7分）", "rating", []),
    ("1. 您选哪个？\n- 甲\n- 乙", "radiogroup", ["甲", "乙"]),
]


@pytest.mark.parametrize(("text", "kind", "choices"), LINES)
def test_the_ways_people_write_questions(text, kind, choices):
    item, = from_text(text).items()
    assert (item.type, [one.text.default for one in item.choices]) == (kind, choices)


@pytest.mark.parametrize("text", ["", "没有题号的文字", "1.", "一、只有标题", "A. 选项在题前"])
def test_text_without_questions_gives_none(text):
    assert list(from_text(text).items()) == []
