"""Addresses without a number: 桥头镇粮库斜对面的二层小楼, 地址：东关村小学往南五百米红砖房."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .numbers import Find

HAN = r"[\u4e00-\u9fff]"
# What a place is called by; 口 and 门 alone are everywhere.
THING = (
    "大道|大街|路|街|巷|胡同|镇|乡|村|屯|庄|寨|小区|花园|公寓|大厦|家园|新村|新城|家属[楼院区]|宿舍|职工|厂|矿|农场|林场|牧场|学校|小学|中学|大学|学院|幼儿园|"
    "医院|卫生[院所]|诊所|广场|公园|车站|火车站|地铁[站口]?|站口|码头|邮局|银行|超市|菜市场|市场|商场|商城|酒店|宾馆|饭店|餐馆|村委会|居委会|派出所|政府|教堂|寺|庙|"
    "加油站|收费站|粮[库站]|供销社|书店|药店|网吧|影院|体育馆|图书馆|水库|大桥|桥|河|湖|山|塔|天地|苑|府|城|湾|郡|里")
WHERE = (
    "斜?(?<!面)对[面过门](?!面)|旁边?|隔壁|边上|楼[上下]|后[面院街门边]|前[面院街边]|[东西南北]+[边侧头面门]|拐角|路口|里面|进去|右手|左手|附近|尽头|往[东西南北里前后]|靠[近着]?|"
    "顶楼|平房|院内|院里|传达室|前台|门卫|收发室|柜台")
# Behind these somebody's address stands; the place must be named and where it lies from there, too.
SPOKEN = re.compile(
    rf"(?:住(?!宅|院|宿|户|所|址|房|店|的|过|进|了|宾馆|酒店)在?|[我他她]家就?在|家里?就?在|老家在|[我人]就?在|送到|寄到|寄往|发到|邮到|搬到|取件在|上门到|地址(?:没有门牌号?[，,])?(?:是|在|改成|改为|换成|写|[::])?)[ ，,]?"
    rf"({HAN}{{2,12}}?(?:{THING})(?:{HAN}|的){{0,10}}?(?:{WHERE})(?:的?(?:(?![不都就要把得会能没]){HAN}){{0,10}}?)?)(?=就行|就好|就可以|即可|可以吗|对吗|好吗|对不对|[，。；,;!！?？、 （(]|$)")
# 住金水区花园路北段: a street of a named district, without a number, where somebody lives or is written to.
STREET = re.compile(
    rf"(?:住(?!宅|院|宿|户|所|址|房|店|的|过|进|了|宾馆|酒店)在?|寄[到往给]?|送到|家在|邮到)[ ，,]?"
    rf"((?:{HAN}{{2,4}}省)?(?:{HAN}{{2,5}}市)?{HAN}{{2,8}}?(?:区|县|镇|街道){HAN}{{1,8}}?(?:路|街|巷|胡同|大道)(?:{HAN}{{1,3}}(?:段|口|街|巷|里))?)(?=[，。；,; （(]|$)")
# A field of a form is an address whatever it says, unless it says that there is none.
FIELD = re.compile(
    r"(?<![\u4e00-\u9fff])(?:(?:家庭|现|常住|通讯|通信|收货|收件|取件|寄件|送货|上门|安装|服务|联系|详细|户籍)?(?:地址|住址)|现住地?|住处)[ ]?[::][ ]?"
    rf"({HAN}[\u4e00-\u9fffA-Za-z0-9\-#]{{4,40}}?)(?=联系|电话|手机|[^\u4e00-\u9fffA-Za-z0-9\-#]|$)")
# 老供销社对面那家, 宏发超市后面那条巷子里第二个铁门
HOME = re.compile(
    rf"(?:\A|[，。；,; ]|[在到往])({HAN}{{2,10}}?(?:{THING}|供销社|厂|站|店|馆){HAN}{{0,4}}?(?:{WHERE}){HAN}{{0,8}}?(?:那[家户栋间]|第[一二三四五六七八九十\d]{{1,2}}[家户间栋个]{HAN}{{0,3}}))(?=[，。；,; ]|$)"
    rf"|(?:\A|[，。；,; ])({HAN}{{2,10}}?(?:{THING}|供销社|店){HAN}{{0,8}}?(?:{WHERE}))(?=[，, ]{{0,2}}(?:没有?门牌|没有?地址|姓|到了|快递|问谁))")
# 我是梅溪湖壹号十四栋业主: where somebody says what they live in.
OWNER = re.compile(
    rf"(?:我是|我们是|我住|本人[是为系]?|我家在?)({HAN}{{2,12}}?(?:\d{{1,3}}|[A-Z]\d{{0,2}}|[一二三四五六七八九十]{{1,3}})[ ]?(?:栋|号楼|幢|座))(?=的?(?:业主|住户|居民|租户|租客|房东|代表|楼长))")
NAMED = re.compile(rf"{HAN}(?:{THING})")
NO_ADDRESS = re.compile(r"同|见|不详|未|保密|自提|无|门店|到店|公司前台|待|本店|贵司")
# 我们小区, 这个路口: everywhere, so nowhere.
ANYWHERE = re.compile(r"(?:我们?|你们?|他们?|咱们?|这[个边里]?|那[个边里]?|哪[个里]?|某|别的|其他|附近的?|门口的?|在?马路|住宅|小区|学校|公司|单位|楼|医院|超市|路口|家)的?(?:对面|旁边|小区|学校|公司|单位|楼|医院|门|家|大|路|超市|车站|地铁|快递|驿站|物业|里|村|街)")


def landmarks(text: str, hits: frozenset[str]) -> Iterator[Find]:
    """Yield places that are told by what stands beside them."""
    if "place" in hits:
        for found in FIELD.finditer(text):
            if NAMED.search(found[1]) and not NO_ADDRESS.match(found[1]):
                yield found.start(1), found.end(1), "address"
    for sign, patterns in (("place", (SPOKEN, STREET)), ("home", (HOME, OWNER))):
        for pattern in patterns if sign in hits else ():
            for found in pattern.finditer(text):
                group = found.lastindex or 1
                if not ANYWHERE.match(found[group]):
                    yield found.start(group), found.end(group), "address"
