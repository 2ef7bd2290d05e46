"""One way of writing for what people write in many ways; every character stays in its place."""

from __future__ import annotations

import re
from functools import lru_cache

# Full-width letters, digits and signs; dashes, spaces and invisible characters that are put between digits.
_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u2060\ufeff\t"), " ")
_FOLD |= dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_FOLD |= {ord(circled): str(digit) for digit, circled in enumerate("⓪①②③④⑤⑥⑦⑧⑨")}
_FOLD |= {0x1D7CE + n: str(n % 10) for n in range(50)}

_CHINESE = "零〇○一二三四五六七八九"
_NUMERALS = {ord(word): digit for words, digits in (
    (_CHINESE, "000123456789"), ("壹贰叁肆伍陆柒捌玖幺", "1234567891"), ("貳參陸", "236"))
    for word, digit in zip(words, digits, strict=True)}
_SPOKEN = re.compile(r"[零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺貳參陸0-9](?:[ \-，,、]{0,2}[零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺貳參陸0-9]){6,}")
_ANY_NUMERAL = re.compile(r"[零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺貳參陸](?:[ \-，,、]{0,2}[零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺貳參陸0-9]){6}")


def fold(text: str) -> str:
    """Return the text with one writing for digits, dashes and blanks; as long as before, so that places agree.

    Numbers spelt in Chinese become digits only in runs of seven or more, where they are spoken telephone, card or
    identity numbers.

    >>> fold("１３８－０００一")
    '138-000一'
    >>> fold("幺三八零零一三八零零零")
    '13800138000'
    """
    if text.isascii():
        return text.replace("\t", " ")
    folded = text.translate(_table())
    if not _ANY_NUMERAL.search(folded):
        return folded
    return _SPOKEN.sub(lambda found: found[0].translate(_NUMERALS), folded)


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    """The whole table; traditional characters become simplified ones, one by one, so that nothing moves."""
    from opencc import OpenCC

    traditional = [chr(code) for code in range(0x4E00, 0xA000)]
    simplified = OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    return {ord(one): other for one, other in zip(traditional, simplified, strict=True)
            if one != other and len(other) == 1} | _FOLD
