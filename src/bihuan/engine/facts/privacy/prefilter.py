"""One pass over a text that tells which searches are worth their time; most messages need none of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .nicknames import GIVEN, NICK_FIELDS, NICKABLE, TITLE, TWICE
from .numbers import PROVINCES, SPELT
from .roles import ANY, FORMS, ROLES
from .spelt import PAPERS_OF
from .surnames import COMMON, COMPOUND, SINGLE, TIBETAN, TITLED_RARE

SURNAMES = f"(?:{'|'.join(COMPOUND)}|[{SINGLE}])"
BOUND = r"[，。、；,.;!！?？\s:：()（）/]"
# Looser than the searches themselves: what is not found here is found by none of them.
PATTERNS: dict[str, str] = {
    "number": r"\d(?:[ \-.()_/,，、]{0,2}\d){4}",
    "turns": r"1[3-9]\d[^\d]{1,25}\d{4}[^\d]{1,25}\d{4}",
    "email": r"@|(?i: at [a-z0-9\-]+ dot )|\(at\)|\[at\]|#at#|艾特",
    "plate": rf"[{PROVINCES}] ?[A-Za-z][ ·•.\-]{{0,2}}(?:[A-Za-z0-9{SPELT}] ?){{2}}|WJ",
    "qq": r"(?i)qq|扣扣|q号|企鹅|q[ :]{1,2}[1-9]\d{5}",
    "wechat": r"(?i)微信|薇信|威信|绿泡|绿信|v信|wechat|weixin|vx|wx|加我?v|v[ :]{1,2}[a-z]",
    "order": r"\d[0-9A-Za-z\-_ ]{0,6}\d[0-9A-Za-z\-_ ]{0,6}\d[0-9A-Za-z\-_ ]{0,6}\d",
    "spelt": PAPERS_OF,
    "street": r"(?:大道|大街|胡同|路|街|巷|弄|里|道) ?[\dA-Za-z一二三四五六七八九十百][\d\-一二三四五六七八九十百]{0,8} ?(?:号|弄|巷|支弄)",
    "english": r"[a-z] (?:St|Street|Road|Rd|Ave|Avenue|Lane|Ln|Drive|Dr|Blvd|Boulevard|Court|Ct|Square|Sq|Way|Place|Pl|Terrace|Close|Parkway)\b",
    "house": r"[\dA-Za-z一二三四五六七八九十百甲乙丙丁东西南北] ?(?:号楼|栋|幢|座|单元|室|号|组|队|社|层|楼|户)",
    "dashed": r"\p{Han} ?\d{1,3}-(?:\d{1,3}-)?\d{3,4}",
    "village": r"(?:镇|乡|街道)\p{Han}{2,8}(?:村|社区|庄|屯)",
    "place": r"地址|住址|住在|家住|现住|住处|住\p{Han}{4}|家里?就?在|[我人]就?在\p{Han}{4}|老家在|邮到|搬到|取件在|寄到|寄往|寄至|送到|送货到|发到|收货地|户籍|住所|上门到",
    "titled": (rf"{SURNAMES}\p{{Han}}{{0,2}}(?:先生|女士|小姐|太太|师傅|老师|经理|主任|主管|店长|厂长|校长|院长|警官|律师|大夫|医生|护士|"
               r"阿姨|叔叔|大叔|大爷|大妈|大姐|大哥|奶奶|爷爷|姐|哥|总|工|同志|老板)"
               rf"|[{ANY}](?:会计|出纳|科长|队长|站长|所长|秘书)|[{TITLED_RARE}](?:先生|女士|小姐|师傅|老师|经理|主任|医生|阿姨)|是(?:{'|'.join(COMPOUND)})|(?:{TIBETAN})(?:{TIBETAN})"),
    "slot": (rf"(?:叫|是|姓名|字|大名|人|主|名|客户|用户|旅客|患者|老公|老婆|爱人|先生|太太|妈|爸|儿子|女儿|同事|朋友|姐|哥|弟|妹|坐席|客服|专员|"
             rf"师|的|为|姓|填|写)[ ::]{{0,3}}{SURNAMES}\p{{Han}}"),
    "role": rf"(?:{ROLES}|{FORMS}|@)(?:的?(?:名字|姓名))?[是叫为 ::]{{0,2}}(?:[{ANY}]|{'|'.join(COMPOUND)})",
    "spoken": rf"姓\p{{Han}}|[男女](?:[，,、。;； )）\d]|$)|[老小][{''.join(sorted(COMMON))}]|[阿老小]\p{{Han}}[姐哥叔姨婶伯嫂]|[{SINGLE}][生太]",
    "nick": (rf"[小老][{NICKABLE}]|阿[{GIVEN}{NICKABLE}]|小[{GIVEN}]|[{GIVEN}{NICKABLE}]{TITLE}|[叫喊][我他她]|称呼我|我[叫是][小阿]|"
             rf"小名|乳名|外号|绰号|花名|艺名|网名|昵称|笔名|[工胸名作]牌|落款|署名|签名|签了个|自称|{NICK_FIELDS}[ ]?:|[子妹哥姨傅孩宝人的]叫\p{{Han}}"),
    "twice": rf"(?:{TWICE})\p{{Han}}",
    "dotted": r"\p{Han}[·•・]\p{Han}",
    "western": r"(?:Mr|Mrs|Ms|Miss|Dr)\b|(?i:my name is|i am|i'm|this is|name ?:|my name|name is|regards|sincerely|contact ?:|hi |hello|dear|thanks|cheers|customer|agent|client|rep |manager|technician|driver|assigned|reported|behalf|signed|spoke|attn|prof)|[件货系叫是名成为][人叫是为成改]?[ ::]{0,2}[A-Z][a-z]|(?:拼音|英文名)",
    "common": f"[{''.join(sorted(COMMON))}]|{'|'.join(COMPOUND)}",
    "rare": rf"(?:^|{BOUND}|[叫是找给和跟与让由请被向问对代替]|联系|客服|专员|坐席|快递员|师傅|同事|朋友){SURNAMES}\p{{Han}}",
}


ADDRESS_SIGNS = frozenset(("street", "house", "dashed", "village", "place", "english"))
NOTHING: frozenset[str] = frozenset()
NAME_SIGNS = frozenset(("titled", "slot", "dotted", "western", "common", "rare", "role", "spoken", "nick", "twice"))


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
