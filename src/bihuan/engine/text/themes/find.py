"""Themes in texts: clauses into factors of words, labels by what sets a theme apart, quotes by what is most of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from .factors import factorise, log_odds
from .likeness import likeness
from .words import all_words, clauses, same, spoken_of

FEWEST_TEXTS = 20        # below this there is nothing to find
FEWEST_OF_WORD = 3       # texts a word must stand in
MOST_WORDS = 3000
MOST_COMMON = 0.4        # a word of more texts than this parts nothing,
MOST_CLAUSES = 0.08      # unless the texts are long and it is in few of their clauses: 房间 in hotels, not 酒店
MOST_CONTEXT = 4000
CLEAR = 0.4              # share of a clause's weight that its theme must have
TERMS, NAMED, QUOTES = 6, 2, 3
SHORTEST_QUOTE = 8       # characters: fewer say nothing of how it was


@dataclass(frozen=True)
class Theme:
    """``count`` texts speak of it, ``share`` of all texts; ``by``: {group: (count, texts of the group)}."""

    name: str
    terms: tuple[str, ...]
    count: int
    share: float
    quotes: tuple[str, ...]
    members: tuple[int, ...]
    by: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Themes:
    """What was found in ``texts`` texts that say something; ``without`` of them belong to no theme."""

    themes: tuple[Theme, ...]
    texts: int
    without: int


def find_themes(texts: Sequence[str | None], *, groups: Sequence[str | None] | None = None, count: int | None = None,
                seed: int = 0) -> Themes:
    """Return the themes of texts, the most frequent first; a text may belong to several.

    The same seed gives the same themes. ``count`` themes are looked for, by default more for more
    texts. Too few texts have no themes.
    """
    told = [index for index, text in enumerate(texts) if text and text.strip()]
    parts = [(index, clause) for index in told for clause in clauses(texts[index] or "")]
    said = [[same().get(word, word) for word in all_words(clause)] for _, clause in parts]
    words = [spoken_of(found) for found in said]
    owner = np.array([index for index, _ in parts], int)
    vocabulary = _vocabulary(owner, words, len(told))
    if len(told) < FEWEST_TEXTS or len(vocabulary) < 4:
        return Themes((), len(told), len(told))
    wanted = min(count or _usual(len(told)), len(vocabulary) // 2)
    kept = [place for place, found in enumerate(words) if any(word in vocabulary for word in found)]
    counts = _counts([words[place] for place in kept], vocabulary)
    alike = _alike(counts, [said[place] for place in kept], vocabulary, seed)
    rows, _factors = factorise(_weighted(counts @ alike), wanted, seed=seed)
    shares = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-12)
    best, clear = shares.argmax(axis=1), shares.max(axis=1) >= CLEAR
    names = np.array(sorted(vocabulary, key=vocabulary.__getitem__), object)
    sample = _Sample(texts, groups, [parts[place] for place in kept], counts, names, len(told))
    found = sample.themes([(rows[:, number], (best == number) & clear) for number in range(wanted)])
    themes = tuple(sorted(found, key=lambda theme: -theme.count))
    inside = {index for theme in themes for index in theme.members}
    return Themes(themes, len(told), len(told) - len(inside))


def _usual(texts: int) -> int:
    return int(np.clip(round(2.2 * texts ** 0.2), 4, 16))


def _vocabulary(owner: np.ndarray, words: list[list[str]], texts: int) -> dict[str, int]:
    """{word: column} of the words that stand in several texts but not in most."""
    seen = Counter(pair for index, found in zip(owner.tolist(), words) for pair in {(word, index) for word in found})
    per_word = Counter(word for word, _index in seen)
    in_clauses = Counter(word for found in words for word in set(found))
    fit = [(count, word) for word, count in per_word.items() if count >= FEWEST_OF_WORD and (
        count <= max(FEWEST_OF_WORD, MOST_COMMON * texts) or in_clauses[word] <= MOST_CLAUSES * len(words))]
    fit.sort(key=lambda one: (-one[0], one[1]))
    return {word: column for column, (_count, word) in enumerate(fit[:MOST_WORDS])}


def _counts(words: list[list[str]], vocabulary: dict[str, int]) -> Any:
    from scipy import sparse

    rows = [row for row, found in enumerate(words) for word in found if word in vocabulary]
    columns = [vocabulary[word] for found in words for word in found if word in vocabulary]
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(words), len(vocabulary)))


def _alike(counts: Any, said: list[list[str]], vocabulary: dict[str, int], seed: int) -> Any:
    """Which words of the vocabulary are used alike, by all that is said in the same clauses."""
    known = Counter(word for found in said for word in set(found))
    context = {word: column for column, (word, count) in enumerate(known.most_common(MOST_CONTEXT))
               if count >= FEWEST_OF_WORD}
    same = np.array([context.get(word, -1) for word in sorted(vocabulary, key=vocabulary.__getitem__)], int)
    return likeness((counts > 0).astype(float), (_counts(said, context) > 0).astype(float), same, seed=seed)


def _weighted(counts: Any) -> Any:
    """TF-IDF, each clause of length one."""
    from scipy import sparse

    frequency = np.asarray((counts > 0).sum(axis=0)).ravel()
    weighted = counts @ sparse.diags(np.log((1 + counts.shape[0]) / (1 + frequency)) + 1)
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.maximum(length, 1e-12)) @ weighted).tocsr()


@dataclass(frozen=True)
class _Sample:
    """The texts, their clauses as (text, clause) and as counts of the words ``names``."""

    texts: Sequence[str | None]
    groups: Sequence[str | None] | None
    parts: list[tuple[int, str]]
    counts: Any
    names: np.ndarray
    told: int

    def themes(self, factors: list[tuple[np.ndarray, np.ndarray]]) -> list[Theme]:
        """The themes of factors as (weight, inside); two of which one leads with what the other names are one."""
        made = [(theme, *factor) for factor in factors if (theme := self.theme(*factor)) is not None]
        for one, other in combinations(range(len(made)), 2):
            first, second = made[one][0].terms, made[other][0].terms
            if first[0] in second[:NAMED] or second[0] in first[:NAMED]:
                both = made[one][1] + made[other][1], made[one][2] | made[other][2]
                rest = [factor[1:] for place, factor in enumerate(made) if place not in (one, other)]
                return self.themes([both, *rest])
        return [theme for theme, _weight, _inside in made]

    def theme(self, weight: np.ndarray, inside: np.ndarray) -> Theme | None:
        """The theme of the clauses ``inside``, the one of most ``weight`` quoted first; None for too few texts."""
        members = sorted({self.parts[place][0] for place in np.flatnonzero(inside)})
        if len(members) < FEWEST_OF_WORD:
            return None
        own, rest = (np.asarray(self.counts[mask].sum(axis=0)).ravel() for mask in (inside, ~inside))
        order = np.argsort(-np.where(own > 0, log_odds(own, rest), -np.inf))
        terms = tuple(str(self.names[column]) for column in order[:TERMS] if own[column] > 0)
        quotes = self._quotes(weight, inside)
        return Theme("、".join(terms[:NAMED]), terms, len(members), len(members) / self.told, quotes, tuple(members),
                     self._by(members))

    def _quotes(self, weight: np.ndarray, inside: np.ndarray) -> tuple[str, ...]:
        """The texts that speak most of it and least of other things; two of the same words are one."""
        owner = np.array([index for index, _clause in self.parts])
        own = np.bincount(owner, np.where(inside, weight, 0.0), len(self.texts))
        inside_of = np.bincount(owner, inside, len(self.texts))
        share = inside_of / np.maximum(np.bincount(owner, minlength=len(self.texts)), 1)
        length = np.array([len((text or "").strip()) for text in self.texts])
        score = own * share / np.maximum(inside_of, 1) * np.where(length >= SHORTEST_QUOTE, 1.0, 0.1)
        order = np.argsort(-np.where(inside_of > 0, score, -1.0), kind="stable")[:50]
        return tuple(dict.fromkeys((self.texts[at] or "").strip() for at in order if inside_of[at]))[:QUOTES]

    def _by(self, members: list[int]) -> dict[str, tuple[int, int]]:
        if self.groups is None:
            return {}
        told = Counter(group for text, group in zip(self.texts, self.groups) if group and text and text.strip())
        own = Counter(group for index in members if (group := self.groups[index]))
        return {group: (own[group], size) for group, size in sorted(told.items())}
