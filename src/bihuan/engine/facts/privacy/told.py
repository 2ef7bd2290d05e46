"""Names where the words around leave no doubt: 我叫…, 收货人：…, 您好，…，您的, …先生. There a name need not look like one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .numbers import Find
from .plausible import likely
from .roles import ANY
from .surnames import COMMON, COMPOUND, NOT_NAMES, SINGLE, STEPPE, TIBETAN
from .titles import TITLES_ALONE

HAN = r"[\u4e00-\u9fff]"
# Names from other languages are written with few characters.
SOUND = ("[都阿艾爱安巴拜班宝贝本比别宾伯布查达戴丹德迪丁杜多额恩尔法菲费弗夫甫噶盖格根古哈罕汗合赫胡吉加贾江杰卡凯康考科克肯库拉兰朗劳勒雷黎里丽力利"
         "莲林琳卢鲁路伦罗洛玛马麦买曼毛梅米蜜明莫默木穆姆纳娜南内尼妮宁努诺帕潘佩皮普齐恰强乔钦琼热仁茹萨塞赛莎山沙珊尚舍申史斯苏孙索塔泰坦汤唐陶"
         "特提图吐托娃瓦万维温文沃乌吾西希夏肖谢辛雅亚扬耶伊依衣易因英尤约扎泽詹珍孜卓佐]")
FOREIGN = re.compile(rf"{SOUND}{{3,6}}|{HAN}{{0,2}}(?:{STEPPE}){HAN}{{0,3}}|(?:{TIBETAN}){{1,2}}")
FIELDS = "姓 ?名|联系人|收件人|收货人|寄件人|签收人|取件人|申请人|投保人|持卡人|户主|车主|机主|业主|开户人|户名|经办人|报修人"
ENDS = r"(?=[，。、；,.;!！?？ )）:\n\d〔\[@]|$|电话|手机|身份证)"
FIELD = re.compile(rf"(?:{FIELDS})[ ]?:[ ]{{0,2}}({HAN}{{2,4}}|(?:{STEPPE}){HAN}{{1,4}}){ENDS}")
# 收货人：陈 小 明
PARTED = "|".join(" ?".join(each) for each in COMPOUND)
SPACED = re.compile(rf"(?:{FIELDS}|我叫)[ ]?:?[ ]{{0,2}}((?:{PARTED}|[{ANY}])(?: {{1,2}}{HAN}){{1,2}})(?= {{0,2}}(?:[，。、；,.;)）:\n\d]|电话|手机|地址|男|女|$))")
CALLED = re.compile(rf"(?:我叫|[他她]叫|名叫|(?:我的|我)?名字[是叫])[ :]{{0,2}}({HAN}{{2,5}}){ENDS}")
SELF = re.compile(rf"我是({HAN}{{2,5}}){ENDS}")
GREETED = re.compile(rf"(?:您好|你好)[，,!！ ]{{1,2}}({HAN}{{2,4}})[，,](?=您|你|请|这里|我)")
# 区文杰反映…, as letters and call-backs begin: surnames that are mostly other words are some there.
REPORTS = re.compile(rf"(?:\A|[。；;\n])[ ]?([{ANY}区]{HAN}{{1,2}})(?=(?:先生|女士)?(?:来电|来信|来访|致电|反映|投诉|咨询|称[，,:]|本人|[今昨前]天))")
HAILED = re.compile(r"先生|女士|小姐")
TITLED = re.compile(rf"(?:{TITLES_ALONE})$")
HAN_ONLY = re.compile(HAN)
ASKED = frozenset("帮给找和跟与让由请被向问对代替叫是为到")
NEVER = frozenset("的了吗呢啊吧是在有与跟也都就说要会想去给把被让对这那你我他她它您姓不没很太再还着过位名个些某何谁")
# What is said of somebody, or when: 白领女士, 周三先生来过.
SAID_OF = frozenset(Path(__file__).with_name("said_of.txt").read_text("utf-8").split())
SHORT = 2


def told(text: str, segmenter: Callable[[], Any]) -> Iterator[Find]:
    """Yield what stands where a name is announced or addressed, whatever it is made of."""
    for found in SPACED.finditer(text):
        yield found.start(1), found.end(1), "name"
    for pattern in (FIELD, CALLED):
        for found in pattern.finditer(text):
            if _surnamed(found[1]) or _foreign(found[1], segmenter):
                yield found.start(1), found.end(1), "name"
    for found in REPORTS.finditer(text):
        name = found[1]
        if likely(name) and name not in NOT_NAMES and name not in SAID_OF and _no_word(name, segmenter):
            yield found.start(1), found.end(1), "name"
    for pattern in (SELF, GREETED):
        for found in pattern.finditer(text):
            name = found[1]
            # 我是房东, 我是高三: a word that is no name elsewhere is one here where the segmenter says so (安然).
            everyday = name in NOT_NAMES and segmenter().tag(name)[0][1][:2] != "nr"
            if not everyday and (_foreign(name, segmenter) or (_surnamed(name, SINGLE) and likely(name))):
                yield found.start(1), found.end(1), "name"


def _no_word(name: str, segmenter: Callable[[], Any]) -> bool:
    """Return whether the segmenter sees no everyday word or place in the whole: 单雄, not 江南."""
    tokens = segmenter().tag(name, False)
    return len(tokens) > 1 or tokens[0][1][:2] == "nr"


def hailed(text: str, segmenter: Callable[[], Any]) -> Iterator[Find]:
    """Yield what stands before 先生, 女士 or 小姐 and begins where a clause does or behind 帮, 找, 给 and the like."""
    for title in HAILED.finditer(text):
        end = title.start()
        for length in (4, 3, 2):
            start = end - length
            name = text[max(0, start):end]
            if start < 0 or re.fullmatch(HAN + "+", name) is None:
                continue
            begins = start == 0 or not HAN_ONLY.match(text[start - 1])
            if (begins or text[start - 1] in ASKED) and (
                    _surnamed(name, ANY + "全" if begins else SINGLE + "全") or _foreign(name, segmenter)):
                yield start, end, "name"
                break


def _surnamed(name: str, surnames: str = ANY + "全") -> bool:
    """Return whether a surname and a given name of any characters stand here, less what everyday words are.

    >>> _surnamed("高兴旺"), _surnamed("苏醒"), _surnamed("关闭"), _surnamed("于是张")
    (True, True, False, False)
    """
    compound = name[:2] in COMPOUND
    given = name[2:] if compound and len(name) > SHORT else name[1:]
    if not 1 <= len(given) <= SHORT or name in SAID_OF or TITLED.search(name) or not NEVER.isdisjoint(given) or (name[0] not in surnames and not compound):
        return False
    if likely(name):
        return len(name) == SHORT or name not in NOT_NAMES
    if name[:2] in NOT_NAMES or name[-2:] in NOT_NAMES:
        return len(name) == SHORT
    return len(name) == SHORT or name[-1] not in COMMON


def _foreign(name: str, segmenter: Callable[[], Any]) -> bool:
    """Return whether it is written as names from other languages are, doubled (乐乐), or in the segmenter's list of people."""
    if name in NOT_NAMES or name in SAID_OF or TITLED.search(name):
        return False
    if FOREIGN.fullmatch(name):
        return True
    if not NEVER.isdisjoint(name):
        return False
    tokens = segmenter().tag(name)
    return len(tokens) == 1 and (tokens[0][1][:2] == "nr" or (len(name) == SHORT and name[0] == name[1] and tokens[0][1] != "n"))
