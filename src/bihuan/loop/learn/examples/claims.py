"""Nothing states an effect that the verdict does not: figures and words of success in what people write are held
against it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bihuan.loop.verify.verdicts.contracts import EFFECTIVE

FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|％|个?百分点|倍)")
SUCCESS = re.compile(
    r"(?<![未没无不])(?<!没有)(?:明显|显著|大幅)?"
    r"(?:提高了|提升了|改善了|降低了|缩短了|见效|奏效|很有效|确实有效|行之有效)")


def figures(texts: Iterable[str]) -> set[float]:
    """Return the figures of shares, points and multiples in some texts.

    >>> sorted(figures(["由 60% 提高到 75％", "高出 5 个百分点，3 人"]))
    [5.0, 60.0, 75.0]
    """
    return {float(found) for text in texts for found in FIGURE.findall(text)}


def unbacked(text: str, known: set[float]) -> str:
    """Return the first figure of a text that is none of ``known``, with its unit; empty when there is none.

    >>> unbacked("解决率提高了 30%", {10.4, 5.0}), unbacked("高出 10.4 个百分点", {10.4})
    ('30%', '')
    """
    return next((found[0] for found in FIGURE.finditer(text) if float(found[1]) not in known), "")


def claimed(text: str, word: str) -> str:
    """Return the first word of success in a text about a measure that was not effective; empty when there is none.

    >>> claimed("解决率明显提升了", "no_effect_shown"), claimed("没有提升了什么", "no_effect_shown")
    ('明显提升了', '')
    """
    found = None if word == EFFECTIVE else SUCCESS.search(text)
    return found[0] if found else ""
