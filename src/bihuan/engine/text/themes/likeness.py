"""Which words are used alike in these texts: 送餐 and 配送, 前台 and 服务员. Learnt from the texts themselves.

Clauses are short: two that speak of the same thing often share no word, but the words around theirs are the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

DIMENSIONS = 60
ALIKE = 0.55           # cosine from which two words count as used alike
NEIGHBOURS = 5
SELDOM = 10            # of a word in so many clauses half is believed


def likeness(topics: Any, context: Any, same: np.ndarray, *, seed: int = 0) -> Any:
    """Return words x words (scipy.sparse): 1 on the diagonal, how alike two words are where they are.

    ``topics`` and ``context`` are clauses x words with 1 for a word of the clause; ``same`` has each topic word's
    column in the context, -1 for none. Positive pointwise mutual information with smoothed contexts, its singular
    vectors weighted by the root of their values (Levy, Goldberg and Dagan 2015, TACL 3).
    """
    from scipy import sparse
    from scipy.sparse.linalg import svds

    together = (topics.T @ context).tocoo()
    other = same[together.row] != together.col
    row, column, count = together.row[other], together.col[other], together.data[other]
    size = topics.shape[1]
    rows = np.bincount(row, count, size)
    columns = np.bincount(column, count, context.shape[1]) ** 0.75
    information = np.log(count * columns.sum() / (rows[row] * columns[column]))
    positive = information > 0
    shape = (size, context.shape[1])
    table = sparse.csr_matrix((information[positive], (row[positive], column[positive])), shape=shape)
    kept = min(DIMENSIONS, min(shape) - 1)
    if kept < 2 or table.nnz == 0:
        return sparse.identity(size, format="csr")
    left, values, _ = svds(table, k=kept, random_state=seed)
    place = left * np.sqrt(np.maximum(values, 0))
    place /= np.maximum(np.linalg.norm(place, axis=1, keepdims=True), 1e-12)
    seen = np.asarray(topics.sum(axis=0)).ravel()
    return _nearest(place * np.sqrt(seen / (seen + SELDOM))[:, None])


def _nearest(place: np.ndarray) -> Any:
    """The closest words of each, from ``ALIKE`` on, itself first."""
    from scipy import sparse

    near = place @ place.T
    np.fill_diagonal(near, 1.0)
    kept = np.argpartition(-near, min(NEIGHBOURS, len(near) - 1), axis=1)[:, :NEIGHBOURS + 1]
    rows = np.repeat(np.arange(len(near)), kept.shape[1])
    columns = kept.ravel()
    close = near[rows, columns]
    fit = close >= ALIKE
    return sparse.csr_matrix((close[fit], (rows[fit], columns[fit])), shape=near.shape)
