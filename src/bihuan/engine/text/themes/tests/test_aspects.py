"""Which known aspects a comment speaks of."""

import pytest

from bihuan.engine.text.script import traditional
from bihuan.engine.text.themes.aspects import aspect_of, lexicon, said_in, spoken_of
from bihuan.engine.text.themes.words import all_words, clauses

# What a reader says each is about.
SAID = [
    ("服务员爱理不理，菜倒是挺好吃的", "服务态度 味道口感"), ("菜上了四十分钟还没上齐", "上菜速度"),
    ("骑手送得很快", "配送速度 配送员与送餐"), ("物流慢得要命", "物流快递"),
    ("客服回复很慢", "处理与回复速度 客服"), ("电话永远打不通", "联系与接通"), ("汤洒了一袋子", "包装"),
    ("少送了一份米饭", "错送漏送"), ("米饭有点硬", "味道口感"), ("鸡腿肉有点少", "分量"),
    ("送来的时候饭都凉了", "饭菜冷热"), ("楼下不好停车", "停车"), ("离地铁站很近", "交通 位置"),
    ("性价比不错，团购很划算", "性价比 优惠活动"), ("隔壁太吵，床单也不干净", "安静与噪音 床与睡眠 卫生"),
    ("退款拖了半个月", "退款与退换 处理与回复速度"), ("变速箱顿挫", "变速箱与离合"),
    ("物业乱收费", "物业与小区 收费与扣费"), ("登录不了，验证码收不到", "系统与应用"), ("花了120元", "价格"),
    ("楼下的香蕉树", ""), ("质量不错", "质量与故障"), ("今天天气晴朗", ""), ("请尽快答复", "问题处理"),
    ("前台很热情", "前台与入住 服务态度")]


def names(text):
    return {lexicon().aspects[place].name for place in spoken_of(text)}


@pytest.mark.parametrize(("text", "aspects"), SAID)
def test_a_comment_speaks_of_what_a_reader_says_in_either_script(text, aspects):
    assert names(text) == set(aspects.split()) == names(traditional(text))


def told(texts):
    parts = [(at, clause) for at, text in enumerate(texts) for clause in clauses(text)]
    said = said_in([clause for _, clause in parts], [all_words(clause) for _, clause in parts], [at for at, _ in parts])
    return [{lexicon().aspects[place].name for place in one.aspects} for one in said]


def test_how_fast_alone_is_of_what_the_text_or_most_others_say_it_of():
    """太慢了 of a courier is delivery, of a kitchen serving; where nothing tells, speed."""
    assert told(["太慢了"]) == [{"速度"}] and told(["等了很久"]) == [{"排队等候"}]
    assert told(["骑手人不错，太慢了"])[-1] == {"配送速度"}
    takeaway = ["送餐很快"] * 6 + ["太慢了", "一个半小时", "等了很久"]
    assert told(takeaway)[-3:] == [{"配送速度"}] * 3
    assert told(["上菜很快"] * 6 + ["太慢了"])[-1] == {"上菜速度"}


def test_addresses_masks_and_accounts_are_no_words_of_the_customer():
    assert clauses("@某某客服 网速太慢 https://a.cn/x1 [数字x]兆#E-s[数字x]") == ["网速太慢", "兆"]


def test_each_aspect_has_two_names_and_no_word_is_said_to_mean_nothing():
    known = lexicon()
    assert len({aspect.name for aspect in known.aspects}) == len({aspect.english for aspect in known.aspects}) == len(
        known.aspects)
    assert all(aspect.english.isascii() for aspect in known.aspects) and not known.nothing & known.of.keys()
    assert aspect_of(()) is None
