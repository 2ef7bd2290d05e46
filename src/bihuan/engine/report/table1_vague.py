"""Tells blame and praise from something that happened: 服务差 against 客户说等了20分钟没人接."""

from __future__ import annotations

import re

# Praise and blame without a thing that happened: what is left once it is taken out must say something.
EMPTY_WORDS = re.compile(
    r"客户|用户|客服|坐席|人员|服务|态度|质量|水平|效率|感觉|觉得|认为|反映|反馈|表示|比较|非常|十分|特别|有点|有些|很|太|极|"
    r"不好|不行|不佳|不满意?|满意|较?差|糟糕?|一般|恶劣|冷淡|敷衍|慢|低|好|不够|不太|有待|需要|应|加强|改进|改善|提高|提升|"
    r"问题|存在|情况|的|了|是|得|地|也|都|没有?|[\s，。！？、；：,.!?;:~…（）()\"“”'‘’-]")


def is_vague(text: str) -> bool:
    """Say whether a text names nothing that happened.

    >>> is_vague("服务差"), is_vague("客服态度不好，很敷衍"), is_vague("客户说等了20分钟没人接")
    (True, True, False)
    """
    rest = EMPTY_WORDS.sub("", text)
    return len(rest) < 4
