"""From a text to clauses and from a clause to the words that say what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from ..folding import fold

CLAUSE = re.compile(r"[，。！？；、,!?;\n\r\t~…]+|(?<!\d)\.(?!\d)|\s{2,}")
# What is no sentence of the customer: addresses, names of accounts, masks and icons ([数字x], [怒]), icon codes.
NOISE = re.compile(r"https?://[!-~]+|@[\w-]+|\[[^\[\]\n]{1,20}\]|#e-s|&#?\w{1,8};", re.IGNORECASE)
LONGEST = 60          # characters of a clause; people who use no punctuation write on and on
ANY = re.compile(r"^[\u4e00-\u9fff]+$|^[a-z][a-z0-9+-]{2,}$")
WORD = re.compile(r"^[\u4e00-\u9fff]{2,}$|^[a-z][a-z0-9+-]{2,}$")


def clauses(text: str) -> list[str]:
    """Return the parts of a text between punctuation; long ones cut, addresses, masks and names of accounts left out.

    >>> clauses("送餐太慢了，味道还行！")
    ['送餐太慢了', '味道还行']
    """
    found = []
    for part in CLAUSE.split(NOISE.sub("\n", text)):
        part = part.strip()
        found += [part[start:start + LONGEST] for start in range(0, len(part), LONGEST)]
    return [part for part in found if part]


def topic_words(clause: str) -> list[str]:
    """Return what is spoken of: words that name things, and for words of opinion the thing they are about.

    >>> topic_words("送餐小哥的态度非常好"), topic_words("太慢了")
    (['配送', '配送员', '态度'], ['速度'])
    """
    return spoken_of(all_words(clause))


def spoken_of(words: Iterable[str]) -> list[str]:
    """Return the topic words among words; one thing by several names has one."""
    known = same()
    return [known.get(word, word) for word in words if word in known or names_something(word)]


def all_words(clause: str) -> list[str]:
    """Return every word of a clause.

    >>> all_words("送餐太慢")
    ['送餐', '太慢']
    """
    import rjieba

    return [word for word in rjieba.cut(fold(clause)) if ANY.match(word)]


def names_something(word: str) -> bool:
    """Return whether a word may be what a theme is about."""
    return WORD.match(word) is not None and word not in left_out()


@lru_cache(1)
def left_out() -> frozenset[str]:
    """Return empty words and words of opinion: they tell how people feel, not about what."""
    return frozenset(_lines("empty.txt")) | frozenset(_lines("opinion.txt"))


@lru_cache(1)
def same() -> dict[str, str]:
    """Return {word: the name of what it speaks of}."""
    lines = [line.split() for line in (Path(__file__).parent / "same.txt").read_text(encoding="utf-8").splitlines()]
    return {word: name for name, *words in lines if name != "#" for word in (name, *words)}


def _lines(name: str) -> Iterator[str]:
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.split()
