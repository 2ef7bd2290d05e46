"""The values of many groups in order, from which their quantiles and survival curves are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from .. import stats
from .cells import Cells, Key, cell_keys
from .shape import View

# Whole numbers below LARGEST and fewer groups than MOST fit one integer beside each other.
LARGEST, BITS, MOST = 1 << 38, 39, 1 << 24


@dataclass(frozen=True)
class Spread:
    """Rows sorted by group and amount: ``owner`` (index into ``keys``), ``amount``, and whether it is ``running``.

    ``running`` rows have not ended: the amount is what they have lasted so far (survival curves only).
    """

    keys: list[Key]
    owner: np.ndarray
    amount: np.ndarray
    running: np.ndarray

    def quantile(self, q: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(n, quantile, low, high) of each key."""
        return stats.grouped_quantile(self.owner, self.amount, ~self.running, len(self.keys), q, ordered=True)

    @cached_property
    def survival(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(median, low, high) of each key's survival curve."""
        return stats.grouped_median_survival(
            self.owner, self.amount, ~self.running, self.running, len(self.keys), ordered=True)

    @cached_property
    def open_count(self) -> np.ndarray:
        """Rows of each key that are running."""
        return np.bincount(self.owner[self.running], minlength=len(self.keys)).astype(float)

    def places(self, cells: Cells) -> np.ndarray:
        """Index of each key among the cells.

        A group that only the values have (rows came in between two queries) becomes a cell of its own.
        """
        known = set(cells.keys)
        cells.add([key for key in self.keys if key not in known])
        at = {key: index for index, key in enumerate(cells.keys)}
        return np.array([at[key] for key in self.keys], np.int64)


def spread_of(table: pa.Table, view: View) -> Spread:
    """Sort the result of ``measures.distribution``: a row a group, its values as lists."""
    parts = [_flat(table[name]) for name in ("ended", "running") if name in table.column_names]
    owner = np.concatenate([np.repeat(np.arange(table.num_rows), lengths) for lengths, _ in parts])
    amount = np.concatenate([values for _, values in parts])
    running = np.repeat(np.arange(len(parts)) == 1, [len(values) for _, values in parts])
    return Spread(cell_keys(table, view), *_sorted(owner, amount, running))


def _flat(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """(length of each row's list, all their values)."""
    lists = column.combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = lists.combine_chunks()
    lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    return lengths, lists.flatten().cast(pa.float64()).to_numpy(zero_copy_only=False)


def _sorted(owner: np.ndarray, amount: np.ndarray, running: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By group, amount, ended before running. Whole numbers are sorted as one integer, ten times as fast."""
    code = amount.astype(np.int64) if _fits(amount) else None
    if code is None or not np.array_equal(code, amount) or (len(owner) and owner.max() >= MOST):
        order = np.lexsort((running, amount, owner))
        return owner[order], amount[order], running[order]
    code <<= 1
    code |= running
    code |= owner << BITS
    code.sort()
    owner, running = code >> BITS, (code & 1).astype(bool)
    code >>= 1
    code &= LARGEST - 1
    return owner, code.astype(float), running


def _fits(amount: np.ndarray) -> bool:
    return not len(amount) or bool(amount.min() >= 0 and amount.max() < LARGEST)
