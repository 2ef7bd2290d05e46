"""Numbers that belong to a person: telephones, identity and bank cards, plates, accounts, order numbers, mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .checksums import is_card, is_id_card

# A find before overlaps are decided: (start, end, kind) in the folded text.
Find = tuple[int, int, str]

EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63} ?(?:@|\(at\)|\[at\]|#at#) ?[A-Za-z0-9\-]{1,63}(?: ?\. ?[A-Za-z0-9\-]{1,24}){1,4}",
    re.I)
ID_SOLID = re.compile(r"(?<![0-9])[1-8]\d{16}[0-9Xx](?![0-9A-Za-z])")
ID_OLD = re.compile(r"(?<![0-9A-Za-z])[1-8]\d{14}(?![0-9A-Za-z])")
ID_SPACED = re.compile(r"(?<![0-9])[1-8](?:[ \-]?\d){16}[ \-]?[0-9Xx](?![0-9A-Za-z])")
CARD_SOLID = re.compile(r"(?<![0-9A-Za-z])\d{12,19}(?![0-9A-Za-z])")
CARD_SPACED = re.compile(
    r"(?<!\d)(?:\d{4}([ \-])\d{4}\1\d{4}\1\d{3,4}(?:\1\d{1,3})?|\d{4}[ \-]\d{6}[ \-]\d{4,5}|\d{6}[ \-]\d{10,13})(?!\d)")
CARD_WORDS = re.compile(r"(?:卡号|银行卡|储蓄卡|信用卡|借记卡|账号|帐号|账户|户头|对公户|card)[^0-9，。；,;]{0,8}$", re.I)
MOBILE = re.compile(
    r"(?<!\d)(?:\(?(?:\+|00)?86\)?[ \-]?)?1[3-9]\d"
    r"(?:[ .\-_/]{0,2}\d{4}[ .\-_/]{0,2}\d{4}|[ .\-]\d{3}[ .\-]\d{5}|[ .\-]\d{3}[ .\-]\d{3}[ .\-]\d{2}|\d[ .\-]\d{3}[ .\-]\d{4})(?!\d)")
MOBILE_SPREAD = re.compile(r"(?<![\d.\-])1[ \-]?[3-9](?:[ \-]?\d){9}(?![ \-]?\d)")
INTERNATIONAL = re.compile(
    r"(?<![\d+])(?:\+ ?|00(?=[1-9]\d{0,2} ))(?!86)[1-9]\d{0,2}[ \-]?(?:\(0\)[ \-]?)?\(?\d(?:[ \-()]{0,2}\d){5,11}(?!\d)")
LANDLINE = re.compile(
    r"(?<![\d+])(?:\(?(?:\+|00)?86\)?[ \-]?)?\(?0?(?:10|2\d|[3-9]\d{2})\)?[ \-]{0,2}[2-9]\d{2,3}[ \-]?\d{4}"
    r"(?:[ \-(]{0,2}(?:转|分机|ext\.?|-)[ :]?\d{1,6}\)?)?(?!\d)", re.I)
NATIONAL = re.compile(r"(?<![\d+\-./:])0\d{1,4}[ \-]\d{2,4}[ \-]\d{3,4}(?!\d)|(?<![\d+\-.])0[1-9]\d{8,10}(?![\d.])")
LOCAL = re.compile(
    r"(?:电话|座机|固话|号码|拨打|致电|回电|来电|打到|联系方式|tel|phone|call)[^\d，。；,;]{0,6}([2-9]\d{2,3}[ \-]?\d{4}"
    r"(?:[ \-(]{0,2}(?:转|分机|ext\.?)[ :]?\d{1,6}\)?)?)(?![\d\-])", re.I)
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE = re.compile(
    rf"[{PROVINCES}] ?[A-HJ-NP-Za-hj-np-z][ ·•.\-]{{0,2}}(?=[A-Za-z0-9]{{0,5}}\d)(?:[A-HJ-NP-Za-hj-np-z0-9] ?){{3,5}}"
    rf"[A-HJ-NP-Za-hj-np-z0-9挂学警港澳领](?![A-Za-z0-9])")
QQ = re.compile(
    r"(?:QQ|扣扣|Q号|企鹅号?)(?:号码?|账号|群)?(?:是|为|加)?[ ::]{0,3}([1-9]\d{4,11})(?!\d)"
    r"|(?<![\d.\-])([1-9]\d{4,11})(?=[ (（]{0,2}(?:是我的?)?(?:QQ|扣扣)(?:号|[，。,.]|$))", re.I)
WECHAT = re.compile(
    r"(?:微信|薇信|威信|wechat|weixin|(?<![A-Za-z])(?:vx|wx)(?![A-Za-z])|加(?:我)?[vV](?![A-Za-z]))(?:号码?|ID|账号)?(?:是|为|叫)?"
    r"[ ::]{0,3}([A-Za-z][A-Za-z0-9_\-]{5,19}|(?<=[ :])[A-Za-z]{2}[A-Za-z0-9_\-]{3,18})(?![A-Za-z0-9@])", re.I)
ORDER_WORDS = re.compile(
    r"(?:订单|单号|运单|快递|物流|保单|合同|发票|流水|受理|凭证|取件|序列|提货|交易|退款|预约|回执|挂号|设备|机身|IMEI|"
    r"order|tracking|ticket|invoice|serial|S/?N)(?:号码?|编号|单号|码|尾号|no\.?|id|number|code)?"
    r"(?:是|为|叫)?[ ::#]{0,4}((?:[A-Za-z]{0,8}[\-_]?\d[0-9A-Za-z]{0,29}|[A-Za-z][0-9A-Za-z]{8,26})(?:[\-_][0-9A-Za-z]{1,12}){0,4})"
    r"(?![0-9A-Za-z])", re.I)
CARRIER = re.compile(r"(?<![A-Za-z0-9])(?:SF|JD|YT|ZT|ST|EMS|DPK|TT|JT|LP|VB|DD|NO)[A-Z]{0,4}\d{9,20}(?![A-Za-z0-9])", re.I)
LONG = re.compile(r"(?<![0-9A-Za-z.])(?<![0-9a-f]-)(?:[A-Za-z]{1,6}-?)?\d{12,30}(?![0-9A-Za-z]|\.\d)")
MOMENT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?")
DATE = re.compile(r"(?:19|20)\d{2}[\-/.]?(?:0?[1-9]|1[0-2])[\-/.]?(?:0?[1-9]|[12]\d|3[01])")

def digits(text: str) -> str:
    return "".join(each for each in text if each.isdigit() or each in "Xx")


def emails(text: str) -> Iterator[Find]:
    for found in EMAIL.finditer(text):
        yield found.start(), found.end(), "email"


def id_cards(text: str) -> Iterator[Find]:
    for pattern in (ID_SOLID, ID_SPACED, ID_OLD):
        for found in pattern.finditer(text):
            if is_id_card(digits(found[0])):
                yield found.start(), found.end(), "id_card"


def bank_cards(text: str) -> Iterator[Find]:
    for found in CARD_SOLID.finditer(text):
        if is_card(found[0]) or CARD_WORDS.search(text, max(0, found.start() - 16), found.start()):
            yield found.start(), found.end(), "bank_card"
    # Groups of four are how cards are printed: a wrong digit does not make them something else.
    for found in CARD_SPACED.finditer(text):
        if not DATE.match(found[0]):
            yield found.start(), found.end(), "bank_card"


def mobiles(text: str) -> Iterator[Find]:
    for pattern in (MOBILE, MOBILE_SPREAD):
        for found in pattern.finditer(text):
            yield found.start(), found.end(), "mobile"


def landlines(text: str) -> Iterator[Find]:
    for found in INTERNATIONAL.finditer(text):
        yield found.start(), found.end(), "landline"
    for found in LANDLINE.finditer(text):
        # Without its leading zero an area code is only digits; a bracket, a dash or the country code says otherwise.
        if not DATE.fullmatch(found[0]) and (re.match(r"[(+]*(?:00)?(?:86[)\- ]*)?\(?0", found[0]) or "+" in found[0]):
            yield found.start(), found.end(), "landline"
    for found in NATIONAL.finditer(text):
        if len(digits(found[0])) >= 9:
            yield found.start(), found.end(), "landline"
    for found in LOCAL.finditer(text):
        if not DATE.fullmatch(found[1]):
            yield found.start(1), found.end(1), "landline"


def plates(text: str) -> Iterator[Find]:
    for found in PLATE.finditer(text):
        yield found.start(), found.end(), "plate"


def qqs(text: str) -> Iterator[Find]:
    for found in QQ.finditer(text):
        group = 1 if found[1] else 2
        yield found.start(group), found.end(group), "qq"


def wechats(text: str) -> Iterator[Find]:
    for found in WECHAT.finditer(text):
        yield found.start(1), found.end(1), "wechat"


def orders(text: str) -> Iterator[Find]:
    for found in ORDER_WORDS.finditer(text):
        value = found[1]
        if sum(each.isdigit() for each in value) >= 4 and not DATE.fullmatch(value):
            yield found.start(1), found.end(1), "order"
    for pattern in (CARRIER, LONG):
        for found in pattern.finditer(text):
            if not MOMENT.fullmatch(found[0]):
                yield found.start(), found.end(), "order"


# Kind, its search, and the signs of the first pass without which the search finds nothing.
SEARCHES: tuple[tuple[str, Callable[[str], Iterator[Find]], frozenset[str]], ...] = (
    ("email", emails, frozenset(("email",))),
    ("id_card", id_cards, frozenset(("number",))),
    ("bank_card", bank_cards, frozenset(("number",))),
    ("mobile", mobiles, frozenset(("number",))),
    ("landline", landlines, frozenset(("number",))),
    ("plate", plates, frozenset(("plate",))),
    ("wechat", wechats, frozenset(("wechat",))),
    ("qq", qqs, frozenset(("qq",))),
    ("order", orders, frozenset(("order",))),
)
