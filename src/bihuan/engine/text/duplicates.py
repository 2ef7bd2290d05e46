"""How alike two texts are, told from thirty-two numbers each: the texts themselves need not be kept side by side.

MinHash (Broder 1997, "On the resemblance and containment of documents"): the share of equal numbers estimates the
share of three-letter pieces that two texts have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from .folding import fold

NUMBERS, PIECE, PRIME = 32, 3, (1 << 61) - 1


def pieces(text: str) -> set[str]:
    """Return the overlapping pieces of three letters of a text, folded, without signs and blanks; a short text whole.

    >>> sorted(pieces("退款，太慢了"))
    ['太慢了', '款太慢', '退款太']
    """
    plain = "".join(letter for letter in fold(text) if letter.isalnum())
    return {plain[at:at + PIECE] for at in range(max(1, len(plain) - PIECE + 1))} - {""}


def sketch(text: str) -> list[int]:
    """Return the numbers of a text; none for a text without a letter."""
    found = np.array([crc32(piece.encode()) for piece in pieces(text)], dtype=object)
    if not len(found):
        return []
    factors, shifts = _draws()
    return [int(((found * factor + shift) % PRIME).min() & 0xFFFFFFFF)
            for factor, shift in zip(factors, shifts, strict=True)]


def likeness(one: Sequence[int], other: Sequence[int]) -> float | None:
    """Return the share of pieces two texts have in common, 0 to 1, as their numbers tell; None where one has none.

    >>> likeness(sketch("退款太慢"), sketch("退款太慢。"))
    1.0
    """
    if not one or not other:
        return None
    return sum(a == b for a, b in zip(one, other, strict=True)) / NUMBERS


@lru_cache(maxsize=1)
def _draws() -> tuple[list[int], list[int]]:
    random = np.random.default_rng(2026)
    drawn: npt.NDArray[np.int64] = random.integers(1, PRIME, size=(2, NUMBERS))
    return [int(one) for one in drawn[0]], [int(one) for one in drawn[1]]
