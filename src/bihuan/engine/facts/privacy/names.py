"""Names of people: what the segmenter takes for one, what stands where a name stands, and what only looks like it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .nicknames import doubled, nicknames
from .numbers import Find
from .plausible import DOUBTFUL, GIVEN_NAMES, PLACED, WORDS_ALONE, behind_somebody, likely
from .roles import VERBS, roled, spoken
from .surnames import BRANDS, COMMON, COMPOUND, JAPANESE, NOT_NAMES, SINGLE, STEPPE, TITLED_RARE
from .titles import TITLES_ALONE
from .told import FOREIGN, SOUND, hailed, told

HAN = r"[\u4e00-\u9fff]"
SURNAME = rf"(?:{'|'.join(COMPOUND)}|[{SINGLE}])"
# 总 and 工 are forms of address where a clause ends or somebody is spoken to.
TITLES = TITLES_ALONE + ("|总(?=[，。、！？,.!? ]|$|您|你|好|吗|呢|要|说|的|在|找|让|批|签|那|回)|队(?=[，。]|带|说|让|您|你)|工(?=[，。,. ]|$|您|你|好)")
# 王先生, 李建国师傅, 小刘师傅: a surname, a given name or none, and how one addresses a person.
ADDRESSED = frozenset(SINGLE + TITLED_RARE)
TITLE = re.compile(TITLES)
LONGEST = 4
HAN_ONLY = re.compile(HAN)
# 赵姓师傅; 廖某, 王某珍, 沈某人
SURNAMED = rf"(?<![因由对在自从若如百师])([{''.join(sorted(set(SINGLE) - set('于向成解查关单时任')))}])"
VEILED = (re.compile(rf"{SURNAMED}姓(?={HAN})"), re.compile(
    rf"({SURNAMED}某(?!处|地|些|种|个|次|天|日|月|年|市|县|区|镇|村|公司|单位|品牌|店)(?:某|人|{HAN}(?=[，。、,.；;：: （()）]|$))?)"))
TITLED_AS = re.compile(r"[工总哥姐]")
# Words after which somebody's name stands.
SLOTS = ("我叫|[他她]叫|我是|名叫|叫做|名字是|名字叫|姓名|大名|联系人|收件人|收货人|寄件人|签收人|接收人|经办人|申请人|投保人|被保险人|持卡人|开户人|"
         "户主|车主|机主|业主|房主|法人|户名|署名|本人|客户名|客户|用户|乘客|旅客|入住人|预约人|患者|我老公|我老婆|我爱人|我先生|我太太|"
         "我妈妈?|我爸爸?|我儿子|我女儿|我同事|我朋友|我姐|我哥|我弟弟?|我妹妹?|工号\\d{2,8}的?|坐席|客服|专员|师傅叫|技师")
SLOT = re.compile(rf"(?:{SLOTS})(?:的?(?:名字|姓名))?(?:是|为|叫|写的?|填的?)?[ ::]{{0,3}}({SURNAME}{HAN}{{1,2}})(?={{END}})".replace(
    "{END}", r"[，。、；,.;!！?？ )）:：\n\d〔\[@]|$|的|吗|呢|啊|吧|和|与|跟|电话|手机|先生|女士|身份证|地址|本人|您|你"))
LABELLED = re.compile(
    rf"(?:姓名|联系人|收件人|收货人|寄件人|签收人|申请人|投保人|持卡人|户主|车主|机主|业主|开户人|户名|乘客|患者|署名|经办人)[ ]?[::][ ]?({HAN}{{2,4}})(?!{HAN})")
# 北京·朝阳 is not one.
DOTTED = re.compile(rf"{SOUND}{{2,6}}[·•・]{SOUND}{{1,6}}(?:[·•・]{SOUND}{{1,6}})?")
CAPITAL = r"(?:(?:Mac|Mc|O['’])?[A-Z][a-zà-ÿ]{1,15}(?:[-'’][A-Z][a-zà-ÿ]{1,15})?)"
WESTERN = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? |(?i:my name is|my name['’]s|name is|i am|i['’]m|this is|name ?[::]|regards,?\s|sincerely,?\s|contact ?[::]|"
    r"signed by|spoke (?:to|with)|attn ?[.::]{0,2}) ?)"
    rf"({CAPITAL}(?: [A-Z]\.?)?(?: {CAPITAL}){{0,2}})(?![a-z])"
    rf"|\b(?:Hi|Hello|Dear|Thanks|Cheers) (?!(?:Mr|Mrs|Ms|Miss|Dr)\b)({CAPITAL}(?: {CAPITAL})?)(?=[,!.\n-])"
    rf"|\b(?:[Cc]ustomer|[Aa]gent|[Cc]lient|[Rr]ep|[Mm]anager|[Tt]echnician|[Dd]river|[Aa]ssigned to|[Rr]eported by|[Oo]n behalf of) ({CAPITAL} {CAPITAL}(?: {CAPITAL})?)(?![a-z])")
# 收件人改成Cindy, 名字拼音 FANG YUQING
LATIN = re.compile(
    rf"(?:收[件货]人|联系人|姓名|名字|我叫|我是)(?:改成|改为|换成|是|为|叫)?[ ::]{{0,2}}({CAPITAL}(?: {CAPITAL}){{0,2}})(?![A-Za-z0-9])"
    r"|(?:拼音|英文名|写成了?)(?:是|为)?[ ::]{0,2}([A-Z][A-Za-zà-ÿ]{1,15}(?: [A-Z][A-Za-zà-ÿ]{1,20}){0,2})(?![A-Za-z0-9])|(?:名字|姓名|护照)(?:是|为)?[ ::]{0,2}([A-Z]{2,12} [A-Z]{2,20})(?![A-Za-z0-9])")
# 客人Michael O'Brien, 外籍客户Tanaka Yuki, David帮我办的卡
AMONG_HAN = re.compile(
    rf"(?:客户|客人|旅客|乘客|患者|家长|住客|租客|房客|顾客|会员|经理|顾问|助理|同事|外教|老师|导师|导游|雇主|菲佣|翻译|业主|联系|找|收|转告|转给|告诉|通知)[是叫为 ]{{0,2}}({CAPITAL}(?: {CAPITAL}){{1,2}})(?![A-Za-z0-9])"
    rf"|(?:客户|客人|家长|外教|经理|顾问|导游|住客|房客|租客|业主)[是叫]?({CAPITAL})(?=[，,。、的帮说把给不在要]|$)"
    rf"|(?<![A-Za-z0-9])({CAPITAL}(?: {CAPITAL})?)(?=帮我|跟我说|告诉我|答应|给我(?:打|发|办)|说(?:他|她|会|可以)|承诺|是[我你他]们?的)"
    rf"|(?<![A-Za-z0-9 ])({CAPITAL} {CAPITAL})(?=预?订|投诉|反映|说|打来|要求|发来)")
# 请寄…，高娃收; 婷婷: what is doubled so is what somebody is called.
RECEIVES = re.compile(rf"[，, 。]({SURNAME}{HAN}{{1,2}}(?<![签代验没回接查]))收(?=[，。,. ]|$)")
DOUBLED = re.compile(r"(?:(?<![\u4e00-\u9fff])|(?<=[有是叫找和跟给]))([婷莉丽娜倩璐媛妍琪瑶珊莎蕾薇娟燕玲颖雯彤萱琳芸])\1(?=[，。、,.；; ]|$|说|的)")
# 王䶮: characters beyond the everyday ones stand in names and nowhere else.
UNCOMMON = re.compile(rf"(?:{SURNAME}{HAN}?)?[\u3400-\u4dbf\U00020000-\U0003ffff]{HAN}?(?=[^\u4e00-\u9fff]|$)|{SURNAME}[\u3400-\u4dbf\U00020000-\U0003ffff]")
ABROAD = re.compile(rf"(?:{JAPANESE})(?=先生|女士|小姐|社长|部长|课长|老师|桑)"
    rf"|(?:{STEPPE}){{2,4}}|(?:额尔德尼|买买提|麦麦提|巴特尔|其木格|艾合买提)|(?:{STEPPE})(?={TITLES_ALONE})")
WESTERN_STOPS = frozenset([
    "The", "This", "That", "Not", "Sorry", "Very", "Happy", "Sure", "Here", "From", "Trying", "Just", "Still", "Calling", "Writing",
    "Team", "Support", "All", "Sir", "Madam", "There", "Everyone", "Customer", "Service", "Services", "Care", "Success", "Again", "Advance",
    "Unable", "Having", "Using", "Getting", "Looking", "Waiting", "Really", "So", "Also", "Now", "Only", "Going", "Your", "Our", "My"])
BRANDED = re.compile(BRANDS)
# Given names go on with these; a word among them shows that a "surname" began a common word.
MAY_NAME = re.compile(rf"[{''.join(sorted(COMMON))}]|{'|'.join(COMPOUND)}|(?:^|[叫是找给和跟与让由请被向问对代替员友事学生傅系人长工师才刚天谢次们])[{SINGLE}]{HAN}")
CLAUSE = re.compile(r"[^，。、；,;!！?？\s:：()（）/\\|【】]+")
# 这张卡, 三段: a surname that counts things here.
COUNTED = re.compile(r"[这那一两二三四五六七八九十几每多某哪0-9半]")


def names(text: str, hits: frozenset[str]) -> Iterator[Find]:
    """Yield what is a name by its place, its form of address, or the segmenter's word class ``nr``."""
    found = list(_all(text, hits))
    branded = [(brand.start(), brand.end()) for brand in BRANDED.finditer(text)] if found else []
    for start, end, kind in [*found, *_again(text, found)]:
        if not any(begin < end and start < until for begin, until in branded):
            yield start, end, kind


def _again(text: str, found: list[Find]) -> Iterator[Find]:
    """Yield the other places where a whole name stands that was found once: what speaks of the person may stand there alone."""
    known = {text[start:end] for start, end, _kind in found}
    for name in known:
        if len(name) > 1 and name[0] in COMMON and likely(name):
            for again in re.finditer(name, text):
                if len(name) > LONE or not PLACED.match(text, again.end()):
                    yield again.start(), again.end(), "name"


def _all(text: str, hits: frozenset[str]) -> Iterator[Find]:
    # Nicknames first: of two finds of one length the first is kept, and 老冯 is more than the 冯三 of a segmenter.
    if "nick" in hits:
        yield from nicknames(text, segmenter)
    if "twice" in hits:
        yield from doubled(text)
    if "western" in hits:
        yield from _western(text)
    if "role" in hits:
        yield from roled(text, segmenter, lambda name: name in NOT_NAMES or _ends_as_word(name))
    if "spoken" in hits:
        yield from spoken(text)
    if "slot" in hits:
        yield from _placed(text)
    if "told" in hits:
        yield from told(text, segmenter)
    if "dotted" in hits:
        yield from _dotted(text)
    if "received" in hits:
        yield from ((found.start(1), found.end(1), "name") for found in RECEIVES.finditer(text) if likely(found[1]))
        yield from ((found.start(), found.end(), "name") for found in DOUBLED.finditer(text))
    if "uncommon" in hits:
        yield from ((found.start(), found.end(), "name") for found in UNCOMMON.finditer(text))
    if "abroad" in hits:
        yield from ((found.start(), found.end(), "name") for found in ABROAD.finditer(text))
    if "titled" in hits:
        yield from _veiled(text)
        yield from _titled(text)
        yield from hailed(text, segmenter)
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


def _veiled(text: str) -> Iterator[Find]:
    for pattern in VEILED:
        for found in pattern.finditer(text):
            yield found.start(1), found.end(1), "name"


def _titled(text: str) -> Iterator[Find]:
    for found in TITLE.finditer(text):
        end = found.start()
        for start in range(max(0, end - LONGEST), end):
            if _addressed(text, start, end):
                yield start, end, "name"
                break


def _addressed(text: str, start: int, end: int) -> bool:
    """Return whether a name stands before a form of address: a surname alone, or with what may be a given name."""
    name = text[start:end]
    if name in NOT_NAMES or (name[0] not in ADDRESSED and name[:2] not in COMPOUND):
        return False
    if len(name) > 1 and name not in COMPOUND and (not likely(name) or text[end] == "工"):
        return False
    begins = start == 0 or not HAN_ONLY.match(text[start - 1])
    return (begins or _parted(text, start)) and not _is_word(text, start, end)


def _tagged(text: str, place: int, clause: str) -> Iterator[Find]:
    tokens = segmenter().tag(clause)
    for at, (word, tag) in enumerate(tokens):
        start, place = place, place + len(word)
        if tag[:2] == "nr" or word in COMMON or word in COMPOUND:
            titled = ENDS_AS_TITLE.search(word)
            end = start + titled.start() if titled else _without_verb(text, start, _with_given(tokens, at, place))
            if (titled and titled.start() and word[0] in SINGLE) or _named(text, start, end):
                yield start, end, "name"


def _named(text: str, start: int, end: int) -> bool:
    """Return whether what the segmenter takes for a name is one by its characters or by what stands around it."""
    name = text[start:end]
    if not _is_name(name) or name in WORDS_ALONE or COUNTED.search(text, max(0, start - 1), start):
        return False
    fits, placed, surnamed = likely(name), PLACED.match(text, end), name[0] in COMMON or name[:2] in COMPOUND
    if len(name) == LONGEST and FOREIGN.fullmatch(name):
        return not placed and _spoken_of(text, start, end, both=False)
    if behind_somebody(text, start):
        return fits or (surnamed and not placed)
    if placed or not (fits or (surnamed and len(name) == LONE)):
        return False
    if not fits:
        return name[0] not in DOUBTFUL and name[1] not in "总姓家" and _spoken_of(text, start, end)
    if name[0] not in DOUBTFUL and (len(name) > LONE or (surnamed and name[1] != "家")):
        return (surnamed and len(name) > LONE) or _spoken_of(text, start, end, both=False)
    return _spoken_of(text, start, end)


def _without_verb(text: str, start: int, end: int) -> int:
    """Return where a name ends that the segmenter joined with what the person does, as in 李静接."""
    shorter = text[start:end - 1]
    joined = len(shorter) >= LONE and (text[end - 1] in GOES_ON or (len(shorter) > LONE and text[end - 1] in "来家")) and shorter not in COMPOUND and likely(shorter)
    return end - 1 if joined else end


def _with_given(tokens: list[tuple[str, str]], at: int, end: int) -> int:
    """Return where a name ends that the segmenter cut behind its surname: one or two single characters go on."""
    word = tokens[at][0]
    if len(word) == 2 and word not in COMPOUND and at + 1 < len(tokens):
        # 蒋军 崇: the dictionary knows the shorter name.
        following = tokens[at + 1][0]
        return end + (len(following) == 1 and following in GIVEN_NAMES)
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


# 李静接的电话, 寄给赵敏收: characters that begin what somebody does and end no given name.
GOES_ON = frozenset("收接谈聊答尽就说给骂很没打签骗修")
LONE = 2        # a name of more characters may stand alone
ENDS_AS_TITLE = re.compile(rf"(?:{TITLES_ALONE})$")
ENDINGS = frozenset("啦哟呀么呢吗的了着过粉亲吧啊嘛吖路区镇村街站里")
GIVEN = re.compile(HAN + "{1,2}")
STOP_GIVEN = frozenset("的了吗呢啊吧是在有和与跟也都就说要会能可想去来给把被让对这那你我他她它您先生女士小姐师傅老师经理姓不没很太再还")
BEFORE_NAME = re.compile(r"(?:[，。、；,.;!！?？\s:：(（]|\A|叫|是|联系|找|给|和|跟|与|让|由|请|被|向|问|对|代|替|客服|专员|坐席|快递员|师傅|同事|朋友|同学|医生|经理|[谢感]谢|刚[才刚]|[昨今前]天|上次|[之以]前|后来|当时|们的|(?:电话|接待|负责|值班|当班|上门|办理|服务|维修|安装|送货|送餐|带队|主治)的|[一查找]下)$")
AFTER_NAME = re.compile(rf"(?:收(?=[，。,. ]|$|就|的)|[谈聊骂接挂很没骗签修(（]|就|尽快|答应|一直|负责|又|[，。、；,.;!！?？\s:：)）]|$|{TITLES_ALONE}|1[3-9]\d|认为|担任|夫妇|夫妻|[两二三]人|一家|名下|等|称|未|不|曾|将|把|也|都|家|本人|违|承包|说|的|告诉|打|接|处理|回复|联系|签收|电话|手机|和|跟|与|在|给|已|来|您|你|先生|女士|同志|身份证|态度|服务|帮|为|要|问|反映|投诉|表示|回|姓)")


def _spoken_of(text: str, start: int, end: int, *, both: bool = True) -> bool:
    """Return whether the words around a place speak of a person there: on ``both`` sides, or on one of them."""
    before, after = BEFORE_NAME.search(text, max(0, start - 4), start), AFTER_NAME.match(text, end)
    return bool(before and after) if both else bool(before or after)


# 冯三次 in 找过老冯三次 is a count.
TIMES = re.compile(r".+[一二三四五六七八九十两几][次遍回个天年]")


def _is_name(word: str) -> bool:
    return (2 <= len(word) <= 4 and word not in NOT_NAMES and re.match(SURNAME, word) is not None
            and not _ends_as_word(word) and not TIMES.fullmatch(word))


def _ends_as_word(name: str) -> bool:
    """Return whether the last two characters are a common word, as in 我是高兴的 or 客户方便接."""
    return name[-2:] in NOT_NAMES or name[:2] in NOT_NAMES or name[-1] in ENDINGS


def _parted(text: str, start: int) -> bool:
    """Return whether a surname is no part of a word with the character before it: 找 卢主任, not 前任书记."""
    return text[start] not in VERBS and len(segmenter().tag(text[start - 1:start + 1], False)) > 1


def _is_word(text: str, start: int, end: int) -> bool:
    """Return whether surname and title are one word, as in 施工."""
    title = TITLED_AS.match(text, end)
    return title is not None and len(segmenter().tag(text[start:title.end()], False)) == 1


def _western(text: str) -> Iterator[Find]:
    for found in [*WESTERN.finditer(text), *LATIN.finditer(text), *AMONG_HAN.finditer(text)]:
        group = found.lastindex or 1
        if WESTERN_STOPS.isdisjoint(found[group].split()):
            yield found.start(group), found.end(group), "name"


@lru_cache(maxsize=1)
def segmenter() -> Any:
    """Return the segmenter; its dictionary is loaded at the first use (0.2 s)."""
    import rjieba

    return rjieba
