"""Whether a survey's purpose can be measured: it names what is measured, of whom or of what, and when."""

from __future__ import annotations

import re

METRIC = re.compile(r"满意度|满意率|推荐意愿|净推荐|NPS|CSAT|CES|费力|解决率|重复率|投诉率|流失|复购|续费|忠诚|评分|"
                    r"得分|平均分|期望|等待时长|响应时[长间]|接通率|知晓率|原因|占比|比例|差距|排名前", re.IGNORECASE)
PEOPLE = ("客户|用户|会员|消费者|商户|商家|业主|患者|旅客|乘客|学员|读者|居民|企业|储户|投保人|家长|顾客")
# A group, not just "customers": some words that say which ones stand before it, or all of them are meant.
GROUP = re.compile(rf"(?P<before>[\w·、（）()]{{0,16}}?)(?:{PEOPLE})")
GENERIC = re.compile(r"了解|提升|提高|调查|测量|掌握|收集|改进|改善|评估|分析|倾听|广大|我们|我司|本公司|公司|的|对|向|"
                     r"为|更好|更|和|与|大家|一下|进行|情况|服务|整体|总体|当前|目前|年度|季度|上半年|下半年|第?[一二三四\d]+|"
                     r"[年月日]|Q")
THING = re.compile(r"热线|在线客服|电话客服|智能客服|售后|物流|配送|安装|维修|退款|退货|理赔|网点|门店|营业厅|"
                   r"[Aa][Pp][Pp]|小程序|官网|宽带|套餐|投诉|账单|发票|续费|新品|产品线|门诊|航线|班次|课程|客户经理|技术支持|回访|"
                   r"中心|班组|区域|大区|分公司")
PERIOD = re.compile(r"20\d\d|\d+\s*(?:个)?(?:月|周|天|日|季度|年)|[一二三四]季度|Q[1-4]|上半年|下半年|"
                    r"本(?:月|季|年)|上(?:月|季|年|周)|半年|年度|全年|双十一|618|期间|以来|上线(?:前|后)|改版(?:前|后)|截至|至今|"
                    r"[一二三两四五六七八九十]+个?月", re.IGNORECASE)
PARTS = ("metric", "object", "period")


def purpose_gaps(text: str) -> tuple[str, ...]:
    """Return which of metric, object and period a purpose does not name.

    >>> purpose_gaps("测量2026年第一季度宽带新装客户的总体满意度，与上季度比较")
    ()
    >>> purpose_gaps("提升服务水平")
    ('metric', 'object', 'period')
    """
    named = {"metric": bool(METRIC.search(text)), "object": _names_object(text), "period": bool(PERIOD.search(text))}
    return tuple(part for part in PARTS if not named[part])


def _names_object(text: str) -> bool:
    if THING.search(text) or re.search(rf"(?:全体|所有|全部|新|老|VIP|重点|流失|沉默|大)(?:{PEOPLE})", text):
        return True
    return any(len(GENERIC.sub("", match["before"])) >= 2 for match in GROUP.finditer(text))
