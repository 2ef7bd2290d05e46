"""Themes in texts: the known aspects that clauses speak of, and groups of words that go together in the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from .aspects import Said, lexicon, said_in
from .contracts import Factor, Theme, Themes
from .groups import FEWEST_OF_WORD, groups_of
from .telling import Texts, tell
from .words import all_words, clauses

__all__ = ["FEWEST_TEXTS", "TERMS", "Theme", "Themes", "find_themes"]

FEWEST_TEXTS = 20        # below this there is nothing to find
LEAST_SHARE = 0.01       # of the texts that a theme must have,
MOST_NEEDED = 60         # or so many texts: of many comments a rare theme is still many people's
MOST_KNOWN = 30          # more themes nobody reads
TERMS = 6


def find_themes(texts: Sequence[str | None], *, groups: Sequence[str | None] | None = None, count: int | None = None,
                seed: int = 0) -> Themes:
    """Return the themes of texts, the most frequent first; a text may belong to several.

    The same seed gives the same themes. ``count`` themes at most, the known aspects before the new ones; by default
    more for more texts. Too few texts have no themes.
    """
    told = [index for index, text in enumerate(texts) if text and text.strip()]
    parts = [(index, clause) for index in told for clause in clauses(texts[index] or "")]
    if len(told) < FEWEST_TEXTS or not parts:
        return Themes((), len(told), len(told))
    cut = [all_words(clause) for _, clause in parts]
    owner = np.array([index for index, _ in parts], int)
    said = said_in([clause for _, clause in parts], cut, owner.tolist())
    fewest = max(FEWEST_OF_WORD, min(MOST_NEEDED, round(LEAST_SHARE * len(told))))
    known = _known(said, owner, fewest, MOST_KNOWN if count is None else min(count, MOST_KNOWN))
    usual = _usual(len(told))
    wanted = usual if count is None else min(count - len(known), usual)
    new = groups_of(owner, cut, [not one.aspects for one in said], len(told), wanted, seed) if wanted > 0 else []
    found = tell(Texts(texts, groups, parts, owner, len(told)), [*known, *new])
    themes = tuple(sorted((theme for theme in found if theme.count >= fewest), key=lambda theme: -theme.count))
    inside = {index for theme in themes for index in theme.members}
    return Themes(themes, len(told), len(told) - len(inside))


def _usual(texts: int) -> int:
    """How many new themes are looked for."""
    return int(np.clip(round(1.1 * texts ** 0.2), 3, 8))


def _known(said: list[Said], owner: np.ndarray, fewest: int, most: int) -> list[Factor]:
    """The known aspects of which enough texts speak, the most frequent ones."""
    aspects, texts = lexicon().aspects, Counter[int]()
    where: dict[int, list[int]] = {}
    for at, one in enumerate(said):
        for place in one.aspects:
            where.setdefault(place, []).append(at)
    for place in where:
        texts[place] = len(set(owner[where[place]].tolist()))
    return [_factor(aspects[place].name, place, where[place], said)
            for place, count in sorted(texts.items(), key=lambda one: (-one[1], one[0]))[:most] if count >= fewest]


def _factor(name: str, place: int, at: list[int], said: list[Said]) -> Factor:
    """The theme of one aspect: its name, then its words most used here.

    A clause with more of its words and of no other aspect says more of it.
    """
    weight = np.zeros(len(said))
    used = Counter[str]()
    for clause in at:
        own = lexicon().words_of(place, said[clause].words)
        used.update(set(own) or set(said[clause].words))
        weight[clause] = (1 + min(len(own), 3)) / len(said[clause].aspects)
    # The words that speak of it alone before those that need another; a number stands for many.
    order = sorted(used, key=lambda word: (place not in lexicon().of.get(word, ()), -used[word], word))
    words = [word for word in order if word != name and "0" not in word]
    return Factor(name, (name, *words[:TERMS - 1]), weight, weight > 0)
