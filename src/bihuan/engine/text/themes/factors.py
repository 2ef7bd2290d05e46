"""Non-negative factors of clauses by words: each factor a group of words that go together."""

from __future__ import annotations

from typing import Any

import numpy as np

ROUNDS, TINY = 60, 1e-9


def factorise(matrix: Any, count: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return (W, H) with W @ H near ``matrix`` (scipy.sparse, rows x words), all non-negative, ``count`` factors.

    Multiplicative updates for the squared error (Lee and Seung 2001, NIPS 13) from a start out of the singular vectors:
    random starts end in poor factors now and then. The same seed gives the same factors.
    """
    rows, words = _start(matrix, count, seed)
    turned = matrix.T.tocsr()
    for _ in range(ROUNDS):
        words *= (turned @ rows).T / (rows.T @ rows @ words + TINY)
        rows *= (matrix @ words.T) / (rows @ (words @ words.T) + TINY)
    return rows, words


def _start(matrix: Any, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The positive parts of the singular vectors (Boutsidis and Gallopoulos 2008), gaps filled with the mean."""
    from scipy.sparse.linalg import svds

    left, sizes, right = svds(matrix.astype(float), k=min(count, min(matrix.shape) - 1), random_state=seed)
    fill = float(matrix.mean())
    rows, words = np.full((matrix.shape[0], count), fill), np.full((count, matrix.shape[1]), fill)
    for place, column in enumerate(np.argsort(-sizes)):
        u, v = left[:, column], right[column]
        pairs = [(np.maximum(sign * u, 0), np.maximum(sign * v, 0)) for sign in (1, -1)]
        u, v = max(pairs, key=lambda pair: np.linalg.norm(pair[0]) * np.linalg.norm(pair[1]))
        strength = np.linalg.norm(u) * np.linalg.norm(v)
        if strength > 0:
            scale = np.sqrt(sizes[column] * strength)
            rows[:, place] = np.where(u > 0, scale * u / np.linalg.norm(u), fill)
            words[place] = np.where(v > 0, scale * v / np.linalg.norm(v), fill)
    return rows, words


def log_odds(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Return z scores of how much likelier each word is inside than outside, given counts.

    Log-odds with an informative Dirichlet prior (all words): Monroe, Colaresi and Quinn 2008, Political Analysis 16.
    """
    prior = inside + outside
    weight = prior.sum()
    a, b = inside + prior, outside + prior
    ratio = np.log(a / (inside.sum() + weight - a)) - np.log(b / (outside.sum() + weight - b))
    return ratio / np.sqrt(1 / a + 1 / b)
