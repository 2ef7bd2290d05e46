"""The words of industries, of why something is not told, and of places."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

INDUSTRY_WORDS: dict[str, Any] = {
    "retail": _("零售"), "finance": _("金融"), "telecom": _("电信"), "logistics": _("物流"),
    "software": _("软件与互联网"), "public": _("公共服务"), "other": _("其他行业"),
}
REASONS: dict[str, Any] = {
    "unbounded": _("没有上下限（时长、均分），加多少噪声都藏不住一条记录"), "no_data": _("这段时间没有数据"),
    "cases": _("不足 100 条记录"), "groups": _("不足 3 个单位"), "one_group": _("一个单位占八成以上"),
}
# The parts of a definition, and what else may make it another one.
PART_WORDS: dict[str, Any] = {
    "numerator": _("分子"), "denominator": _("分母"), "exclusions": _("剔除"), "value": _("取值"),
    "window": _("观察期"), "window_from": _("观察期起点"), "anchor": _("归期时间"), "credit": _("归属坐席"),
    "minimum_n": _("样本下限"), "direction": _("方向"), "aggregation": _("算法"), "grain": _("统计对象"),
    "clock": _("计时"), "unit": _("单位"), "bands": _("分档"), "open_cases": _("未办结的"),
    "interval": _("区间方法"), "hash": _("校验值"), "unknown": _("本公司没有这个指标"), "unreadable": _("口径读不出来"),
}
PLACE_WORDS: dict[str, Any] = {"better": _("优于基准"), "worse": _("不如基准"), "cannot_tell": _("分不出高下")}
POOL_WORDS: dict[str, Any] = {"better": _("优于同行"), "worse": _("不如同行"), "cannot_tell": _("分不出高下")}
