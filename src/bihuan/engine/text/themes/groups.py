"""What nobody knew beforehand: groups of words that go together in clauses that speak of no known aspect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from .contracts import Factor
from .factors import factorise, log_odds
from .likeness import likeness
from .words import names_something

FEWEST_OF_WORD = 3       # texts a word must stand in
MOST_WORDS = 2000
MOST_COMMON = 0.4        # a word of more texts than this parts nothing,
MOST_CLAUSES = 0.08      # unless the texts are long and it is in few of their clauses
MOST_CONTEXT = 4000
MOST_LEARNT = 15_000     # clauses
CLEAR = 0.4              # share of a clause's weight that its theme must have
OFTENER = 3.0            # than by chance two words stand in one clause that go together
TERMS, TRIED, NAMED = 6, 15, 2


def groups_of(owner: np.ndarray, cut: Sequence[Sequence[str]], free: Sequence[bool], texts: int, count: int,
              seed: int) -> list[Factor]:
    """Return at most ``count`` themes of the ``free`` clauses, each of the clauses that have one of its terms.

    ``owner`` is the text of each clause. Of very many clauses the groups are learnt from some, evenly spread.
    """
    words = [[word for word in found if names_something(word)] if is_free else [] for found, is_free in zip(cut, free)]
    some = [place for place, found in enumerate(words) if found]
    step = max(-(-len(some) // MOST_LEARNT), 1)
    learnt = some[::step]
    vocabulary = _vocabulary(owner[learnt], [words[at] for at in learnt], texts / step)
    wanted = min(count, len(vocabulary) // 2)
    if len(vocabulary) < 4 or wanted < 1:
        return []
    kept = [at for at in learnt if any(word in vocabulary for word in words[at])]
    found = _learnt([words[at] for at in kept], [cut[at] for at in kept], vocabulary, wanted, seed)
    return [_factor(terms, words) for terms in found]


def _factor(terms: list[str], words: list[list[str]]) -> Factor:
    """The theme of the clauses that have one of the terms; one with more of them says more."""
    known = set(terms)
    weight = np.array([len(known.intersection(said)) for said in words], float)
    return Factor("、".join(terms[:NAMED]), tuple(terms[:TERMS]), weight, weight > 0)


def _learnt(words: list[list[str]], cut: list[Sequence[str]], vocabulary: dict[str, int], count: int,
            seed: int) -> list[list[str]]:
    """The terms of the groups in clauses."""
    counts = _counts(words, vocabulary)
    alike = _alike(counts, cut, vocabulary, seed)
    rows, _factors = factorise(_weighted(counts @ alike), count, seed=seed)
    shares = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-12)
    best, clear = shares.argmax(axis=1), shares.max(axis=1) >= CLEAR
    names = np.array(sorted(vocabulary, key=vocabulary.__getitem__), object)
    parted = _parted([(best == number) & clear for number in range(count)], counts, names)
    return [[str(names[column]) for column in _together([vocabulary[word] for word in terms], counts, alike)]
            for terms in parted]


def _together(columns: list[int], counts: Any, alike: Any) -> list[int]:
    """Of the terms of a group those that go with the first, used like it or in its clauses."""
    has = {column: counts[:, column].toarray().ravel() > 0 for column in columns}
    lead = has[columns[0]]

    def meets(column: int) -> bool:
        both, one, other = int((lead & has[column]).sum()), int(lead.sum()), int(has[column].sum())
        oftener = both * len(lead) / (one * other)
        return both > 1 and (oftener > OFTENER or oftener > 1 and 2 * both >= min(one, other))

    return [column for column in columns
            if column == columns[0] or alike[columns[0], column] or alike[column, columns[0]] or meets(column)]


def _parted(groups: list[np.ndarray], counts: Any, names: np.ndarray) -> list[tuple[str, ...]]:
    """The terms of groups of clauses; two of which one leads with what the other names are one."""
    made = [(terms, inside) for inside in groups if (terms := _terms(inside, counts, names))]
    for one, other in combinations(range(len(made)), 2):
        first, second = made[one][0], made[other][0]
        if first[0] in second[:NAMED] or second[0] in first[:NAMED]:
            rest = [inside for place, (_, inside) in enumerate(made) if place not in (one, other)]
            return _parted([made[one][1] | made[other][1], *rest], counts, names)
    return [terms for terms, _ in made]


def _terms(inside: np.ndarray, counts: Any, names: np.ndarray) -> tuple[str, ...]:
    """The words that set the clauses apart from the others."""
    own, rest = (np.asarray(counts[mask].sum(axis=0)).ravel() for mask in (inside, ~inside))
    order = np.argsort(-np.where(own > 0, log_odds(own, rest), -np.inf))
    return tuple(str(names[column]) for column in order[:TRIED] if own[column] > 0)


def _vocabulary(owner: np.ndarray, words: list[list[str]], texts: float) -> dict[str, int]:
    """{word: column} of the words that stand in several texts but not in most."""
    seen = Counter(pair for index, found in zip(owner.tolist(), words) for pair in {(word, index) for word in found})
    per_word = Counter(word for word, _index in seen)
    in_clauses = Counter(word for found in words for word in set(found))
    fit = [(count, word) for word, count in per_word.items() if count >= FEWEST_OF_WORD and (
        count <= max(FEWEST_OF_WORD, MOST_COMMON * texts) or in_clauses[word] <= MOST_CLAUSES * len(words))]
    fit.sort(key=lambda one: (-one[0], one[1]))
    return {word: column for column, (_count, word) in enumerate(fit[:MOST_WORDS])}


def _counts(words: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> Any:
    from scipy import sparse

    rows = [row for row, found in enumerate(words) for word in found if word in vocabulary]
    columns = [vocabulary[word] for found in words for word in found if word in vocabulary]
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(words), len(vocabulary)))


def _alike(counts: Any, said: list[Sequence[str]], vocabulary: dict[str, int], seed: int) -> Any:
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
