"""Postal addresses: what lies below the district is masked, the region that numbers are grouped by may stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .numbers import Find

HAN = r"[\u4e00-\u9fff]"
NUMERAL = r"(?:\d{1,5}(?:-\d{1,5}){0,3}|[A-Za-z]\d{0,4}|[一二三四五六七八九十百甲乙丙丁东西南北]{1,4})"
PROVINCES = (
    "北京市?|天津市?|上海市?|重庆市?|河北省?|山西省?|辽宁省?|吉林省?|黑龙江省?|江苏省?|浙江省?|安徽省?|福建省?|江西省?|山东省?|河南省?|湖北省?|"
    "湖南省?|广东省?|海南省?|四川省?|贵州省?|云南省?|陕西省?|甘肃省?|青海省?|台湾省?|内蒙古(?:自治区)?|广西(?:壮族自治区)?|西藏(?:自治区)?|"
    "宁夏(?:回族自治区)?|新疆(?:维吾尔自治区)?|香港|澳门")
# 知道, 家里, 线路 end like a street's name and are none.
ROAD = "大道|大街|胡同|(?<![线网电铁思])路|街|巷|弄|(?<![家那这哪手城心夜])里|(?<![知频渠管通味报听难])道"
PLACE = ("小区|花园|公寓|大厦|广场|家园|苑|新村|新城|公馆|名都|名苑|雅苑|华庭|山庄|别墅|社区|嘉园|豪庭|国际|中心|工业园|产业园|科技园|园区|"
         "家属[院楼区]|宿舍|学院|大学|中学|医院|商城|市场|城|府|庭|园|湾|郡|居|阁|楼|村|屯|寨|组|队")
ROOM = "号楼|号院|栋|幢|座|单元|号房|室|层|楼|户|号|门"
# A street with its number, and what may follow: estate, building, unit, room.
STREET = re.compile(
    rf"{HAN}[\u4e00-\u9fffA-Za-z0-9]{{0,11}}?(?:{ROAD})[ ]?{NUMERAL}[ ]?(?:号|弄|巷|支弄)(?:院|楼)?"
    rf"(?:[ ]?(?:之|-)?{NUMERAL}?[ ]?[\u4e00-\u9fffA-Za-z]{{0,10}}?(?:{PLACE}|{ROOM})|[ ]?{HAN}{{2,8}}?\d{{1,4}}[ ]?(?:号楼|栋|幢|座))*(?:[ ]?{NUMERAL}(?:{ROOM})?)*(?:西塔|东塔|南塔|北塔|主楼|附楼)?(?:[ ]?\d{{3,4}})?(?!\d)")
# An estate or village with building, unit or room.
ESTATE = re.compile(
    rf"{HAN}{{2,10}}?(?:{PLACE})[ ]?(?:[A-Z]区|[一二三四五六七八九东南西北][区期])?[ ]?{NUMERAL}[ ]?(?:号楼|栋|幢|座|单元|室|号(?![厅线口门机窗馆桥出公文])|组|队|社|层|楼)"
    rf"(?:[ ]?{NUMERAL}[ ]?(?:{ROOM}))*(?:[ ]?\d{{3,4}}(?:室|号)?)?(?!\d)")
# A building goes on with a unit or a room: 一栋11层 and 14栋一楼 are nobody's home.
HOUSE = re.compile(
    rf"{NUMERAL}[ ]?(?:号楼|栋|幢|座)[ ]?(?:{NUMERAL}[ ]?单元(?:[ ]?{NUMERAL}[ ]?(?:室|号|层|户|房|楼)|[ ]?\d{{3,4}}(?!\d))?"
    rf"|{NUMERAL}[ ]?(?:室|号房?|房)|\d{{3,4}}(?:[ ]?(?:室|号|户|房))?)(?![\d层])")
# 河滨之城18-2-1101: building, unit and room without their words.
DASHED = re.compile(
    rf"{HAN}{{1,9}}?(?:小区|花园|公寓|家园|公馆|国际|广场|[城府苑园湾郡居阁庭里轩墅邸岸洲期区村])[ ]?(?<!\d)\d{{1,3}}(?:-\d{{1,3}})?-\d{{3,4}}(?![\d\-])")
VILLAGE = re.compile(rf"{HAN}{{2,8}}?(?:镇|乡(?!镇)|街道)(?!根据|各|工作人员|依托|就|{HAN}{{0,6}}(?:主任|书记|干部|领导))(?:(?![向为由把被经将]){HAN}){{2,8}}?(?:村|社区|庄|屯)(?:{NUMERAL}(?:组|队|社|号)|{HAN}{{1,4}}(?<!工作)(?<!村民小)组)?")
# A village alone is where many live: it is somebody's where the sentence says so.
LIVES = re.compile(r"(?:住在?|我是|我们是|本人是?|系|户籍在?|老家在?|籍贯|地址|来自|家在|寄到|送到|寄往|发到)[^，。；：:,;!！?？]{0,14}$")
DWELLER = re.compile(r"(?:的)?(?:一个|一名|普通)?(?:村民|居民|农民|人(?![民家员大])|贫困户|老百姓|住户)|的?{HAN}{{2,3}}[，,。（(]".replace("{HAN}", HAN).replace("{{2,3}}", "{2,3}"))
# 221B Baker Street, Flat 4, London NW1 6XE; 1600 Main St Apt 4B, Springfield, IL 62704
ENGLISH = re.compile(
    r"(?<![\dA-Za-z])\d{1,5}[A-Za-z]?(?:-\d{1,4})? (?:[NSEW]\.? )?(?:[A-Z][a-z]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|"
    r"Ct|Square|Sq|Way|Place|Pl|Terrace|Close|Parkway)\b\.?(?:,? (?:Flat|Apt|Apartment|Suite|Unit|Room|Floor|#)\.? ?[0-9A-Za-z]{1,5})?"
    r"(?:, [A-Z][A-Za-z]+(?: [A-Z][a-z]+)?){0,2}(?:,? (?:[A-Z]{2} )?\d{5}(?:-\d{4})?|,? [A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})?")
# Behind 地址: everything up to the end of the clause, if it speaks of a place.
LABEL = re.compile(
    r"(?:地址|住址|请寄|住在|家住|寄到|寄往|寄至|送到|送货到|发到|邮寄到|收货地|户籍地?|住所地?|上门到)(?:在|是|为|改成|改为|换成|写的?)?[ ::]{0,3}"
    r"([\u4e00-\u9fffA-Za-z0-9][\u4e00-\u9fffA-Za-z0-9 \-#()（）]{3,49})")
DETAILED = re.compile(
    rf"(?:{ROAD}|{PLACE}|镇|乡|街道|[县区]){NUMERAL}|(?:{ROAD}){HAN}{{0,8}}(?:{PLACE})|{NUMERAL}(?:号楼|栋|幢|座|单元|室|号)|(?:镇|乡|街道){HAN}{{2,6}}(?:村|社区|庄)"
    rf"|[市区县]{HAN}{{2,10}}(?:小区|花园|公寓|大厦|家园|苑|新村|宿舍|医院|学院|大学|中学)")
END = re.compile(r"[ ]?(?:就不|都觉|的(?:居民|住户|业主|人)|，|。|；|,|;|收件|收货|联系|电话|手机|姓名|谢谢|麻烦|可以|就是|行不|了[，。]?$|吗|呢|吧|对吗|对不|之前|附近|(?<=[号室楼栋座元户])(?:的|了|住|收|，)|1[3-9]\d{9}|$)")
REGION = re.compile(
    rf"(?:{PROVINCES})?(?:{HAN}{{2,4}}?(?:市|自治州|地区|盟)|(?<=[省区]){HAN}{{2,3}}(?={HAN}{{2,3}}[区县]))?"
    rf"(?:{HAN}{{1,4}}?(?:新区|区|县|旗|市))?(?:{HAN}{{2,5}}?(?:镇|乡|街道))?")
# What cannot be part of an address: it begins behind the last of these.
BEFORE = re.compile(
    r".*(?:投诉|反映|举报|挂了|本人|关于|位于|系|而且|对(?!面)|我家|你们|我们|他们|家里|家住|住在|住到|人在|就在|位于|寄到|寄往|寄至|送到|发到|搬到|换成|改成|改到|改为|退到|来到|跑到|上门到|地址|住址|收货|地方|公司|单位|门店|是在|不是|应该|还是|而是|"
    r"的|了|是|在|到|住|给|从(?!化|江)|去|来(?!宾|安|凤)|往|至|于(?!都|田|洪)|把|请|叫|说|跟|(?<!呼)和(?!平|田|硕|静|林格)|与|有|没|也|就|"
    r"(?<!成)都(?!江堰|匀|昌|安)|又|再|个(?!旧)|这|那(?!曲)|我|你|他|她|您|为|写|填|成(?!都)|搬|寄|送|派|约|找|问|查|到达|抵达|经过)",
    re.S)
FARTHEST = 24


def addresses(text: str, hits: frozenset[str]) -> Iterator[Find]:
    """Yield addresses with their region, from the first word that belongs to them; ``hits``: of the first pass."""
    for sign, patterns in (("street", (STREET,)), ("house", (ESTATE, HOUSE)), ("dashed", (DASHED,)), ("village", (VILLAGE,))):
        for pattern in patterns if sign in hits else ():
            for found in pattern.finditer(text):
                begin = _begin(text, found.start(), found.end())
                if _told(pattern, found, begin) and (pattern is not VILLAGE or _lived_in(text, begin, found)):
                    yield begin, found.end(), "address"
    if "english" in hits:
        for found in ENGLISH.finditer(text):
            yield found.start(), found.end(), "address"
    if "place" not in hits:
        return
    for found in LABEL.finditer(text):
        end = END.search(text, found.start(1), found.end(1))
        stop = end.start() if end else found.end(1)
        if DETAILED.search(text, found.start(1), stop) and not found[1].startswith("马路"):
            yield found.start(1), stop, "address"


RANGE = re.compile(r"(?:市场|商城|影城|商场|超市|广场)[\dA-Z一二三四五六七八九十负]{1,3}[楼层]$|\d+-\d+[ ]?(?:栋|幢|号楼|楼|层|座)$")


def _told(pattern: re.Pattern[str], found: re.Match[str], begin: int) -> bool:
    """Return whether one place is told: a building with its unit alone has the estate's name before it; 1-12栋 are many."""
    if pattern is ESTATE:
        return RANGE.search(found[0]) is None
    return pattern is not HOUSE or not found[0].endswith("单元") or begin < found.start()


def _lived_in(text: str, begin: int, village: re.Match[str]) -> bool:
    return (village[0][-1] in "组队社号" or LIVES.search(text, max(0, begin - 20), begin) is not None
            or DWELLER.match(text, village.end()) is not None)


def kept_region(address: str) -> int:
    """Return how many characters of an address name province, city and district, which may stay readable."""
    found = REGION.match(address)
    end = found.end() if found else 0
    return end if end < len(address) else 0


def _begin(text: str, start: int, end: int) -> int:
    """Return where the address begins: behind the last word that cannot be part of one, else behind the last sign."""
    low = max(0, start - FARTHEST)
    while start > low and re.match(r"[\u4e00-\u9fff]", text[start - 1]):
        start -= 1
    # The clause up to the first number; a word such as 在 within a street's name is rare enough.
    number = re.search(r"\d|" + ROAD, text[start:end])
    head = text[start:start + number.start()] if number else text[start:end]
    behind = BEFORE.match(head)
    return start + (behind.end() if behind and behind.end() <= len(head) else 0)
