"""The words of reports. Chinese is the source; English lies in the catalogue, traditional Chinese is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..charts.wording import Labels, labels_for
from ..text.script import traditional

CATALOGUE = Path(__file__).resolve().parents[2] / "locale" / "parts" / "report.en.json"

BANDS = {1: "远低于预期", 2: "低于预期", 3: "符合预期", 4: "超出预期", 5: "远超预期"}
DIMENSIONS = {
    "agent": "坐席", "team": "班组", "centre": "中心", "vendor": "外包商", "department": "部门", "unit": "单位",
    "channel": "渠道", "kind": "服务类型", "topic": "问题类型", "product": "产品", "region": "地区", "tier": "客户等级",
    "priority": "优先级", "source": "数据来源", "customer": "客户", "hour": "时段", "weekday": "星期", "survey": "问卷",
    "question": "题目", "state": "状态",
}
VALUES = {
    "channel": {
        "phone": "电话", "online": "在线", "email": "邮件", "ticket": "工单系统", "wechat": "微信",
        "social": "社交媒体", "counter": "柜面", "other": "其他",
    },
    "kind": {"contact": "咨询", "complaint": "投诉", "incident": "故障", "request": "申请", "callback": "回访"},
}
EVIDENCE = {
    "missed": "未达成的记录", "hit": "计入的记录", "slowest": "时长最长的记录", "lowest": "得分最低的记录",
    "all": "全部记录", "highest": "数值最高的记录",
}
METHODS = {
    "wilson": "Wilson 区间", "t": "t 区间", "order_statistics": "次序统计量区间", "multinomial": "多项分布方差",
    "bootstrap": "自助法区间", "poisson": "泊松区间",
}
RUNNING = "（周期未结束，数据到 {day}，数字为暂定）"


@dataclass(frozen=True)
class Words:
    """Says texts of the source language in ``lang``: zh-hans, zh-hant or en."""

    lang: str

    @property
    def labels(self) -> Labels:
        return labels_for(self.lang)

    def say(self, text: str, **params: Any) -> str:
        """Return the text in this language with ``{name}`` filled in."""
        return self._translated(text).format(**params) if params else self._translated(text)

    def of(self, texts: Mapping[str, str]) -> str:
        """Return a passport's title or sentence ({"zh", "en"}) in this language."""
        if self.lang == "en":
            return texts.get("en") or texts.get("zh", "")
        text = texts.get("zh") or texts.get("en", "")
        return traditional(text) if self.lang == "zh-hant" else text

    def band(self, band: int | None) -> str:
        return "" if band is None else self.say(BANDS[band])

    def dimension(self, name: str) -> str:
        return self.say(DIMENSIONS.get(name, name))

    def value(self, dimension: str, value: str | None, names: Mapping[str, str]) -> str:
        """Return a group value in words: the unit's own name, a channel's word, else the value; 未填写 for none.

        >>> words_for("zh-hans").value("weekday", "5", {}), words_for("en").value("hour", "9", {})
        ('周五', '9:00')
        """
        if value is None or value == "":
            return self.say("未填写")
        if dimension == "weekday":
            return self.labels.weekdays[int(value) - 1]
        if dimension == "hour":
            return self.labels.oclock.format(int(value))
        word = VALUES.get(dimension, {}).get(value)
        return self.say(word) if word else names.get(value, value)

    def list(self, parts: list[str]) -> str:
        return ", ".join(parts) if self.lang == "en" else "、".join(parts)

    def _translated(self, text: str) -> str:
        if self.lang == "en":
            return _english().get(text, text)
        return traditional(text) if self.lang == "zh-hant" else text


def words_for(lang: str) -> Words:
    """Return the words of a language code (zh-hans, zh_Hant, en-us ...); simplified Chinese for one not known."""
    return Words(labels_for(lang).lang)


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    found: dict[str, str] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return found
