"""Numbers that are told in pieces over several turns of a dialogue: 车牌？客户：湘A。坐席：湘A。客户：8K，Q35。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .numbers import PROVINCES, SPELT, Find

TURN = re.compile(r"(?:客户|用户|客服|坐席|来电人|顾客|业主|话务员|接线员|(?<![A-Za-z])[AB]|甲|乙|问|答)[ ]?[:：]")
# What a number is that is asked for or told next.
TOPICS = (
    ("id_card", re.compile("身份证|证件号|护照")), ("plate", re.compile("车牌|牌照|车号")), ("wechat", re.compile("微信号?")),
    ("bank_card", re.compile("卡号|账号|银行卡")), ("order", re.compile("单号|订单|运单|保单|工单|合同号|户号|编号")),
    ("mobile", re.compile("电话|手机|号码|联系方式|座机|固话")))
PIECE = re.compile(rf"[{PROVINCES}][A-Za-z][0-9A-Za-z{SPELT}]{{0,6}}|[0-9A-Za-z{SPELT}]{{2,20}}")
# 三十块, 两点, 2件: an amount or a time, no piece of a number.
MEASURED = re.compile(r"[ ]?(?:元|块|毛|件|个|台|次|分|点|年|月|天|日|号(?!码)|楼|层|人|份|箱|公里|小时|%|[十百千万])")
FEWEST_TURNS, FEWEST_PIECES, FEWEST_CHARACTERS = 3, 2, 6
MOST_BESIDE = 10        # other characters in a turn that tells a piece
LASTS = 10              # turns
# The turn it is told in, from, to.
Piece = tuple[int, int, int]


def dictated(text: str) -> Iterator[Find]:
    """Yield the pieces of numbers that a dialogue asks for, whatever the number is."""
    turns = list(TURN.finditer(text))
    if len(turns) < FEWEST_TURNS:
        return
    kind, left, pieces = "", 0, list[Piece]()
    for at, turn in enumerate(turns):
        start, end = turn.end(), turns[at + 1].start() if at + 1 < len(turns) else len(text)
        topic = _topic(text, start, end)
        if topic and topic[0] != kind:
            yield from _whole(pieces, text, kind)
            kind, pieces = topic[0], []
        left = LASTS if topic else left - 1
        if kind and left > 0:
            pieces += [(at, *piece) for piece in _pieces(text, topic[1] if topic else start, end)]
    yield from _whole(pieces, text, kind)


def _topic(text: str, start: int, end: int) -> tuple[str, int] | None:
    for kind, word in TOPICS:
        found = word.search(text, start, end)
        if found:
            return kind, found.end()
    return None


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found = [(each.start(), each.end()) for each in PIECE.finditer(text, start, end) if not MEASURED.match(text, each.end())]
    beside = sum(each.isalnum() for each in text[start:end]) - sum(until - begin for begin, until in found)
    return found if beside <= MOST_BESIDE else []


def _whole(pieces: list[Piece], text: str, kind: str) -> Iterator[Find]:
    """Yield the pieces if they are a number's: told in several turns, with digits among them."""
    told = "".join(text[start:end] for _turn, start, end in pieces)
    digits = len(re.findall(f"[0-9{SPELT}]", told))
    if len({turn for turn, _start, _end in pieces}) >= FEWEST_PIECES and len(told) >= FEWEST_CHARACTERS and digits >= FEWEST_PIECES:
        for _turn, start, end in pieces:
            yield start, end, kind
