"""Nicknames and given names alone: 小严, 阿强, 老田, 梅姐, 叫我小唐就行, 昵称：糖糖妈妈.

小, 老, 姐 and 哥 stand in many ordinary words (小程序, 老方法, 小姐), so that the segmenter must see a word begin and end
where the nickname does, or the sentence must say that this is what somebody is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .numbers import Find
from .surnames import COMMON, SINGLE

HAN = r"[\u4e00-\u9fff]"
# Surnames that are no thing behind 小 or 老: 小车, 小米, 小包, 小费 and 小白 are things.
NICKABLE = "".join(sorted(COMMON)) + (
    "严田葛康尹易武贺赖文庞兰殷施洪颜倪温芦季俞鲁韦申尤毕聂焦柳邢岳齐莫庄辛祝左涂祁耿詹凌靳甄裴覃霍翁隋甘柏柯阮桂闵柴冉辜饶瞿戚高马金方万毛石"
    "闫骆屈简晏栾郜姬仇艾褚蔺佟卓")
# Characters that given names are made of; what is mostly another word (小花, 小雪, 小心) is left out.
GIVEN = (
    "强勇斌坤明伟军杰辉龙虎彪刚健建国平鹏飞涛浩亮峰锋磊波东宝福贵发财荣兰芳芬英红霞秀玲燕凤娟丽敏静玉美云莲琴香珍梅华冬清康宁祥瑞忠诚德才彬森洋宏"
    "雄珠娇媚娣娴婷怡欣雅雯霖松庆炳权顺旺兴盛丹莉娜琳慧倩颖岚萍艳洁琼璐瑶菲蓉蕾晶晴佳宇阳凯超帆")
TITLE = r"(?:姐|哥|嫂|叔|姨|婶|伯)"
TITLED = re.compile(TITLE)
# Nouns that go on behind a person: 小王态度好.
OF_PEOPLE = frozenset(["师傅", "老师", "经理", "主任", "同志", "同学", "医生", "大夫", "店长", "态度", "电话", "手机", "服务", "本人", "女士", "先生",
                       "那边", "这边", "他们", "她们", "人", "家", "妈妈", "爸爸", "妈", "爸", "上午", "下午", "中午", "晚上", "很", "好", "太", "不错", "热情"])
CANDIDATE = re.compile(
    rf"[小老][{NICKABLE}](?!{TITLE}|师傅)|阿[{GIVEN}{NICKABLE}]|小[{GIVEN}](?=[的，。、；,;!！?？ （(]|说|给|妈|爸|$)|[{GIVEN}{NICKABLE}](?={TITLE})")
# Words of several characters that the candidates would tear: they are things, kinship or brands whatever surrounds them.
NOT_NICKS = re.compile(
    "小(?:米|红书|贵(?!州)|强|宝|毛|姐|康|龙虾|龙坎|霞|美容|云|平|超市|发|明书|宝宝|东西|清新|建议|高层|高考|高潮|高峰|军|国|金额|黄鸭|马达|方桌|石头|万|毛)|"
    "老(?:赖|马路|马识途|石|金|方|高|万|毛|金店|方子|高铁)|阿(?:里|迪|胶|玛|富|拉|尔|根廷|联酋|司匹林|莫|波罗|克|布|片|文)|"
    "(?:美|国|军|龙|高|发|金|方|万|毛|石|文|温|康|宝|左|小|清|平|东|阳)(?:姐|叔|伯|姨|婶)|(?:东|万|高|金|方|石|文|温|左|毛)哥(?:特|伦)|平哥华")
# Before a nickname no number and no word that goes on: 一小段, 大小方.
COUNTED = re.compile(r"[一两几半每这那哪某多大]$")
# Behind these somebody is named, whatever the name is made of.
TWICE = (
    r"叫|喊|小名|名字|客服|坐席|店员|领班|店长|经理|姑娘|护士|专员|快递员|小哥|售[前后]|骑手|外卖员|配送员|服务员|主播|孕妇|产妇|宝宝|孩子|女儿|儿子|闺女|技师|教练|"
    r"老师|导购|前台|顾问|管家|我们?家|工号\d{1,8}的?")
CALLED = re.compile(
    rf"(?:[叫喊][我他她]|称呼我)(?:一声)?(?:({HAN}{{1,3}}?)(?=就行|就好|就可以|就成)|([小阿老]{HAN}|{HAN}{TITLE})(?=吧|得了|好了|[，。；,;!！ ]|$))"
    rf"|(?:我叫|我是)([小阿]{HAN})(?=[，。；,;!！ 的]|$)"
    rf"|(?:小名|乳名|外号|绰号|花名|艺名|网名|昵称|笔名)(?:是|叫|为)?(?![ ::是叫为])({HAN}{{1,3}}?)(?=[，。；,;!！ （(]|$)"
    rf"|(?:姑娘|小伙子?|小妹|妹子|大姐|阿姨|小哥|师傅|女孩|男孩|孩子|宝宝|那人|女的|男的)(?:名字)?叫({HAN}{{1,3}}?)(?=[，。；,;!！ （(的]|$)"
    rf"|(?:工牌|胸牌|名牌|工作牌|落款|署名|签名|签了个|自称)[^，。；“\"]{{0,6}}[“\"「]({HAN}{{1,3}})[”\"」]")
DOUBLED = re.compile(rf"(?:{TWICE})(({HAN})\2)(?=[，。；,;!！ （(的说把给是在没就又很要也不今昨前上下每天]|$)|(?:主播|快递员|骑手|外卖员|配送员|孕妇|产妇|技师|教练|导购|管家|坐席)(({HAN})\4)")
# 毛毛爸爸, 楚楚姐
DOUBLED_TITLED = re.compile(rf"(({HAN})\2)(?=妈妈|爸爸|妈|爸|姐(?!姐)|哥(?!哥)|同学|老师|小朋友)")
# 前台叫小满的姑娘; 网友“湘江北去”; 财务小关
CALLED_SO = re.compile(
    rf"叫({HAN}{{2,3}})的(?:小?姑娘|女孩|男孩|女的|男的|小伙|服务员|客服|员工|师傅|同事|销售|顾问|护士|老师|人)|(?:昵称|网名)(?:是|叫)({HAN}{{4,8}})(?=[，。；,;!！ （(]|$)|(?:网友|网名|用户|昵称)[“\"「]({HAN}{{2,8}})[”\"」]"
    rf"|(?:专员|客服|坐席|售[前后]|导购)(小(?![妹姐哥编二伙组店票数额心事时学区程助贴米爱弟朋友红]){HAN})(?=[）)，。,；;!！]|$)"
    rf"|(?:{TWICE}|财务|会计|出纳|行政|人事|销售|中介|物业|保安|师傅|找|转给|联系)([小老][{SINGLE}])(?=[，。；,;!！ （(说她他]|$)")
# The fields of forms: what stands in a field for a name is one, up to the next field.
NICK_FIELDS = (
    "(?:昵称|称呼|网名|小名|花名|姓名|受理人|受理坐席|处理人|经办人?|回访人|推荐人|责任人|投诉对象|被投诉人|联系人|紧急联系人|"
    "跟进人|服务人员|接待人|接待人员|监护人|介绍人|安装师傅|维修师傅|当班人员)")
FIELD = re.compile(
    rf"(?<![\u4e00-\u9fff])({NICK_FIELDS})[ ]?[::][ ]?({HAN}{{1,4}}|[老小阿][A-Z])(?=[ ，,。；;、（(/|]|$)")
# Names that people give themselves may be any word; elsewhere these stand instead of a name.
CHOSEN = frozenset(["昵称", "网名", "花名", "小名"])
NOTHING = re.compile(r"未.*|无|没有|同上|匿名|保密|暂无")
NOT_VALUES = re.compile(
    r"本人|先生|女士|小姐|太太|未.*|不.*|无|没有|同上|同前|匿名|保密|客户|用户|会员|系统|机器人|自助|其他|其它|暂无|待.*|见.*|是|否|空|有|"
    r".?(?:妈|爸|哥|姐|弟|妹|姨|叔|姑|舅|爷|奶|公|婆|伯|婶|嫂)|.*(?:部门?|组|中心|公司|门店|店|团队|班|父亲|母亲|儿子|女儿|丈夫|妻子|亲|子|女|夫|人|员|方)")
AROUND = 8      # characters that the segmenter sees on both sides
NOT_CALLED = re.compile(
    r"什么|啥|谁|我|你|他|她|它|不|没|来|去|先生|女士|小姐|师傅|老板|经理|客服|大[哥姐爷妈叔]|妈妈?|爸爸?|哥哥?|姐姐?|弟弟?|妹妹?|爷爷|奶奶|叔叔|亲亲?|宝宝|"
    r"整整|足足|久久|连连|狠狠|死死|早早|迟迟|多多|服务.*|前台.*|客服.*|谢谢|家家|人人|个个|样样|处处|时时|偏偏|明明|白白|偷偷|默默|渐渐|统统|往往|匆匆|纷纷|种种|层层|婆婆|姥姥|太太|公公|伯伯|叔叔|舅舅|姑姑|宝贝|"
    r"等等?|回|退|赔|走|滚|打|再|自己|别人|人|好好|天天|常常|慢慢|刚刚|谢谢|看看|试试|问问|说说|想想|听听|查查|催催|某某|这.*|那.*|怎.*|做.*|付.*|买.*|重.*|换.*")


def nicknames(text: str, segmenter: Callable[[], Any]) -> Iterator[Find]:
    """Yield what people are called without their full name."""
    for found in FIELD.finditer(text):
        value = found[2]
        nothing = NOTHING if found[1] in CHOSEN else NOT_VALUES
        if not nothing.fullmatch(value):
            yield found.start(2), found.end(2), "name"
    yield from _called(text, (CALLED, CALLED_SO))
    for found in CANDIDATE.finditer(text):
        start, end = found.span()
        if NOT_NICKS.match(text, start) or COUNTED.search(text, max(0, start - 1), start):
            continue
        low = max(0, start - AROUND)
        following = _words(segmenter(), text[low:end + AROUND])
        title = TITLED.match(text, end)
        # Before a form of address (梅姐) the word ends behind it.
        if start - low in following and _goes_well(
                following.get((title.end() if title else end) - low), bool(title)):
            yield start, end, "name"


def doubled(text: str) -> Iterator[Find]:
    """Yield names of one character said twice: 客服婷婷, 毛毛爸爸."""
    yield from _called(text, (DOUBLED, DOUBLED_TITLED))


def _called(text: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[Find]:
    for pattern in patterns:
        for found in pattern.finditer(text):
            group = next(number for number in range(1, len(found.groups()) + 1) if found[number])
            if not NOT_CALLED.fullmatch(found[group]) and not NOT_NICKS.match(found[group]):
                yield found.start(group), found.end(group), "name"


def _words(segmenter: Any, text: str) -> dict[int, str]:
    """Return {place where a word begins: word and its class}. New words are not guessed: 刘帮 and 崔收 would be some."""
    words, place = {}, 0
    for word, tag in segmenter.tag(text, False):
        words[place] = f"{word}/{tag}"
        place += len(word)
    words[place] = ""
    return words


def _goes_well(following: str | None, titled: bool) -> bool:
    """Return whether a person may stand before a word: 小崔/收了, 小李/昨天; not 小黄/车, and not within a word (None).

    >>> _goes_well("收/v", False), _goes_well("车/zg", False), _goes_well("态度/n", False), _goes_well(None, False)
    (True, False, True, False)
    """
    if not following or titled:
        return following is not None
    word, _, tag = following.rpartition("/")
    return word in OF_PEOPLE or not (tag[0] in "nqgz" or tag in ("a", "b", "i", "l"))
