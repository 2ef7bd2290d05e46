"""Names of people: what the segmenter takes for one, what stands where a name stands, and what only looks like it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .nicknames import nicknames
from .numbers import Find
from .roles import roled, spoken
from .surnames import BRANDS, COMMON, COMPOUND, NOT_NAMES, SINGLE

HAN = r"[\u4e00-\u9fff]"
SURNAME = rf"(?:{'|'.join(COMPOUND)}|[{SINGLE}])"
TITLES = ("先生|女士|小姐|太太|师傅|老师|经理|主任|主管|店长|厂长|校长|院长|会计|出纳|科长|队长|站长|所长|秘书|警官|律师|大夫|医生|护士|阿姨|叔叔|大叔|大爷|大妈|大姐|大哥|"
          "奶奶|爷爷|姐|哥|总(?=[，。、！？,.!? ]|$|您|你|好|吗|呢|要|说|的|在|找|让|批|签|那|回)|工(?=[，。,. ]|$|您|你|好)")
# 王先生, 李建国师傅, 小刘师傅: a surname, a given name or none, and how one addresses a person.
TITLED = re.compile(rf"(?<!{HAN})({SURNAME}{HAN}{{0,2}}?)(?={TITLES})|({SURNAME}{HAN}{{0,2}}?)(?={TITLES})")
# Words after which somebody's name stands.
SLOTS = ("我叫|我是|名叫|叫做|名字是|名字叫|姓名|大名|联系人|收件人|收货人|寄件人|签收人|接收人|经办人|申请人|投保人|被保险人|持卡人|开户人|"
         "户主|车主|机主|业主|房主|法人|户名|署名|本人|客户名|客户|用户|乘客|旅客|入住人|预约人|患者|我老公|我老婆|我爱人|我先生|我太太|"
         "我妈妈?|我爸爸?|我儿子|我女儿|我同事|我朋友|我姐|我哥|我弟弟?|我妹妹?|工号\\d{2,8}的?|坐席|客服|专员|师傅叫|技师")
SLOT = re.compile(rf"(?:{SLOTS})(?:的?(?:名字|姓名))?(?:是|为|叫|写的?|填的?)?[ ::]{{0,3}}({SURNAME}{HAN}{{1,2}})(?={{END}})".replace(
    "{END}", r"[，。、；,.;!！?？ )）:：\n\d〔\[@]|$|的|吗|呢|啊|吧|和|与|跟|电话|手机|先生|女士|身份证|地址|本人|您|你"))
LABELLED = re.compile(
    rf"(?:姓名|联系人|收件人|收货人|寄件人|签收人|申请人|投保人|持卡人|户主|车主|机主|业主|开户人|户名|乘客|患者|署名|经办人)[ ]?[::][ ]?({HAN}{{2,4}})(?!{HAN})")
# Names from other languages are written with few characters; 北京·朝阳 is not.
SOUND = ("[都阿艾爱安巴拜班宝贝本比别宾伯布查达戴丹德迪丁杜多额恩尔法菲费弗夫甫噶盖格根古哈罕汗合赫胡吉加贾江杰卡凯康考科克肯库拉兰朗劳勒雷黎里丽力利"
         "莲林琳卢鲁路伦罗洛玛马麦买曼毛梅米蜜明莫默木穆姆纳娜南内尼妮宁努诺帕潘佩皮普齐恰强乔钦琼热仁茹萨塞赛莎山沙珊尚舍申史斯苏孙索塔泰坦汤唐陶"
         "特提图吐托娃瓦万维温文沃乌吾西希夏肖谢辛雅亚扬耶伊依衣易因英尤约扎泽詹珍孜卓佐]")
DOTTED = re.compile(rf"{SOUND}{{2,6}}[·•・]{SOUND}{{1,6}}(?:[·•・]{SOUND}{{1,6}})?")
CAPITAL = r"(?:(?:Mac|Mc|O['’])?[A-Z][a-z]{1,15}(?:[-'’][A-Z][a-z]{1,15})?)"
WESTERN = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? |(?i:my name is|my name['’]s|name is|i am|i['’]m|this is|name ?[::]|regards,?\s|sincerely,?\s|contact ?[::]|"
    r"signed by|spoke (?:to|with)|attn ?[.::]{0,2}) ?)"
    rf"({CAPITAL}(?: [A-Z]\.?)?(?: {CAPITAL}){{0,2}})(?![a-z])"
    rf"|\b(?:Hi|Hello|Dear|Thanks|Cheers) (?!(?:Mr|Mrs|Ms|Miss|Dr)\b)({CAPITAL}(?: {CAPITAL})?)(?=[,!.\n-])"
    rf"|\b(?:[Cc]ustomer|[Aa]gent|[Cc]lient|[Rr]ep|[Mm]anager|[Tt]echnician|[Dd]river|[Aa]ssigned to|[Rr]eported by|[Oo]n behalf of) ({CAPITAL} {CAPITAL}(?: {CAPITAL})?)(?![a-z])")
# 收件人改成Cindy, 名字拼音 FANG YUQING
LATIN = re.compile(
    rf"(?:收[件货]人|联系人|姓名|名字|我叫|我是)(?:改成|改为|换成|是|为|叫)?[ ::]{{0,2}}({CAPITAL}(?: {CAPITAL}){{0,2}})(?![A-Za-z0-9])"
    r"|(?:拼音|英文名)(?:是|为)?[ ::]{0,2}([A-Z][A-Za-z]{1,15}(?: [A-Z][A-Za-z]{1,20}){0,2})(?![A-Za-z0-9])")
WESTERN_STOPS = frozenset([
    "The", "This", "That", "Not", "Sorry", "Very", "Happy", "Sure", "Here", "From", "Trying", "Just", "Still", "Calling", "Writing",
    "Team", "Support", "All", "Sir", "Madam", "There", "Everyone", "Customer", "Service", "Services", "Care", "Success", "Again", "Advance",
    "Unable", "Having", "Using", "Getting", "Looking", "Waiting", "Really", "So", "Also", "Now", "Only", "Going", "Your", "Our", "My"])
BRANDED = re.compile(BRANDS)
# Given names go on with these; a word among them shows that a "surname" began a common word.
MAY_NAME = re.compile(rf"[{''.join(sorted(COMMON))}]|{'|'.join(COMPOUND)}|(?:^|[叫是找给和跟与让由请被向问对代替员友事学生傅系])[{SINGLE}]{HAN}")
CLAUSE = re.compile(r"[^，。、；,;!！?？\s:：()（）/\\|【】]+")
# 这张卡, 三段: a surname that counts things here.
PLACED = re.compile(r"[路区镇村街站巷桥县市省庄寨屯店亭港]|支行|分行|机场|大学|医院|[小中]学|高速|分公司")
COUNTED = re.compile(r"[这那一两二三四五六七八九十几每多某哪0-9半]")


def names(text: str, hits: frozenset[str]) -> Iterator[Find]:
    """Yield what is a name by its place, its form of address, or the segmenter's word class ``nr``."""
    found = list(_all(text, hits))
    branded = [(brand.start(), brand.end()) for brand in BRANDED.finditer(text)] if found else []
    for start, end, kind in found:
        if not any(begin < end and start < until for begin, until in branded):
            yield start, end, kind


def _all(text: str, hits: frozenset[str]) -> Iterator[Find]:
    # Nicknames first: of two finds of one length the first is kept, and 老冯 is more than the 冯三 of a segmenter.
    if "nick" in hits or "twice" in hits:
        yield from nicknames(text, segmenter)
    if "western" in hits:
        yield from _western(text)
    if "role" in hits:
        yield from roled(text, segmenter, lambda name: name in NOT_NAMES or _ends_as_word(name))
    if "spoken" in hits or "titled" in hits:
        yield from spoken(text)
    if "slot" in hits:
        yield from _placed(text)
    if "dotted" in hits:
        yield from _dotted(text)
    if "titled" in hits:
        yield from _titled(text)
    if "common" in hits or "rare" in hits:
        for clause in CLAUSE.finditer(text):
            if MAY_NAME.search(clause[0]):
                yield from _tagged(text, clause.start(), clause[0])


def _placed(text: str) -> Iterator[Find]:
    for pattern in (LABELLED, SLOT):
        for found in pattern.finditer(text):
            name = found[1]
            if name not in NOT_NAMES and not _ends_as_word(name):
                yield found.start(1), found.end(1), "name"

def _dotted(text: str) -> Iterator[Find]:
    for found in DOTTED.finditer(text):
        if not any(tag == "ns" for _word, tag in segmenter().tag(found[0])):
            yield found.start(), found.end(), "name"


def _titled(text: str) -> Iterator[Find]:
    for found in TITLED.finditer(text):
        group = 1 if found[1] else 2
        name, start = found[group], found.start(group)
        # 联系李女士 has the verb before the name: the segmenter knows whether the surname begins a word here.
        if group == 2 and len(name) > 1:
            continue
        if name not in NOT_NAMES and (group == 1 or _begins_word(text, start)):
            yield start, found.end(group), "name"


def _tagged(text: str, place: int, clause: str) -> Iterator[Find]:
    tokens = segmenter().tag(clause)
    for at, (word, tag) in enumerate(tokens):
        start, place = place, place + len(word)
        if tag[:2] == "nr":
            end = _with_given(tokens, at, place)
            known = word[0] in COMMON or word[:2] in COMPOUND or end - start == 3
            if (_is_name(text[start:end]) and not COUNTED.search(text, max(0, start - 1), start)
                    and not PLACED.match(text, end) and (known or _spoken_of(text, start, end))):
                yield start, end, "name"
        elif word in COMMON or word in COMPOUND:
            end = _with_given(tokens, at, place)
            if end > place and _spoken_of(text, start, end):
                yield start, end, "name"


def _with_given(tokens: list[tuple[str, str]], at: int, end: int) -> int:
    """Return where a name ends that the segmenter cut behind its surname: one or two single characters go on."""
    word = tokens[at][0]
    if len(word) > 2 or (len(word) == 2 and word not in COMPOUND):
        return end
    taken = 0
    for following, _tag in tokens[at + 1:at + 3]:
        if taken + len(following) > 2 or not GIVEN.fullmatch(following) or following in STOP_GIVEN or (
                following in NOT_NAMES):
            break
        taken += len(following)
        end += len(following)
    return end


ENDINGS = frozenset("啦哟呀么呢吗的了着过粉亲吧啊嘛吖路区镇村街站里")
GIVEN = re.compile(HAN + "{1,2}")
STOP_GIVEN = frozenset("的了吗呢啊吧是在有和与跟也都就说要会能可想去来给把被让对这那你我他她它您先生女士小姐师傅老师经理姓不没很太再还")
BEFORE_NAME = re.compile(r"(?:[，。、；,.;!！?？\s:：(（]|\A|叫|是|联系|找|给|和|跟|与|让|由|请|被|向|问|对|代|替|客服|专员|坐席|快递员|师傅|同事|朋友|同学|医生|经理)$")
AFTER_NAME = re.compile(r"(?:[，。、；,.;!！?？\s:：)）]|$|说|的|告诉|打|接|处理|回复|联系|签收|电话|手机|和|跟|与|在|给|已|来|您|你|先生|女士|同志|身份证|态度|服务|帮|为|要|问|反映|投诉|表示|回|姓)")


def _spoken_of(text: str, start: int, end: int) -> bool:
    """Return whether the words around a place speak of a person there."""
    name = text[start:end]
    return bool(2 <= len(name) <= 4 and name not in NOT_NAMES and not _ends_as_word(name) and not TIMES.fullmatch(name)
                and not COUNTED.search(text, max(0, start - 1), start)
                and BEFORE_NAME.search(text, max(0, start - 4), start) and AFTER_NAME.match(text, end))


# 冯三次 in 找过老冯三次 is a count.
TIMES = re.compile(r".+[一二三四五六七八九十两几][次遍回个天年]")


def _is_name(word: str) -> bool:
    return (2 <= len(word) <= 4 and word not in NOT_NAMES and re.match(SURNAME, word) is not None
            and not _ends_as_word(word) and not TIMES.fullmatch(word))


def _ends_as_word(name: str) -> bool:
    """Return whether the last two characters are a common word, as in 我是高兴的 or 客户方便接."""
    return name[-2:] in NOT_NAMES or name[:2] in NOT_NAMES or name[-1] in ENDINGS


def _begins_word(text: str, start: int) -> bool:
    """Return whether a word of the segmenter begins at a place."""
    low = max(0, start - 12)
    place = low
    for word, _tag in segmenter().tag(text[low:start + 6]):
        if place >= start:
            return place == start
        place += len(word)
    return False


def _western(text: str) -> Iterator[Find]:
    for found in [*WESTERN.finditer(text), *LATIN.finditer(text)]:
        group = found.lastindex or 1
        if WESTERN_STOPS.isdisjoint(found[group].split()):
            yield found.start(group), found.end(group), "name"


@lru_cache(maxsize=1)
def segmenter() -> Any:
    """Return the segmenter; its dictionary is loaded at the first use (0.2 s)."""
    import rjieba

    return rjieba
