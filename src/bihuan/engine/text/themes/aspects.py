"""Aspects of service that are known beforehand, found in clauses by the words of ``aspects.toml``."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..folding import fold
from .words import all_words, clauses

DEGREES = "太很好超真特挺巨最偏略够不蛮死怪更较"
NOTHING = -1
NUMBER = re.compile(r"\d+(?:\.\d+)?")
FEWEST_OF_FAMILY, MOST_OF_FAMILY = 5, 0.5     # clauses that tell which, from which those that do not are taken for it


@dataclass(frozen=True)
class Aspect:
    """``name`` in Chinese and ``english``; the aspects of the ``family`` share the words of how fast and how long."""

    name: str
    english: str
    family: bool = False


@dataclass(frozen=True)
class Said:
    """What one clause says: the places of the aspects and the words of the lexicon."""

    aspects: frozenset[int]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """``of``: {word: places of the aspects it speaks of}; ``sides``: {word: sides of pairs it stands on}, ``pairs`` as
    (side, side, aspect), ``helps`` {word: aspects of its pairs}. Of the family: ``subjects`` {word: its aspect},
    ``bare`` {word: the aspect it speaks of where nothing tells which, NOTHING for none}. Words of ``nothing`` keep
    shorter ones in them from being found."""

    aspects: tuple[Aspect, ...]
    of: dict[str, tuple[int, ...]]
    sides: dict[str, tuple[int, ...]]
    pairs: tuple[tuple[int, int, int], ...]
    helps: dict[str, frozenset[int]]
    subjects: dict[str, int]
    bare: dict[str, int]
    nothing: frozenset[str]
    singles: frozenset[str]
    pattern: re.Pattern[str]

    def words(self, clause: str, tokens: Iterable[str]) -> tuple[str, ...]:
        """Return the words of the lexicon in a folded clause, of overlapping ones the longest.

        Numbers read as 0; 覆 of 回覆 and 答覆, which is simplified nowhere, as 复.
        """
        found = [hit.group() for hit in self.pattern.finditer(NUMBER.sub("0", clause).replace("覆", "复"))]
        held = {letter for word in found if word in self.nothing for letter in word}
        alone = [single for token in tokens if (single := _single(token)) in self.singles and single not in held]
        return (*found, *alone)

    def spoken_of(self, words: Sequence[str]) -> frozenset[int]:
        """Return the places of the aspects that the words of one clause speak of."""
        found = {place for word in words for place in self.of.get(word, ())}
        sides = {side for word in words for side in self.sides.get(word, ())}
        return frozenset(found | {place for one, other, place in self.pairs if one in sides and other in sides})

    def words_of(self, place: int, words: Sequence[str]) -> list[str]:
        """Return those of the words that speak of the aspect at a place, alone or as a side of a pair."""
        return [word for word in words if place in self.of.get(word, ()) or place in self.helps.get(word, ())]


def said_in(clauses: Sequence[str], tokens: Sequence[Sequence[str]], owner: Sequence[int]) -> list[Said]:
    """Return what each clause says; ``owner`` is its text.

    A clause that says only how fast is of what its text says it of (a courier, dishes), else of what most clauses of
    these texts say it of.
    """
    known, seen, found = lexicon(), dict[str, Said](), []
    for clause, cut in zip(clauses, tokens, strict=True):
        if clause not in seen:
            words = known.words(fold(clause), cut)
            seen[clause] = Said(known.spoken_of(words), words)
        found.append(seen[clause])
    return _settled(known, found, owner)


def spoken_of(text: str) -> set[int]:
    """Return the places of the known aspects that a text speaks of."""
    parts = clauses(text)
    return {place for one in said_in(parts, [all_words(part) for part in parts], [0] * len(parts))
            for place in one.aspects}


def aspect_of(terms: Sequence[str]) -> Aspect | None:
    """Return the known aspect whose theme has these terms: its name leads them; None for another theme.

    >>> aspect_of(("味道口感", "好吃")).english, aspect_of(("卷饼", "味道口感"))
    ('Taste', None)
    """
    return next((aspect for aspect in lexicon().aspects if aspect.name == terms[0]), None) if terms else None


def _settled(known: Lexicon, said: list[Said], owner: Sequence[int]) -> list[Said]:
    """Give the clauses that say only how fast or how long the aspect that they say it of."""
    family = {place for place, aspect in enumerate(known.aspects) if aspect.family}
    told = Counter(place for one in said for place in one.aspects & family)
    most, count = told.most_common(1)[0] if told else (None, 0)
    usual = most if count >= max(FEWEST_OF_FAMILY, MOST_OF_FAMILY * sum(told.values())) else None
    subject: dict[int, Counter[int]] = {}
    for text, one in zip(owner, said):
        own = [known.subjects[word] for word in one.words if word in known.subjects]
        if own:
            subject.setdefault(text, Counter()).update(own)
    settled = []
    for text, one in zip(owner, said):
        rest = max((known.bare[word] for word in one.words if word in known.bare), default=None)
        if one.aspects or rest is None or rest == NOTHING and usual is None:
            settled.append(one)
        else:
            named = subject.get(text) if rest != NOTHING else None
            other = rest if usual is None else usual
            settled.append(Said(frozenset({named.most_common(1)[0][0] if named else other}), one.words))
    return settled


def _single(token: str) -> str:
    """The one character that a word says, without adverbs of degree: 辣 of 太辣."""
    return token if len(token) == 1 else token[-1] if len(token) == 2 and token[0] in DEGREES else ""


@lru_cache(1)
def lexicon() -> Lexicon:
    """Return the known aspects and their words."""
    raw = tomllib.loads((Path(__file__).parent / "aspects.toml").read_text(encoding="utf-8"))
    groups = {f"@{name}": words.split() for name, words in raw["groups"].items()}
    aspects = tuple(Aspect(one["name"], one["en"], "subjects" in one or one["name"] in raw["bare"].values())
                    for one in raw["aspect"])
    names = {aspect.name: place for place, aspect in enumerate(aspects)}
    of: dict[str, list[int]] = {}
    subjects: dict[str, int] = {}
    for place, one in enumerate(raw["aspect"]):
        for word in dict.fromkeys(one["words"].split()):
            of.setdefault(word, []).append(place)
        subjects |= dict.fromkeys(one.get("subjects", "").split(), place)
    sides, pairs = _pairs(raw["aspect"], groups)
    bare = {word: names.get(name, NOTHING) for group, name in raw["bare"].items() for word in groups[f"@{group}"]}
    nothing = frozenset(raw["nothing"].split())
    every = {*of, *sides, *subjects, *bare, *nothing}
    helps = {word: frozenset(pairs[side // 2][2] for side in listed) for word, listed in sides.items()}
    return Lexicon(aspects, {word: tuple(places) for word, places in of.items()}, sides, pairs, helps, subjects, bare,
                   nothing, frozenset(word for word in every if len(word) == 1),
                   re.compile(_trie(word for word in every if len(word) > 1)))


def _pairs(aspects: list[Any], groups: dict[str, list[str]]) -> tuple[
        dict[str, tuple[int, ...]], tuple[tuple[int, int, int], ...]]:
    """({word: sides it stands on}, (side, side, aspect)...): a word of both sides of a pair speaks of its aspect."""
    sides: dict[str, list[int]] = {}
    pairs: list[tuple[int, int, int]] = []
    for place, aspect in enumerate(aspects):
        for both in aspect.get("pairs", []):
            first = 2 * len(pairs)
            for side, listed in enumerate(both):
                for word in dict.fromkeys(w for part in listed.split() for w in groups.get(part, [part])):
                    sides.setdefault(word, []).append(first + side)
            pairs.append((first, first + 1, place))
    return {word: tuple(listed) for word, listed in sides.items()}, tuple(pairs)


def _trie(words: Iterable[str]) -> str:
    """The pattern of any of the words, the longest first."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _written(tree)


def _written(node: dict[str, Any]) -> str:
    parts = [re.escape(letter) + _written(rest) for letter, rest in sorted(node.items()) if letter]
    if not parts:
        return ""
    return f"(?:{'|'.join(parts)})" + ("?" if "" in node else "")
