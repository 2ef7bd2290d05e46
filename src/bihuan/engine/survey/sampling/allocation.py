"""How many of each stratum, and how sure that makes the survey: proportional, Neyman, equal, fixed, census."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ...stats.normal import LEVEL, z_value
from ..planning import allocate
from .contracts import KEY, METHODS, Share, Stratum


def allocation(strata: Sequence[Stratum], *, total: int, method: str = "proportional",
               deviations: Mapping[str, float] | None = None, fixed: Mapping[str, int] | None = None,
               minimum: int = 0, census: frozenset[str] = frozenset({KEY})) -> tuple[Share, ...]:
    """Return how many to draw of each stratum; nobody who may not be asked is ever counted on.

    Strata of ``census`` are taken whole. ``minimum`` is what every other stratum gets at least, as far as it has
    people, even where ``total`` is then passed. ``fixed`` names a stratum's number whatever the method; a stratum
    without one gets nothing by ``method`` fixed.

    >>> two = [Stratum("a", 300, 300, {}), Stratum("b", 100, 90, {})]
    >>> [share.drawn for share in allocation(two, total=40)]
    [31, 9]
    >>> [share.drawn for share in allocation(two, total=40, minimum=15)]
    [25, 15]
    """
    if method not in METHODS:
        raise ValueError(f"{method!r} is no method; contracts.METHODS lists them")
    sizes = {one.name: one.eligible for one in strata}
    set_by_hand = {name: count for name, count in (fixed or {}).items() if name in sizes}
    if method == "fixed":
        set_by_hand = dict.fromkeys(sizes, 0) | set_by_hand
    # By equal parts is by size times one over the size.
    spread = {name: 1 / size for name, size in sizes.items() if size} if method == "equal" else \
        dict(deviations or {}) if method == "neyman" else None
    if method == "neyman" and (unknown := sizes.keys() - (spread or {}).keys() - set_by_hand.keys() - census):
        raise ValueError(f"Neyman's allocation needs a deviation of {', '.join(sorted(unknown))}")
    whole = census & sizes.keys()
    drawn = allocate(total, sizes, spread=spread, fixed=set_by_hand, census=whole)
    raised: dict[str, int] = {}
    while True:
        low = {name: min(minimum, sizes[name]) for name in sizes
               if name not in whole and name not in set_by_hand and name not in raised
               and drawn[name] < min(minimum, sizes[name])}
        if not low:
            return tuple(Share(one, drawn[one.name]) for one in strata)
        raised |= low
        drawn = allocate(total, sizes, spread=spread, fixed={**set_by_hand, **raised}, census=whole)


def stratified_error(shares: Sequence[Share], *, deviations: Mapping[str, float],
                     answered: float = 1.0) -> float | None:
    """Return the standard error of the population's mean under a stratified design. Cochran 1977, formula 5.9.

    ``answered``: the share of the drawn who are expected to answer. None when a stratum of the frame has nobody who
    answers: nothing can be said of it.
    """
    whole = sum(share.stratum.size for share in shares)
    variance = 0.0
    for share in shares:
        size, n = share.stratum.size, share.drawn * answered
        if size == 0:
            continue
        if n <= 0:
            return None
        n = min(n, size)
        variance += (size / whole) ** 2 * deviations[share.stratum.name] ** 2 / n * (1 - n / size)
    return math.sqrt(variance) if whole else None


def share_margin(shares: Sequence[Share], *, share: float = 0.5, answered: float = 1.0,
                 level: float = LEVEL) -> float | None:
    """Return the half width of the interval of a share of all customers, as the design promises it."""
    spread = {one.stratum.name: _deviation(share, one.stratum.size) for one in shares}
    error = stratified_error(shares, deviations=spread, answered=answered)
    return None if error is None else z_value(level) * error


def weighting_effect(shares: Sequence[Share]) -> float | None:
    """Return by how much unequal weights widen the variance: n sum(w^2) / (sum w)^2. Kish 1965, section 11.7.

    >>> even = [Share(Stratum("a", 100, 100, {}), 10), Share(Stratum("b", 50, 50, {}), 5)]
    >>> weighting_effect(even)
    1.0
    """
    drawn = [(share.drawn, share.weight) for share in shares if share.weight is not None]
    total = sum(n * weight for n, weight in drawn)
    return sum(n for n, _ in drawn) * sum(n * weight**2 for n, weight in drawn) / total**2 if total else None


def _deviation(share: float, size: int) -> float:
    """The standard deviation of a yes or no among ``size`` people."""
    return math.sqrt(share * (1 - share) * size / (size - 1)) if size > 1 else 0.0
