"""Names behind what somebody is or does: 经办人冉启明当场承诺, 我姓占, 老周, 时光，男. Their surnames may be rare ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .numbers import Find
from .surnames import COMMON, COMPOUND, NOT_NAMES, RARE, SINGLE, TIBETAN

HAN = r"[\u4e00-\u9fff]"
ANY = SINGLE + RARE
# Whoever stands behind these is a person; nothing need follow the name.
ROLES = (
    "投诉人|举报人|投诉|举报|表扬|反映人|经办人|下单人|收件人?|收货人?|寄件人|发件人|联系人|负责人|接待人|受理人|申请人|被保人|受益人|当事人|责任人|签收人|承租人|"
    "父亲|母亲|爸爸|妈妈|老爸|老妈|爷爷|奶奶|外公|外婆|老人|孩子|小孩|宝宝|儿子|女儿|丈夫|妻子|爱人|老公|老婆|对象|男友|女友|家属|家长|哥哥|姐姐|弟弟|妹妹|"
    "学生|学员|同学|患者|病人|病患|旅客|乘客|游客|住户|业主|房东|租客|租户|车主|司机|师傅|配送员|快递员|快递小哥|小哥|骑手|派送员|送货员|安装工|维修工|保安|"
    "销售|推销员|业务员|顾问|导购|店员|店长|员工|前台|客服|售[前后]|坐席|接线员|话务员|专员|经理|主管|主任|律师|医生|护士|老师|教练|工程师|技师|技术员|"
    "实名|死者|伤者|逝者|孕妇|产妇|主播|(?<!微)博主|导游|助理|财务|会计|出纳|中介|客人|村民|队长|法人代表?|委托人|监护人|纳税人|"
    "同事|朋友|邻居|亲戚|老板|本人|用户|客户|会员|顾客|名字|姓名|户名|抬头|找一?下|联系一?下|转告|转给|通知一?下|问一?下")
ROLE = re.compile(rf"(?:{ROLES})(?:的?(?:名字|姓名))?[是叫为 ::]{{0,2}}(?=[{ANY}]|{'|'.join(COMPOUND)})")
# The same behind words that forms print: here a surname and the end of the clause are enough.
FORMS = ("姓名|名字|联系人|收件人?|收货人?|下单人|寄件人|签收人|投诉人|被投诉人|申请人|经办人|负责人|乘车人|入住人|取件人|户名|报修人|预订人")
FORM = re.compile(rf"(?:{FORMS})[是叫为 ::]{{0,2}}((?:{'|'.join(COMPOUND)}|[{ANY}]){HAN}{{1,2}})(?=[，,。;；、 \d(（]|$)")
# @尚建国 in a group's chat.
CALLED = re.compile(rf"@((?:{'|'.join(COMPOUND)}|[{ANY}]){HAN}{{1,2}})(?=[ ，,:：]|$)")
SURNAMED = re.compile(
    rf"(?:免贵|贵)?(?<![百同])姓({'|'.join(COMPOUND)}|{HAN})(?=[，。、,.;；!！?？)） ]|$|的|啊|呢|哈|吧|叫|名|先生|女士|是|，)")
NOT_SURNAMES = frozenset("名氏什啥么谁甚是的吗呢我你他她不没啊呀哈吧了")
# 我姓应 应该的应 叫应晓帆: the surname that was told begins the name.
TOLD = re.compile(rf"姓({HAN})(?:[^。\n]{{0,14}}?叫|[，, ]{{1,2}})(\1{HAN}{{1,2}})(?=[，。、 ,.；;!！?？]|$)")
ALONE = re.compile(rf"(?:我是|我叫|叫我)({'|'.join(sorted(set(COMPOUND) - {'东方', '百里', '单于'}))})(?=[啊呀哈，。、,.；;!！ ]|$)")
PAIRED = re.compile(rf"(?:{TIBETAN})(?:{TIBETAN})")
SEX = re.compile(rf"(?:\A|[，。；;\s::（(]|本人|姓名|我叫|我是|患者|客户|老人)({HAN}{{2,4}})[，, （(]{{1,2}}[男女](?=[，,、。;； )）\d]|$)")
BEFORE_NICK = rf"(?:(?<!{HAN})|(?<=[个找叫跟给让问是由请]))"
NICK = re.compile(
    rf"{BEFORE_NICK}([老小][{''.join(sorted(COMMON))}])(?=[^\u4e00-\u9fff]|$|说|给|让|帮|跟|和|在|的|那边|你|您|接|答应|回|告诉)"
    rf"|(?:(?<!{HAN})|(?<=[个找叫跟给让问是由请下]))([阿老小]{HAN})(?=姐|哥|叔|姨|婶|伯|嫂)")
# Everyday words that look like these nicknames.
NOT_NICKS = frozenset(["老大", "小大", "阿大", "老老", "小小", "老公", "小区", "阿里", "老家", "小姐"])
CANTONESE = re.compile(rf"(?<!{HAN})([{''.join(sorted(COMMON))}])(?=[生太](?:[，,。!！?？ ]|$|您|你|好))|(?<=[搵揾找])([{SINGLE}])(?=生|太)")
NAME_TOKENS = 3
# 班玛县, 常青路, 章丘·明水: a place, not a person.
PLACE = re.compile(r"[县区市镇乡村路街站桥港湾岛]|.[县区市镇乡村路街站桥港湾岛·]")
# Surnames that are verbs as often: 查岗, 解绑, 于昨天.
VERBS = frozenset("查解向于任关连计时过占原常单农商")


def roled(text: str, segmenter: Callable[[], Any], is_word: Callable[[str], bool]) -> Iterator[Find]:
    """Yield names behind a role; the segmenter says where they end, ``is_word`` what is no name."""
    for pattern in (FORM, CALLED):
        for found in pattern.finditer(text):
            if not is_word(found[1]):
                yield found.start(1), found.end(1), "name"
    for found in ROLE.finditer(text):
        start = found.end()
        tail = re.match(rf"{HAN}{{2,8}}", text[start:])
        length = _length(segmenter().tag(tail[0])) if tail else 0
        if length and not is_word(text[start:start + length]) and not PLACE.match(text, start + length - 1):
            yield start, start + length, "name"


def spoken(text: str) -> Iterator[Find]:
    """Yield surnames that somebody spells, nicknames, and a name that stands before its sex."""
    for found in SURNAMED.finditer(text):
        if found[1] not in NOT_SURNAMES:
            yield found.start(1), found.end(1), "name"
    for found in SEX.finditer(text):
        if found[1] not in NOT_NAMES:
            yield found.start(1), found.end(1), "name"
    for found in TOLD.finditer(text):
        yield found.start(2), found.end(2), "name"
    for pattern, group in ((ALONE, 1), (PAIRED, 0)):
        for found in pattern.finditer(text):
            yield found.start(group), found.end(group), "name"
    for found in NICK.finditer(text):
        group = 1 if found[1] else 2
        if found[group] not in NOT_NICKS:
            yield found.start(group), found.end(group), "name"
    for found in CANTONESE.finditer(text):
        group = 1 if found[1] else 2
        yield found.start(group), found.end(group), "name"


def _length(tokens: list[tuple[str, str]]) -> int:
    """Return how long the name is that a clause begins with, 0 where the segmenter sees none.

    >>> _length([("冉", "nr"), ("启明", "v"), ("当场", "s")])    # the given name is a word, too
    3
    >>> _length([("于", "p"), ("昨天", "t")])
    0
    """
    length, seen = 0, False
    for place, (word, tag) in enumerate(tokens[:NAME_TOKENS]):
        surname = word in COMPOUND or (len(word) == 1 and word in ANY)
        if place == 0 and not (surname or tag[:2] == "nr"):
            return 0
        if place and (length + len(word) > _most(tokens[0][0]) or (tag[:2] != "nr" and not _given(word, tag, length))):
            break
        length += len(word)
        # A given name that is a word of its own (振华) is known by its class, or by ending the clause.
        seen |= tag[:2] in ("nr", "nz", "x") or (length == 3 and place == 1 == len(tokens) - 1 and tag[0] in "ni")
    whole = len(tokens[0][0]) > 1 and tokens[0][0][0] in VERBS
    return length if seen and not whole and 2 <= length <= 4 else 0


def _most(first: str) -> int:
    return 4 if first[:2] in COMPOUND else 3


def _given(word: str, tag: str, length: int) -> bool:
    """Return whether a word may be a given name: behind a lone surname two characters may, of whatever class."""
    return length == 1 and word not in NOT_NAMES and tag[0] not in "pcudrm"
