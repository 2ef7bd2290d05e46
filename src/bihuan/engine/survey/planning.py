"""How many to ask: margins of error, finite populations, design effects, power, and how to share them out."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..stats.normal import LEVEL, z_value


def size_for_margin(margin: float, *, share: float = 0.5, population: int | None = None, design_effect: float = 1.0,
                    level: float = LEVEL) -> int:
    """Return how many valid answers give a share to within ``margin`` (0..1). Cochran 1977, section 4.4.

    >>> size_for_margin(0.05), size_for_margin(0.05, population=1000)
    (385, 278)
    """
    infinite = z_value(level) ** 2 * share * (1 - share) / margin**2 * design_effect
    return math.ceil(round(infinite if population is None else infinite / (1 + (infinite - 1) / population), 6))


def margin_of(n: int, *, share: float = 0.5, population: int | None = None, design_effect: float = 1.0,
              level: float = LEVEL) -> float | None:
    """Return the half width of the interval that ``n`` valid answers give; None for none, 0 for everybody."""
    if n <= 0:
        return None
    rest = 1.0 if population is None else max(0.0, (population - n) / max(population - 1, 1))
    return z_value(level) * math.sqrt(share * (1 - share) * design_effect / n * rest)


def size_for_difference(before: float, after: float, *, power: float = 0.8, level: float = LEVEL) -> int:
    """Return how many answers on each side show a difference of two shares. Fleiss, Levin and Paik 2003, formula 4.14.

    >>> size_for_difference(0.6, 0.7)
    356
    """
    middle, z, zb = (before + after) / 2, z_value(level), z_value(2 * power - 1)
    top = z * math.sqrt(2 * middle * (1 - middle)) + zb * math.sqrt(before * (1 - before) + after * (1 - after))
    return math.ceil(top**2 / (before - after) ** 2)


def invitations_for(answers: int, *, response_rate: float, valid_share: float = 1.0) -> int:
    """Return how many to ask for so many valid answers."""
    return math.ceil(answers / (response_rate * valid_share))


def allocate(total: int, strata: Mapping[str, int], *, spread: Mapping[str, float] | None = None,
             fixed: Mapping[str, int] | None = None, census: frozenset[str] = frozenset()) -> dict[str, int]:
    """Return how many to draw of each stratum; ``strata`` gives their sizes, none is asked for more than it has.

    Strata of a ``census`` are drawn whole, ``fixed`` ones as told; the rest of ``total`` goes by size, or by size
    times ``spread`` (standard deviation: Neyman 1934; a stratum without one is taken to spread as the others do on
    average). Whole numbers by largest remainders; what a full stratum
    cannot take goes to the others.
    """
    drawn = {name: strata[name] for name in strata if name in census}
    drawn |= {name: min(count, strata[name]) for name, count in (fixed or {}).items() if name not in drawn}
    open_ = {name: size for name, size in strata.items() if name not in drawn and size > 0}
    left = min(max(0, total - sum(drawn.values())), sum(open_.values()))
    known = [value for name, value in (spread or {}).items() if name in open_]
    usual = sum(known) / len(known) if known else 1.0
    while open_ and left > 0:
        weights = {name: size * (spread or {}).get(name, usual) for name, size in open_.items()}
        if sum(weights.values()) <= 0:
            weights = {name: float(size) for name, size in open_.items()}
        shares = _whole(left, weights)
        full = {name: open_[name] for name, share in shares.items() if share >= open_[name]}
        if not full:
            return {name: (drawn | shares).get(name, 0) for name in strata}
        drawn |= full
        left -= sum(full.values())
        open_ = {name: size for name, size in open_.items() if name not in full}
    return {name: drawn.get(name, 0) for name in strata}


def _whole(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Share out whole numbers by largest remainders."""
    whole = sum(weights.values())
    exact = {name: total * weight / whole for name, weight in weights.items()}
    found = {name: int(share) for name, share in exact.items()}
    rest = sorted(exact, key=lambda name: (found[name] - exact[name], name))
    for name in rest[:total - sum(found.values())]:
        found[name] += 1
    return found
