"""The order of priorities: by urgency, whatever the source system calls them, not by letters."""

from __future__ import annotations

import re
from collections.abc import Iterable

# From the most urgent on; a word belongs to the line with the longest word that it begins with.
WORDS: tuple[tuple[str, ...], ...] = (
    ("critical", "blocker", "emergency", "p0", "特急", "严重", "致命", "重大", "危急"),
    ("urgent", "紧急", "加急", "immediate"),
    ("high", "major", "高", "重要", "important"),
    ("medium", "moderate", "normal", "mid", "default", "中", "普通", "一般", "正常", "默认", "标准"),
    ("low", "minor", "低", "次要", "不急"),
    ("planning", "trivial", "lowest", "最低", "计划"),
)
# 最高 begins with 最, very low with very: what is above or below the others of its word.
HIGHEST = re.compile(r"最高|very high|highest|top")
NUMBERED = re.compile(r"[pP]?(\d)(?:\b|级|$)|([一二三四五])级")
CHINESE = "一二三四五"


def by_urgency(values: Iterable[str]) -> list[str]:
    """Return priorities, the most urgent first; numbered ones by their number, unknown words last by their letters.

    >>> by_urgency(["low", "urgent", "normal", "high"])
    ['urgent', 'high', 'normal', 'low']
    >>> by_urgency(["3 - Moderate", "1 - Critical", "2 - High"]), by_urgency(["P3", "P1", "P2"])
    (['1 - Critical', '2 - High', '3 - Moderate'], ['P1', 'P2', 'P3'])
    >>> by_urgency(["Lowest", "Low", "Medium", "Highest"])
    ['Highest', 'Medium', 'Low', 'Lowest']
    >>> by_urgency(["一般", "紧急", "其他", "低"])
    ['紧急', '一般', '低', '其他']
    """
    return sorted(values, key=lambda value: (*_rank(value), value))


def _rank(value: str) -> tuple[int, int]:
    word = value.strip().lower()
    if numbered := NUMBERED.match(word):
        return (0, int(numbered[1]) if numbered[1] else CHINESE.index(numbered[2]) + 1)
    if HIGHEST.match(word):
        return (1, 0)
    known = max(((len(one), place) for place, words in enumerate(WORDS) for one in words if word.startswith(one)),
                default=None)
    return (1, known[1]) if known else (2, 0)
