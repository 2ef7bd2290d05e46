"""Weights that bring the answers' margins to the population's: raking, with a limit on how far one answer may count."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .scores import effective_size

ROUNDS, CLOSE = 200, 1e-9
HEAVIEST = 5.0


@dataclass(frozen=True)
class Raked:
    """``weights`` of mean 1 (None when nothing can be weighted), and what to tell of them.

    ``design_effect`` is n over the effective n; ``missing`` names groups of the population from which nobody answered:
    they cannot be weighted for.
    """

    weights: np.ndarray | None
    converged: bool
    design_effect: float
    trimmed: int
    missing: tuple[tuple[str, str], ...] = ()


def rake(groups: Mapping[str, np.ndarray], population: Mapping[str, Mapping[str, float]], *,
         heaviest: float = HEAVIEST, start: np.ndarray | None = None) -> Raked:
    """Return weights for which every margin of ``groups`` equals the ``population``'s. Deming and Stephan 1940.

    ``groups``: {dimension: a text a respondent}; ``population``: {dimension: {group: size or share}}. Respondents
    of unknown or unlisted groups keep their weight in that dimension. Weights beyond ``heaviest`` times the mean are
    cut, and the margins are then only nearly met. Respondents of a group that the population does not have (size 0) get
    weight 0.
    """
    size = len(next(iter(groups.values()), np.empty(0)))
    if any(not math.isfinite(share) or share < 0 for margin in population.values() for share in margin.values()):
        raise ValueError("a margin must be a size or a share, 0 or more")
    weights = np.ones(size) if start is None else np.asarray(start, float).copy()
    missing = tuple((name, group) for name, margin in population.items() for group, share in margin.items()
                    if share > 0 and not (groups[name] == group).any())
    if size == 0:
        return Raked(None, False, float("nan"), 0, missing)
    masks = [[(groups[name] == group, share) for group, share in margin.items() if (groups[name] == group).any()]
             for name, margin in population.items()]
    converged = _fit(weights, masks)
    if not weights.sum() > 0:
        return Raked(None, False, float("nan"), 0, missing)
    weights, trimmed = _trim(weights / weights.mean(), heaviest)
    return Raked(weights, converged, size / effective_size(weights), trimmed, missing)


def _fit(weights: np.ndarray, masks: list[list[tuple[np.ndarray, float]]]) -> bool:
    """Scale margin after margin, in place, until nothing moves."""
    for _ in range(ROUNDS):
        moved = 0.0
        for margin in masks:
            listed, wanted = sum(weights[mask].sum() for mask, _ in margin), sum(share for _, share in margin)
            for mask, share in margin:
                own = weights[mask].sum()
                factor = (share / wanted) / (own / listed) if wanted and own else 1.0
                weights[mask] *= factor
                moved = max(moved, abs(factor - 1))
        if moved < CLOSE:
            return True
    return False


def _trim(weights: np.ndarray, heaviest: float) -> tuple[np.ndarray, int]:
    """Cut what is too heavy; cutting lowers the mean, so it is done again until all keep the limit."""
    heavy = weights > heaviest
    for _ in range(ROUNDS):
        if weights.max() <= heaviest * (1 + CLOSE):
            break
        weights = np.minimum(weights, heaviest)
        weights = weights / weights.mean()
    return weights, int(heavy.sum())
