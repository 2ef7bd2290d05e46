"""SQL for cells that say nothing and for lines that are no records; what few cells are is asked of few."""

from __future__ import annotations

from collections.abc import Iterable

from .lake import literal

TOTAL_WORDS = ("合计", "总计", "小计", "共计", "汇总", "合計", "總計", "小計", "合计:", "总计:", "合计：", "总计：",
               "小计：", "本页合计", "本页小计", "本表合计", "total", "total:", "totals", "grand total", "subtotal")
AFTER_DIGITS = ":"      # times and numbers begin with a digit or a sign, which stand before it


def is_total(text: str) -> str:
    """Whether a line's first cell is a word for totals; only texts of such a length are compared with the words."""
    lengths = ", ".join(str(length) for length in sorted({len(word.encode()) for word in TOTAL_WORDS}))
    return (f"coalesce(CASE WHEN strlen({text}) IN ({lengths}) THEN lower({text}) IN ({_listed(TOTAL_WORDS)}) "
            f"ELSE false END, false)")


def without(text: str, words: Iterable[str]) -> str:
    """The text, NULL when it is one of the words; a text that begins with a digit is compared with few of them."""
    words = tuple(words)
    early = [word for word in words if word.encode() < AFTER_DIGITS.encode()]
    not_early = f" AND {text} NOT IN ({_listed(early)})" if early else ""
    return (f"CASE WHEN {text} < '{AFTER_DIGITS}'{not_early} THEN {text} "
            f"WHEN {text} NOT IN ({_listed(words)}) THEN {text} END")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in words)
