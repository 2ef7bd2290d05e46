"""What a theme is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Theme:
    """``count`` texts speak of it, ``share`` of all texts; ``by``: {group: (count, texts of the group)}.

    ``quotes`` are passages of the texts at ``quoted``. A known ``aspect`` leads its terms with its name.
    """

    name: str
    terms: tuple[str, ...]
    count: int
    share: float
    quotes: tuple[str, ...]
    members: tuple[int, ...]
    by: dict[str, tuple[int, int]] = field(default_factory=dict)
    quoted: tuple[int, ...] = ()


@dataclass(frozen=True)
class Themes:
    """What was found in ``texts`` texts that say something; ``without`` of them belong to no theme."""

    themes: tuple[Theme, ...]
    texts: int
    without: int


@dataclass(frozen=True)
class Factor:
    """A theme over clauses: how much of it each says and which belong to it."""

    name: str
    terms: tuple[str, ...]
    weight: np.ndarray
    inside: np.ndarray
