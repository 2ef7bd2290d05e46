"""One way of writing for the same words: full and half width, simplified and traditional, capitals and small letters.

Every character stays in its place, so that what is found in the folded text lies at the same place in the original.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod

# What OpenCC leaves apart because it depends on the word; for searching they are one.
ALIKE = {"著": "着", "妳": "你", "祂": "他", "牠": "它", "甚": "什", "麽": "么", "麼": "么", "裏": "里", "裡": "里",
         "臺": "台"}
# A word of more spellings than that is a sentence.
MOST = 256
BLANKS = "\u00a0\u2002\u2003\u2009\u3000\t\r\n"


def fold(text: str) -> str:
    """Return the text as it is compared; as long as before.

    >>> fold("測試ＡＢＣ１２３，裡面")
    '测试abc123,里面'
    """
    return text.translate(_table())


def simplified(text: str) -> str:
    """Return the text in simplified characters, all else as it is; as long as before.

    >>> simplified("您對櫃檯ＡＢＣ的評價？")
    '您对柜台ＡＢＣ的评价？'
    """
    return text.translate(_han())


def spellings(word: str) -> tuple[str, ...]:
    """Return the ways to write a short word in either script, itself first: all that fold to what it folds to.

    >>> spellings("电话")
    ('电话', '电話', '電话', '電話')
    """
    ways = [[letter, *(one for one in _alike(fold(letter)) if one != letter)] for letter in word]
    return tuple(dict.fromkeys(["".join(letters) for letters in product(*ways)])) if prod(map(len, ways)) <= MOST else (
        word,)


def _alike(letter: str) -> list[str]:
    return _inverse().get(letter, [letter])


@lru_cache(maxsize=1)
def _inverse() -> dict[str, list[str]]:
    """{simplified character: all that are written for it}; letters and digits are left out."""
    found: dict[str, list[str]] = {}
    for code, letter in _table().items():
        if 0x3400 <= code < 0xA000:
            found.setdefault(letter, [letter]).append(chr(code))
    return found


@lru_cache(maxsize=1)
def _han() -> dict[int, str]:
    return {code: letter for code, letter in _table().items() if 0x3400 <= code < 0xA000}


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    from opencc import OpenCC

    traditional = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    simplified = OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    table = {ord(one): other for one, other in zip(traditional, simplified, strict=True)
             if one != other and len(other) == 1}
    table |= {ord(one): other for one, other in ALIKE.items()}
    table |= {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
    table |= {code: chr(code).lower() for code in range(0x41, 0x250) if len(chr(code).lower()) == 1
              and chr(code).lower() != chr(code)}
    return table | dict.fromkeys(map(ord, BLANKS), " ")
