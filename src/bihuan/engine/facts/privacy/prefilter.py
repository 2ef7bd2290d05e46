"""One pass over a text that tells which searches are worth their time; most messages need none of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from .nicknames import GIVEN, NICK_FIELDS, NICKABLE, TITLE, TWICE
from .numbers import PROVINCES, SPELT
from .roles import ANY, FORMS, ROLES
from .spelt import PAPERS_OF
from .surnames import COMMON, COMPOUND, JAPANESE, SINGLE, STEPPE, TIBETAN
from .titles import TITLES_ALONE

SURNAMES = f"(?:{'|'.join(COMPOUND)}|[{SINGLE}])"
BOUND = r"[，。、；,.;!！?？\s:：()（）/]"
# 局长, 院长 and the like are one here.
ANY_TITLE = re.sub(r"副\?\([^)]*\)", "", TITLES_ALONE)
# Looser than the searches themselves: what is not found here is found by none of them.
PATTERNS: dict[str, str] = {
    "number": r"\d(?:[ \-.()_/,，、]{0,2}\d){4}",
    "turns": r"1[3-9]\d[^\d]{1,25}\d{4}[^\d]{1,25}\d{4}",
    "received": rf"\p{{Han}}收|{'|'.join(each * 2 for each in '婷莉丽娜倩璐露媛妍琪瑶珊莎蕾薇娟燕玲颖雯彤萱琳芸')}",
    "uncommon": r"[\x{3400}-\x{4dbf}\x{20000}-\x{3ffff}]",
    "dictated": r"(?:客户|用户|客服|坐席|来电人|顾客|业主|话务员|接线员|[AB甲乙问答]):",
    "email": r"@|(?i: at [a-z0-9\-]+ dot )|\(at\)|\[at\]|#at#|艾特",
    "plate": rf"[{PROVINCES}] ?[A-Za-z][ ·•.\-]{{0,2}}(?:[A-Za-z0-9{SPELT}] ?){{2}}|WJ",
    "qq": r"(?i)qq|扣扣|q号|企鹅|q[ :]{1,2}[1-9]\d{5}",
    "wechat": r"加[a-z]|(?i)微信|薇信|威信|绿泡|绿信|v信|wechat|weixin|vx|wx|加我?v|v[ :]{1,2}[a-z]",
    "order": r"\d[0-9A-Za-z\-_ ]{0,6}\d[0-9A-Za-z\-_ ]{0,6}\d[0-9A-Za-z\-_ ]{0,6}\d",
    "spelt": PAPERS_OF,
    "street": r"(?:大道|大街|胡同|路|街|巷|弄|里|道) ?[\dA-Za-z一二三四五六七八九十百][\d\-一二三四五六七八九十百]{0,8} ?(?:号|弄|巷|支弄)",
    "english": r"[a-z] (?:St|Street|Road|Rd|Ave|Avenue|Lane|Ln|Drive|Dr|Blvd|Boulevard|Court|Ct|Square|Sq|Way|Place|Pl|Terrace|Close|Parkway)\b",
    "house": r"[\dA-Za-z一二三四五六七八九十百甲乙丙丁东西南北] ?(?:号楼|栋|幢|座|单元|室|号|组|队|社|层|楼|户)",
    "dashed": r"\p{Han} ?\d{1,3}-(?:\d{1,3}-)?\d{3,4}",
    "village": r"(?:镇|乡|街道)\p{Han}{2,8}(?:村|社区|庄|屯)",
    "home": r"那[家户栋间]|第[一二三四五六七八九十\d]{1,2}[家户间栋个]|没有?门牌|[，, ](?:姓|到了|快递|问谁)|(?:[栋幢座]|号楼)的?(?:业主|住户|居民|租户|租客|房东|代表|楼长)",
    "place": r"请寄|地址|住址|住在|家住|现住|住处|住\p{Han}{4}|家里?就?在|[我人]就?在\p{Han}{4}|老家在|邮到|搬到|取件在|寄到|寄往|寄至|送到|送货到|发到|寄\p{Han}{4}|收货地|户籍|住所|上门到",
    "titled": rf"\p{{Han}}(?:{ANY_TITLE}|总|工|队)|[{SINGLE}]姓\p{{Han}}|[{SINGLE}]某",
    "abroad": rf"(?:{JAPANESE})(?:{ANY_TITLE}|桑)|{STEPPE}",
    "slot": (rf"(?:叫|是|姓名|字|大名|人|主|名|客户|用户|旅客|患者|老公|老婆|爱人|先生|太太|妈|爸|儿子|女儿|同事|朋友|姐|哥|弟|妹|坐席|客服|专员|"
             rf"师|的|为|姓|填|写)[ ::]{{0,3}}{SURNAMES}\p{{Han}}"),
    "told": r"(?:^|[。；;\n])[ ]?\p{Han}{2,3}(?:先生|女士)?(?:来电|来信|来访|致电|反映|投诉|咨询|称[，,:]|本人|[今昨前]天)|(?:姓 ?名|[件货系收请保卡办修]人|[户车机业]主|户名)[ ]?:|我叫|[他她名]叫|名字[是叫]|我是\p{Han}{2,5}(?:[，。、；,.;!！?？ )）:\n\d]|$)|[您你]好[，,!！ ]{1,2}\p{Han}{2,4}[，,]",
    "role": rf"(?:{ROLES.replace('(?<!微)', '')}|{FORMS}|@)(?:的?(?:名字|姓名))?[是叫为 ::]{{0,2}}(?:[{ANY}]|{'|'.join(COMPOUND)})",
    "spoken": rf"姓\p{{Han}}|是(?:{'|'.join(COMPOUND)})|(?:{TIBETAN})(?:{TIBETAN})|[男女](?:[，,、。;； )）\d]|$)|[老小][{''.join(sorted(COMMON))}]|[阿老小]\p{{Han}}[姐哥叔姨婶伯嫂]|[{SINGLE}][生太]",
    "nick": (rf"[小老][{NICKABLE}]|阿[{GIVEN}{NICKABLE}]|小[{GIVEN}]|[{GIVEN}{NICKABLE}]{TITLE}|[叫喊][我他她]|称呼我|我[叫是][小阿]|"
             rf"小名|乳名|外号|绰号|花名|艺名|网名|昵称|笔名|[工胸名作]牌|落款|署名|签名|签了个|自称|{NICK_FIELDS}[ ]?:|[子妹哥姨傅孩宝人的台]叫\p{{Han}}|的(?:小?姑娘|女孩|男孩|小伙|服务员|客服|员工|同事|销售|顾问|护士)|网友|(?:{TWICE}|财务|会计|出纳|行政|人事|销售|中介|物业|保安|师傅|找|转给|联系)[小老]"),
    "twice": rf"(?:{TWICE})\p{{Han}}|\p{{Han}}(?:妈|爸|姐|哥|同学|老师|小朋友)",
    "dotted": r"\p{Han}[·•・]\p{Han}",
    "western": r"(?:Mr|Mrs|Ms|Miss|Dr)\b|(?i:my name is|i am|i'm|this is|name ?:|my name|name is|regards|sincerely|contact ?:|hi |hello|dear|thanks|cheers|customer|agent|client|rep |manager|technician|driver|assigned|reported|behalf|signed|spoke|attn|prof)|[件货系叫是名成为][人叫是为成改]?[ ::]{0,2}[A-Z][a-z]|(?:拼音|英文名)|\p{Han} ?[A-Z][a-z]|[a-z](?:帮我|跟我|告诉我|答应|给我|说|承诺|是)|[A-Z]{2} ?[A-Z]{2}|写成",
    "common": f"[{''.join(sorted(COMMON))}]|{'|'.join(COMPOUND)}",
    "rare": rf"(?:^|{BOUND}|[叫是找给和跟与让由请被向问对代替]|联系|客服|专员|坐席|快递员|师傅|同事|朋友|[人员长工]|[谢感]谢|刚[才刚]|[昨今]天|上次|们的){SURNAMES}\p{{Han}}",
}


ADDRESS_SIGNS = frozenset(("home", "street", "house", "dashed", "village", "place", "english"))
NOTHING: frozenset[str] = frozenset()
NAME_SIGNS = frozenset(("titled", "slot", "dotted", "western", "told", "uncommon", "abroad", "received", "common", "rare", "role", "spoken", "nick", "twice"))


def worth(folded: str) -> frozenset[str]:
    """Return the names of the searches that may find something in a folded text."""
    names, matcher = _matcher()
    hits = matcher.Match(folded)
    return frozenset([names[each] for each in hits]) if hits else NOTHING


@lru_cache(maxsize=1)
def _matcher() -> tuple[tuple[str, ...], Any]:
    import re2

    options = re2.Options()
    options.max_mem = 64 << 20
    matcher = re2.Set.SearchSet(options)
    for pattern in PATTERNS.values():
        matcher.Add(pattern)
    matcher.Compile()
    return tuple(PATTERNS), matcher
