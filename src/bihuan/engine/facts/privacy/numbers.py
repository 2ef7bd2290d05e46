"""Numbers that belong to a person: telephones, identity and bank cards, plates, accounts, order numbers, mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .checksums import is_card, is_id_card

# A find before overlaps are decided: (start, end, kind) in the folded text.
Find = tuple[int, int, str]

EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63} ?(?:@|\(at\)|\[at\]|#at#|艾特) ?[A-Za-z0-9\-]{1,63}(?: ?[.点。] ?[A-Za-z0-9\-]{1,24}){1,4}",
    re.I)
# zhouting at outlook dot com, as it is said.
EMAIL_SAID = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9._\-]{2,64} at [A-Za-z0-9\-]{2,30}(?: dot [A-Za-z]{2,12}){1,3}(?![A-Za-z])", re.I)
# li小写l零七@qq.com, as it is spelt out.
EMAIL_SPELT = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9._\-]{1,24}(?:(?:[大小]写|下划线|中?[横短]?杠|减号|字母|数字|点|[零幺一二三四五六七八九])[A-Za-z0-9._\-]{0,24}){1,8}"
    r"(?:@|艾特)[A-Za-z0-9\-]{1,63}(?:[.点][A-Za-z0-9\-]{1,24}){1,3}", re.I)
ID_SOLID = re.compile(r"(?<![0-9A-Za-z])[1-8]\d{16}[0-9Xx](?![0-9A-Za-z])")
ID_OLD = re.compile(r"(?<![0-9A-Za-z])[1-8]\d{14}(?![0-9A-Za-z])")
ID_SPACED = re.compile(r"(?<![0-9A-Za-z])[1-8](?:[ \-]?\d){16}[ \-]?[0-9Xx](?![0-9A-Za-z])")
# With a pause behind the region and behind the birthday.
ID_PAUSED = re.compile(r"(?<!\d)[1-8]\d{5}[,，、 ]{1,2}(?:19|20)\d{6}[,，、 ]{1,2}\d{3}[0-9Xx](?![0-9A-Za-z])")
CARD_SOLID = re.compile(r"(?<![0-9A-Za-z])\d{12,19}(?![0-9A-Za-z])")
CARD_SPACED = re.compile(
    r"(?<!\d)(?:\d{4}([ \-])\d{4}\1\d{4}\1\d{3,4}(?:\1\d{1,3})?|\d{4}[ \-]\d{6}[ \-]\d{4,5}|\d{6}[ \-]\d{10,13})(?!\d)")
# However it is grouped, 62 and sixteen digits or more are a card of UnionPay.
CARD_GROUPED = re.compile(r"(?<!\d)62\d{2,6}(?:[ \-]\d{1,6}){2,5}(?!\d)")
CARD_WORDS = re.compile(r"(?:卡号|银行卡|储蓄卡|信用卡|借记卡|账号|帐号|账户|户头|对公户|card)[^0-9，。；,;]{0,8}$", re.I)
# Accounts in groups of any kind, behind a word that says what they are.
ACCOUNT = re.compile(r"(?:账号|帐号|账户|卡号|转账到|转帐到|汇款到|汇到|打款到|打到|account(?: no\.?| number)?)[是为 ::]{0,3}(\d{2,6}(?:[ \-]\d{1,6}){2,6})(?!\d)", re.I)
MOBILE = re.compile(
    r"(?<!\d)(?:\(?(?:\+|00)?86\)?[ \-]?)?1[3-9]\d"
    r"(?:[ .\-_/]{0,2}\d{4}[ .\-_/]{0,2}\d{4}|[,，、] ?\d{4}[,，、] ?\d{4}|[ .\-]\d{3}[ .\-]\d{5}|[ .\-]\d{3}[ .\-]\d{3}[ .\-]\d{2}|\d[ .\-]\d{3}[ .\-]\d{4})(?!\d)")
MOBILE_SPREAD = re.compile(r"(?<![\d.\-])1[ \-]?[3-9](?:[ \-]?\d){9}(?![ \-]?\d)")
# l for the one: typed by somebody who reads it off a label.
MOBILE_TYPED = re.compile(r"(?<![A-Za-z0-9])[lI|][3-9]\d{9}(?![0-9A-Za-z])")
# Said in pieces over several turns: 电话是177。坐席：嗯。客户：6714。坐席：好的。客户：9025。
MOBILE_TURNS = re.compile(
    r"(?:电话|手机|号码|联系方式|打我)[^\d\n]{0,12}(1[3-9]\d)[^\d\n]{0,12}[:：][^\d\n]{0,12}(?<!\d)(\d{4})[^\d\n]{0,12}[:：][^\d\n]{0,12}(\d{4})(?!\d)")
# 09 and eight digits are a mobile number of Taiwan.
MOBILE_TAIWAN = re.compile(r"(?<![\d+\-.A-Za-z])09\d{2}[ \-]?\d{3}[ \-]?\d{3}(?![\d\-])")
INTERNATIONAL = re.compile(
    r"(?<![\d+])(?:\+ ?|00(?=[1-9]\d{0,2} ))(?!86)[1-9]\d{0,2}[ \-]?(?:\(0\)[ \-]?)?\(?\d(?:[ \-()]{0,2}\d){5,11}(?!\d)")
LANDLINE = re.compile(
    r"(?<![\d+])(?:\(?(?:\+|00)?86\)?[ \-]?)?\(?0?(?:10|2\d|[3-9]\d{2})\)?[ \-]{0,2}[2-9]\d{2,3}[ \-]?\d{4}"
    r"(?:[ \-(]{0,2}(?:转|分机|ext\.?|-)[ :]?\d{1,6}\)?)?(?!\d)", re.I)
# (415) 555-0132, 212-555-0187
AMERICAN = re.compile(r"(?<![\dA-Za-z\-.])(?![48]00)(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[\-.])[2-9]\d{2}[\-.]\d{4}(?![\d\-])")
NATIONAL = re.compile(r"(?<![\d+\-./:])0\d{1,4}[ \-]\d{2,4}[ \-]\d{3,4}(?!\d)|(?<![\d+\-.A-Za-z])0[1-9]\d{8,10}(?![\d.])")
LOCAL = re.compile(
    r"(?:电话|座机|固话|(?<![单同票议件照车案货卡])号码|拨打|致电|回电|来电|打到|联系方式|打(?= ?[2-9])|tel|phone|call)[^\d，。；,;]{0,6}([2-9]\d{2,3}[ \-]?\d{4}"
    r"(?:[ \-(]{0,2}(?:转|分机|ext\.?)[ :]?\d{1,6}\)?)?)(?![\d\-])", re.I)
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# Digits of a plate as they are spoken; runs too short for the folding to take them for a number.
SPELT = "零〇一二三四五六七八九幺洞"
PLATE = re.compile(
    rf"[{PROVINCES}] ?[A-HJ-NP-Za-hj-np-z][ ·•.\-]{{0,2}}(?=(?:[A-Za-z0-9] ?){{0,5}}[0-9{SPELT}])"
    rf"(?:[A-HJ-NP-Za-hj-np-z0-9{SPELT}] ?){{3,5}}[A-HJ-NP-Za-hj-np-z0-9{SPELT}挂学警港澳领](?![A-Za-z0-9])"
    rf"|(?<![A-Za-z])WJ ?[·•\-]?(?:[{PROVINCES}]|\d{{2}})[ ·•\-]?[0-9A-Z]{{4,5}}[警消边通森金电]?(?![A-Za-z0-9])")
QQ = re.compile(
    r"(?:QQ|扣扣|Q号|企鹅号?)(?:号码?|账号|群)?(?:是|为|加)?[ ::]{0,3}([1-9]\d{4,11})(?!\d)"
    r"|(?<![A-Za-z])[qQ](?:号|是)?[ ::]{1,2}([1-9]\d{5,11})(?!\d)"
    r"|(?<![\d.\-])([1-9]\d{4,11})(?=[ (（]{0,2}(?:是我的?)?(?:QQ|扣扣)(?:号|[，。,.]|$))", re.I)
WECHAT = re.compile(
    r"(?:微信|薇信|威信|绿泡泡?|绿信|V信|wechat|weixin|(?<![A-Za-z])(?:vx|wx|v(?=[ ::]))(?![A-Za-z])|加(?:我)?[vV](?![A-Za-z]))(?:号码?|ID|账号)?(?:是|为|叫)?"
    r"[ ::]{0,3}([A-Za-z][A-Za-z0-9_\-]{0,19}(?:(?:下划线|中划线|减号|杠)[A-Za-z0-9]{1,19}){1,3}|[A-Za-z][A-Za-z0-9_\-]{5,19}|(?<=[ :])[A-Za-z]{2}[A-Za-z0-9_\-]{3,18})(?![A-Za-z0-9@])", re.I)
# 加你微信没通过 我的是 mochi_0917
WECHAT_LATER = re.compile(r"(?:微信|[vV]信)[^A-Za-z\n]{0,12}我的?是?[ ::]{0,2}([A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9@])")
# 加我lan_tian0827，微信
WECHAT_BEFORE = re.compile(r"加我? ?([A-Za-z][A-Za-z0-9_\-]{5,19})[，, （(]{1,2}(?:微信|[vV]信|vx|wx)", re.I)
ORDER_WORDS = re.compile(
    r"(?:订单|单号|运单|快递|物流|保单|合同|发票|流水|受理|凭证|取件|序列|提货|交易|退款|预约|回执|挂号|设备|机身|IMEI|"
    r"(?:退|换|退换)货单|(?:水费|电费|燃气|缴费)编号|单子|发动机|车架|底盘|住院|病历|门诊|就诊|登机|行李牌?|信访|学籍|户号|案件|案号|执业证|资格证|驾驶证|档案|房产证|"
    r"order|tracking|ticket|invoice|serial|S/?N|waybill|parcel|AWB|VIN|booking|reference|(?:refund )?ref|subscription|policy|RMA)"
    r"(?: ?(?:号码?|编号|单号|码|尾号|no\.?|id|number|code|#))?"
    r"(?:是|为|叫)?[ ::#]{0,4}((?:(?:[A-Za-z]{1,8}[\-_]){0,2}[A-Za-z]{0,8}[\-_]?\d[0-9A-Za-z]{0,29}|[A-Za-z][0-9A-Za-z]{8,26})(?:[\-_][0-9A-Za-z]{1,12}){0,4})"
    r"(?![0-9A-Za-z])", re.I)
CARRIER = re.compile(r"(?<![A-Za-z0-9])(?:SF|JD|YT|ZT|ST|EMS|DPK|TT|JT|LP|VB|DD|NO)[A-Z]{0,4}\d{9,20}(?![A-Za-z0-9])", re.I)
# A waybill in groups: only behind its word, or three numbers in a row would do.
GROUPED = re.compile(
    r"(?:运单|快递|物流|waybill|tracking|parcel|AWB)(?: ?(?:号码?|单号|no\.?|number))?[ ::#]{1,3}(\d{2,5}(?: \d{2,5}){1,5})(?!\d)", re.I)
# （2024）湘0104民初3361号
COURT = re.compile(r"[(（〔\[](?:19|20)\d{2}[)）〕\]][\u4e00-\u9fff]{1,2}\d{0,4}(?:民|刑|行|执|破|赔|知民|财保|诉前|仲|劳人仲)[\u4e00-\u9fff]{0,3}\d{1,6}号")
PARCEL = re.compile(r"(?<![A-Za-z0-9])(?:1Z[0-9A-Z]{16}|[A-Z]{2}\d{9}[A-Z]{2})(?![A-Za-z0-9])")
# Numbers of goods are nobody's.
OF_GOODS = re.compile(r"(?:商品|产品|货品|物料|条形?码?|货号|款号|型号|SKU|SPU|ISBN|EAN|批号|批次)(?:编号|编码|条码|条形码|ID|id|号|码)?(?:是|为)?[ ::#]{0,3}$")
GOODS_BEHIND = re.compile(r"[ ]?(?:这个|这款|是)?(?:条形码|条码|商品|货号|的那款|这款)")
# 燃气户号0210038857 is no telephone.
OF_PAPERS = re.compile(r"(?:户号|编号|单号|代码|证号|学号|工号)(?:是|为)?[ ::#]{0,3}$")
# 卡 and papers of a person that are neither bank nor identity card.
OTHER_CARDS = re.compile(r"(?:医保卡|社保卡|社保|市民卡|公积金|一卡通|储值卡|医疗卡|就诊卡)(?:账号|卡号|号码?)?(?:是|为)?[ ::]{0,3}([A-Za-z]?\d{7,20}[A-Za-z]?)(?![0-9A-Za-z])")
PAPERS = re.compile(
    r"(?:护照|身[份分]证(?:字号)?|通行证|回乡证|台胞证|军官证|士官证|居留证|居住证|港澳证|证件|passport)(?: ?(?:号码?|编号|no\.?|number))?(?:是|为|is)?[ ::#]{0,3}"
    r"([A-Za-z]{1,2}[0-9]{6,10})(?![0-9A-Za-z])", re.I)
LONG = re.compile(r"(?<![0-9A-Za-z.])(?<![0-9a-f]-)(?:[A-Za-z]{1,6}-?)?\d{12,30}(?![0-9A-Za-z]|\.\d)")
MOMENT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?")
MONTH = re.compile(r"(?:19|20)\d{2}[\-/.]?(?:0?[1-9]|1[0-2])(?:[\-_](?:19|20)\d{2}[\-/.]?(?:0?[1-9]|1[0-2]))?")
YEAR = re.compile(r"(?:19|20)\d{2}")
DATE = re.compile(r"(?:19|20)\d{2}[\-/.]?(?:0?[1-9]|1[0-2])[\-/.]?(?:0?[1-9]|[12]\d|3[01])")

def digits(text: str) -> str:
    return "".join(each for each in text if each.isdigit() or each in "Xx")


def emails(text: str) -> Iterator[Find]:
    for pattern in (EMAIL_SPELT, EMAIL, EMAIL_SAID):
        for found in pattern.finditer(text):
            yield found.start(), found.end(), "email"


def id_cards(text: str) -> Iterator[Find]:
    for pattern in (ID_SOLID, ID_SPACED, ID_PAUSED, ID_OLD):
        for found in pattern.finditer(text):
            if is_id_card(digits(found[0])):
                yield found.start(), found.end(), "id_card"
    for found in PAPERS.finditer(text):
        yield found.start(1), found.end(1), "id_card"


def bank_cards(text: str) -> Iterator[Find]:
    for found in CARD_SOLID.finditer(text):
        if OF_GOODS.search(text, max(0, found.start() - 14), found.start()):
            continue
        if is_card(found[0]) or CARD_WORDS.search(text, max(0, found.start() - 16), found.start()):
            yield found.start(), found.end(), "bank_card"
    for found in ACCOUNT.finditer(text):
        if len(digits(found[1])) >= 10 and not DATE.match(found[1]) and not MOBILE.fullmatch(found[1]):
            yield found.start(1), found.end(1), "bank_card"
    for found in CARD_GROUPED.finditer(text):
        if len(digits(found[0])) in range(16, 20):
            yield found.start(), found.end(), "bank_card"
    for found in OTHER_CARDS.finditer(text):
        yield found.start(1), found.end(1), "bank_card"
    # Groups of four are how cards are printed: a wrong digit does not make them something else.
    for found in CARD_SPACED.finditer(text):
        if not DATE.match(found[0]):
            yield found.start(), found.end(), "bank_card"


def mobiles(text: str) -> Iterator[Find]:
    for pattern in (MOBILE, MOBILE_SPREAD, MOBILE_TAIWAN, MOBILE_TYPED):
        for found in pattern.finditer(text):
            yield found.start(), found.end(), "mobile"
    for found in MOBILE_TURNS.finditer(text):
        for group in (1, 2, 3):
            yield found.start(group), found.end(group), "mobile"


def landlines(text: str) -> Iterator[Find]:
    for found in INTERNATIONAL.finditer(text):
        yield found.start(), found.end(), "landline"
    for found in LANDLINE.finditer(text):
        # Without its leading zero an area code is only digits; a bracket, a dash or the country code says otherwise.
        if not DATE.fullmatch(found[0]) and (re.match(r"[(+]*(?:00)?(?:86[)\- ]*)?\(?0", found[0]) or "+" in found[0]):
            yield found.start(), found.end(), "landline"
    for found in AMERICAN.finditer(text):
        yield found.start(), found.end(), "landline"
    for found in NATIONAL.finditer(text):
        if len(digits(found[0])) >= 9 and not OF_PAPERS.search(text, max(0, found.start() - 8), found.start()):
            yield found.start(), found.end(), "landline"
    for found in LOCAL.finditer(text):
        if not DATE.fullmatch(found[1]):
            yield found.start(1), found.end(1), "landline"


def plates(text: str) -> Iterator[Find]:
    for found in PLATE.finditer(text):
        yield found.start(), found.end(), "plate"


def qqs(text: str) -> Iterator[Find]:
    for found in QQ.finditer(text):
        group = found.lastindex or 1
        yield found.start(group), found.end(group), "qq"


def wechats(text: str) -> Iterator[Find]:
    for pattern in (WECHAT, WECHAT_LATER, WECHAT_BEFORE):
        for found in pattern.finditer(text):
            yield found.start(1), found.end(1), "wechat"


def orders(text: str) -> Iterator[Find]:
    for found in ORDER_WORDS.finditer(text):
        value = found[1].lstrip("-_")
        if sum(each.isdigit() for each in value) >= 4 and not DATE.fullmatch(value) and not (
                MONTH.fullmatch(value) or YEAR.fullmatch(value)):
            yield found.start(1), found.end(1), "order"
    for found in GROUPED.finditer(text):
        if len(digits(found[1])) >= 8:
            yield found.start(1), found.end(1), "order"
    for found in COURT.finditer(text):
        yield found.start(), found.end(), "order"
    for pattern in (CARRIER, LONG, PARCEL):
        for found in pattern.finditer(text):
            goods = OF_GOODS.search(text, max(0, found.start() - 14), found.start()) or GOODS_BEHIND.match(text, found.end())
            if not goods and not MOMENT.fullmatch(found[0]):
                yield found.start(), found.end(), "order"


# Kind, its search, and the signs of the first pass without which the search finds nothing.
SEARCHES: tuple[tuple[str, Callable[[str], Iterator[Find]], frozenset[str]], ...] = (
    ("email", emails, frozenset(("email",))),
    ("id_card", id_cards, frozenset(("number",))),
    ("bank_card", bank_cards, frozenset(("number",))),
    ("mobile", mobiles, frozenset(("number", "turns"))),
    ("landline", landlines, frozenset(("number",))),
    ("plate", plates, frozenset(("plate",))),
    ("wechat", wechats, frozenset(("wechat",))),
    ("qq", qqs, frozenset(("qq",))),
    ("order", orders, frozenset(("order",))),
)
