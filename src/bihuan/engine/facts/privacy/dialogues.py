"""Numbers that somebody tells in pieces over several messages of one dialogue: 我电话138 / 1234 / 5678.

A message alone shows nothing there. What one side says in successive messages that are hardly more than digits is put
together, and is somebody's where the whole is shaped like a number of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .checksums import is_card, is_id_card
from .dictated import MEASURED, TOPICS
from .folding import fold
from .masking import Masked, find, mask
from .numbers import SPELT, Find
from .rules import DEFAULT, Rules
from .spelt import HOTLINE

# Who says it (None: not told) and what is said (None: deleted).
Turn = tuple[str | None, str | None]
PIECE = re.compile(rf"(?<![A-Za-z0-9_.\[¥￥$])(?:\d(?:[ \-.,，、]?\d){{1,17}}[Xx]?|[{SPELT}]{{3,12}})(?![A-Za-z0-9%.]\d?)")
WORTH = re.compile(rf"[0-9０-９]{{2}}|[{SPELT}]{{3}}")
NUMERALS = str.maketrans("零〇一二三四五六七八九幺洞", "00123456789" "10")
CORRECTED = re.compile("不对|错了|说错|打错|更正|应该是|改成")
LONGEST = 60            # characters of a message that tells a piece
MOST_BESIDE = 12        # characters of it that are no piece
MOST_BETWEEN = 3        # messages of the other side between two pieces
FILLER = 6              # characters of a message between two pieces that is none: 嗯, 等一下
LOOKS_BACK = 4          # messages before the first piece that may say what is told
FEWEST_REPEATED = 3     # digits that the other side repeats
MOST_PIECES = 12
LONGEST_PART = 7        # digits of an order's number that are a part of it: more may be a number of their own
SHAPES: dict[str, re.Pattern[str]] = {
    "mobile": re.compile(r"(?:86)?1[3-9]\d{9}"), "landline": re.compile(r"0\d{2,3}[2-9]\d{6,7}"),
    "bank_card": re.compile(r"\d{13,19}"), "order": re.compile(r"\d{8,24}")}
# Only behind the word for it.
TOLD_ONLY = {"landline": "mobile", "bank_card": "bank_card", "order": "order"}
DATED = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{0,6}")


@dataclass(frozen=True)
class Piece:
    """Digits at ``start``-``end`` of the message number ``turn``."""

    turn: int
    start: int
    end: int
    digits: str


def mask_dialogue(turns: Sequence[Turn], rules: Rules = DEFAULT, *, style: str = "tag", lang: str = "zh") -> list[Masked]:
    """Return the messages of a dialogue masked, in their order; one that is None comes back empty.

    >>> [one.text for one in mask_dialogue([("customer", "我电话138"), ("agent", "嗯"), ("customer", "1234"), ("customer", "5678")])]
    ['我电话〔手机号〕', '嗯', '〔手机号〕', '〔手机号〕']
    """
    more = find_pieces(turns, rules)
    return [mask(text or "", rules, style=style, lang=lang, more=more.get(at, ())) for at, (_side, text) in enumerate(turns)]


def find_pieces(turns: Sequence[Turn], rules: Rules = DEFAULT) -> dict[int, list[Find]]:
    """Return {message: finds} of numbers that several messages make up together."""
    worth = [at for at, (_side, text) in enumerate(turns) if text and len(text) <= LONGEST and WORTH.search(text)]
    if len(worth) < 2:
        return {}
    folded = {at: fold(turns[at][1] or "") for at in worth}
    pieces = {at: found for at, text in folded.items() if (found := _pieces(at, text, rules))}
    taken: dict[int, list[Find]] = {}
    for run in _runs(turns, pieces):
        topics = _topics(turns, run)
        for kind, told in _numbers(run, topics, turns):
            if kind in rules.kinds:
                for one in [*told, *_repeated(told, pieces)]:
                    taken.setdefault(one.turn, []).append((one.start, one.end, kind))
    return taken


def _pieces(at: int, text: str, rules: Rules) -> list[Piece]:
    found = [each for each in PIECE.finditer(text) if not MEASURED.match(text, each.end())]
    beside = sum(each.isalnum() for each in text) - sum(each.isalnum() for one in found for each in one[0])
    if not found or beside > MOST_BESIDE or find(text, rules):
        return []
    return [Piece(at, each.start(), each.end(), "".join(one for one in each[0].translate(NUMERALS) if one.isalnum()))
            for each in found]


def _runs(turns: Sequence[Turn], pieces: dict[int, list[Piece]]) -> Iterator[list[Piece]]:
    """Yield what each side tells in messages that follow each other, those of the other side and fillers left out."""
    for side in dict.fromkeys(turns[at][0] for at in pieces):
        run: list[Piece] = []
        between = 0
        for at, (who, text) in enumerate(turns):
            if who == side and at in pieces:
                run, between = [*run, *pieces[at]], 0
                continue
            between += 1
            if run and (between > MOST_BETWEEN or (who == side and len(text or "") > FILLER)):
                yield run[-MOST_PIECES:]
                run = []
        if run:
            yield run[-MOST_PIECES:]


def _topics(turns: Sequence[Turn], run: list[Piece]) -> frozenset[str]:
    """What the dialogue speaks of right before and while a run is told."""
    said = " ".join(text or "" for _side, text in turns[max(0, run[0].turn - LOOKS_BACK):run[-1].turn + 1])
    return frozenset(kind for kind, word in TOPICS if word.search(said))


def _numbers(run: list[Piece], topics: frozenset[str], turns: Sequence[Turn]) -> Iterator[tuple[str, list[Piece]]]:
    """Yield (kind, pieces) of the longest numbers that successive pieces make up, each piece in one of them."""
    corrected = any(CORRECTED.search(turns[one.turn][1] or "") for one in run)
    at = 0
    while at < len(run):
        for until in range(len(run), at + 1, -1):
            told = run[at:until]
            kind = _shape(told, topics, corrected) if told[0].turn != told[-1].turn else ""
            if kind:
                yield kind, told
                at = until - 1
                break
        at += 1


def _shape(told: list[Piece], topics: frozenset[str], corrected: bool) -> str:
    """Return the kind of number that pieces make up, one of them left out where something was corrected; "" for none."""
    for left_out in [None, *(told if corrected else ())]:
        digits = "".join(one.digits for one in told if one is not left_out)
        if SHAPES["mobile"].fullmatch(digits):
            return "mobile"
        if is_id_card(digits) and (len(digits) == 18 or "id_card" in topics):
            return "id_card"
        if left_out is None and digits[:2] == "62" and len(digits) >= 16 and is_card(digits):
            return "bank_card"
        if any(HOTLINE.fullmatch(one.digits) for one in told):
            continue
        for kind, topic in TOLD_ONLY.items():
            if left_out is None and topic in topics and SHAPES[kind].fullmatch(digits) and not DATED.fullmatch(digits) and (
                    kind != "order" or max(len(one.digits) for one in told) <= LONGEST_PART):
                return kind
    return ""


def _repeated(told: list[Piece], pieces: dict[int, list[Piece]]) -> Iterator[Piece]:
    """Yield the pieces of a number that are said once more, by whoever, while it is told and right behind."""
    whole, own = "".join(one.digits for one in told), {(one.turn, one.start) for one in told}
    for at in range(told[0].turn, told[-1].turn + MOST_BETWEEN + 1):
        for one in pieces.get(at, ()):
            if (one.turn, one.start) not in own and len(one.digits) >= FEWEST_REPEATED and one.digits in whole:
                yield one
