"""From the clauses of a theme to what is told of it: how many texts, in which groups, with which words of theirs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..folding import fold
from .aspects import aspect_of, lexicon, spoken_of
from .contracts import Factor, Theme
from .words import clauses

QUOTES = 3
SHORTEST_QUOTE = 8       # characters: fewer say nothing of how it was
LONGEST_QUOTE = 100      # of longer texts the sentences are quoted that speak of the theme
SENTENCE = re.compile(r"[^。！？!?；;\n\r]+[。！？!?；;]*")


@dataclass(frozen=True)
class Texts:
    """Texts, their ``groups``, their clauses as (text, clause) with the ``owner`` of each; ``told`` say something."""

    texts: Sequence[str | None]
    groups: Sequence[str | None] | None
    parts: list[tuple[int, str]]
    owner: np.ndarray
    told: int


def tell(texts: Texts, factors: Sequence[Factor]) -> list[Theme]:
    """Return the themes of factors."""
    clauses_each = np.bincount(texts.owner, minlength=len(texts.texts))
    length = np.array([len((text or "").strip()) for text in texts.texts])
    sizes = None if texts.groups is None else Counter(
        group for text, group in zip(texts.texts, texts.groups) if group and text and text.strip())
    return [_theme(factor, texts, clauses_each, length, sizes) for factor in factors]


def _theme(factor: Factor, texts: Texts, clauses_each: np.ndarray, length: np.ndarray,
           sizes: Counter[str] | None) -> Theme:
    members = tuple(np.unique(texts.owner[factor.inside]).tolist())
    quoted = _quoted(factor, texts, clauses_each, length)
    own = Counter(group for index in members if (group := texts.groups[index])) if texts.groups is not None else {}
    return Theme(factor.name, factor.terms, len(members), len(members) / texts.told,
                 tuple(passage(texts.texts[at] or "", factor.terms) for at in quoted), members,
                 {group: (own[group], size) for group, size in sorted((sizes or {}).items())}, quoted)


def _quoted(factor: Factor, texts: Texts, clauses_each: np.ndarray, length: np.ndarray) -> tuple[int, ...]:
    """The texts that speak most of it and least of other things; two of the same words are one."""
    size = len(texts.texts)
    own = np.bincount(texts.owner, np.where(factor.inside, factor.weight, 0.0), size)
    inside_of = np.bincount(texts.owner, factor.inside, size)
    share = inside_of / np.maximum(clauses_each, 1)
    score = own / np.maximum(inside_of, 1) * share * np.where(length >= SHORTEST_QUOTE, 1.0, 0.1)
    order = np.argsort(-np.where(inside_of > 0, score, -1.0), kind="stable")[:50]
    first: dict[str, int] = {}
    for at in order.tolist():
        if inside_of[at]:
            first.setdefault((texts.texts[at] or "").strip(), at)
    return tuple(first.values())[:QUOTES]


def passage(text: str, terms: Sequence[str]) -> str:
    """Return what a text says of the theme of these terms: a short text whole, of a long one the sentences.

    >>> passage("房间很大。" * 30 + "前台小姐态度很好，办理也快。" + "早餐一般。" * 9, ("服务态度", "态度"))
    '…前台小姐态度很好，办理也快。…'
    """
    text = text.strip()
    if len(text) <= LONGEST_QUOTE:
        return text
    wanted, aspect = {fold(term) for term in terms}, aspect_of(terms)
    places = set() if aspect is None else {lexicon().aspects.index(aspect)}
    sentences = [found.span() for found in SENTENCE.finditer(text)]
    said = [span for span in sentences if _speaks(text[slice(*span)], wanted, places)]
    if not said:
        return text[:LONGEST_QUOTE] + "…"
    start, end = said[0]
    for span in said[1:]:
        if span[0] != end or span[1] - start > LONGEST_QUOTE:
            break
        end = span[1]
    start, end = _near(text, start, end, wanted, places)
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")


def _near(text: str, start: int, end: int, wanted: set[str], places: set[int]) -> tuple[int, int]:
    """The part of a sentence that is too long to quote, from the clause that speaks of the theme."""
    if end - start <= LONGEST_QUOTE:
        return start, end
    clause = next((one for one in clauses(text[start:end]) if _speaks(one, wanted, places)), "")
    begin = max(text.find(clause, start), start)
    return begin, min(begin + max(LONGEST_QUOTE, len(clause)), end)


def _speaks(said: str, wanted: set[str], places: set[int]) -> bool:
    return bool(places & spoken_of(said)) if places else any(word in fold(said) for word in wanted)
