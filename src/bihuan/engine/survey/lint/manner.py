"""How like the manner of questions known to push a question is: for what no pattern names.

A linear model over the signs, words and kinds of words of a question, learnt from the examples of this package by
``scripts/linter_weights.py``. It is a second look after the patterns: it says that somebody should read again, and
which rule the question most likely breaks where one of the models of kinds knows it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("weights.txt")
KINDS = Path(__file__).with_name("kinds.txt")
FEWEST = 6          # characters: a heading is no question
SCALE = 5.0         # of the share that each feature has


def suspicion(text: str) -> float:
    """Return how suspicious a question reads; from ``threshold()`` on it is told.

    >>> suspicion("您对服务的评价是？") < 0
    True
    """
    return _score(features(text), weights())


def likeliest(text: str) -> str:
    """Return the rule that a question most likely breaks; empty where every kind is less likely than not.

    >>> likeliest("您觉得课程有趣、有用吗？")
    'double_barrelled'
    """
    told = features(text)
    best, kind = max((_score(told, known), kind) for kind, known in kinds().items())
    return kind if best >= 0 else ""


def _score(told: set[str], known: Mapping[str, float]) -> float:
    met = [known[one] for one in told if one in known]
    return known["bias"] + SCALE * sum(met) / math.sqrt(len(met)) if met else 0.0


def threshold() -> float:
    return weights()["threshold"]


def features(text: str) -> set[str]:
    """Return the signs, pairs of signs, words, pairs of words and kinds of words in their order.

    >>> sorted(features("态度好"))[:3]
    ['$', '^', '^态']
    """
    import rjieba

    text = re.sub(r"[？?。！!\s]+$", "", re.sub(r"[,；;]", "，", text))
    words = ["^", *rjieba.cut(text), "$"]
    kinds = [kind[:1] for _word, kind in rjieba.tag(text)]
    signs = f"^{text}$"
    return ({*signs} | {signs[at:at + 2] for at in range(len(signs) - 1)} | {f"w:{word}" for word in words}
            | {f"b:{one}_{other}" for one, other in zip(words, words[1:])}
            | {f"p:{'-'.join(kinds[at:at + size])}" for size in (2, 3) for at in range(len(kinds) - size + 1)})


def strongest(text: str) -> str:
    """Return the word that speaks most for it, empty where none does."""
    import rjieba

    known = weights()
    words = [word for word in rjieba.cut(text) if len(word) > 1]

    def told(word: str) -> float:
        return known.get(f"w:{word}", 0.0) + sum(known.get(word[at:at + 2], 0.0) for at in range(len(word) - 1))

    best = max(words, key=told, default="")
    return best if best and told(best) > 0 else ""


@cache
def weights() -> dict[str, float]:
    """Return the weight of each feature, with ``bias`` and ``threshold``."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {name: float(value) for name, value in (line.split("\t") for line in lines if not line.startswith("#"))}


@cache
def kinds() -> dict[str, dict[str, float]]:
    """Return {rule: {feature: weight}}, each with ``bias``."""
    found: dict[str, dict[str, float]] = {}
    known: dict[str, float] = {}
    for line in KINDS.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("\t")
        if value:
            known[name] = float(value)
        elif not line.startswith("#"):
            known = found[name] = {}
    return found
