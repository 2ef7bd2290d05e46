"""Does first-contact resolution go with satisfaction? The organisation's own association, no figure from elsewhere.

Within each channel and topic the cases resolved at first contact are compared with the others, in the rows of one
dimension at an equal other one; nothing is said about
groups with fewer than ``minimum`` cases on either side. What goes together need not be cause and effect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .contracts import Relation

LEVEL = 0.95


def associate(rows: pa.Table, *, minimum: int) -> tuple[Relation, ...]:
    """Return the overall relation at equal channel and topic (dimension "all"), those of channels at equal topic and of
    topics at equal channel.

    ``rows`` are the FCR indicator's rows with ``in_denominator``, ``in_numerator``, ``csat``, ``channel``, ``topic``.
    Empty when there are not ``minimum`` rated cases on both sides.
    """
    known = rows.filter(pc.and_(pc.fill_null(rows["in_denominator"], False), pc.is_valid(rows["csat"])))
    resolved = known["in_numerator"].fill_null(False).to_numpy()
    score = known["csat"].to_numpy()
    channels, topics = _codes(known, "channel"), _codes(known, "topic")
    overall = _within(resolved, score, channels[0] * (len(known) + 1) + topics[0], minimum)
    if overall is None:
        return ()
    found = [overall]
    for dimension, (codes, names), (others, _names) in (("channel", channels, topics), ("topic", topics, channels)):
        for code, name in enumerate(names):
            part = codes == code
            relation = _within(resolved[part], score[part], others[part], minimum) if name is not None else None
            found += [replace(relation, dimension=dimension, group=name)] if relation else []
    return tuple(found)


@dataclass(frozen=True)
class Supposed:
    """What satisfaction differs by where a share of cases is resolved at first contact instead of not.

    An association carried over, no forecast: it holds as far as those cases would be rated as the resolved ones are.
    """

    gain: float                          # share of cases, 0.05 for five points
    now: float                           # mean satisfaction of the rated cases
    change: float
    low: float
    high: float


def suppose(relation: Relation, gain: float) -> Supposed:
    """Return what goes with ``gain`` more cases resolved at first contact; a lower share where ``gain`` is negative.

    >>> found = suppose(Relation("all", None, 80, 20, 4.5, 3.5, 1.0, 0.8, 1.2), 0.05)
    >>> round(found.now, 2), round(found.change, 3), round(found.low, 3), round(found.high, 3)
    (4.3, 0.05, 0.04, 0.06)
    """
    n = relation.n_yes + relation.n_no
    now = (relation.n_yes * relation.mean_yes + relation.n_no * relation.mean_no) / n
    ends = sorted((gain * relation.low, gain * relation.high))
    return Supposed(gain, now, gain * relation.difference, ends[0], ends[1])


def _codes(rows: pa.Table, column: str) -> tuple[np.ndarray, list[str | None]]:
    """Return codes and names in the order of the names; no name is a group of its own."""
    values = rows[column].to_pylist()
    names = sorted(set(values), key=lambda name: (name is None, name or ""))
    place = {name: code for code, name in enumerate(names)}
    return np.array([place[value] for value in values], dtype=np.int64), names


def _within(resolved: np.ndarray, score: np.ndarray, strata: np.ndarray, minimum: int) -> Relation | None:
    """Return the slope of score on resolved at equal strata: least squares with strata effects, HC1 errors."""
    yes, no = score[resolved], score[~resolved]
    if min(len(yes), len(no)) < max(minimum, 2):
        return None
    _, group, counts = np.unique(strata, return_inverse=True, return_counts=True)
    x = resolved - (np.bincount(group, resolved) / counts)[group]
    y = score - (np.bincount(group, score) / counts)[group]
    total = float((x * x).sum())
    degrees = len(score) - len(counts) - 1
    if total < 1e-9 or degrees < 1:
        return None   # every group holds only resolved or only unresolved cases: nothing to compare at equal groups
    slope = float((x * y).sum()) / total
    rest = y - slope * x
    error = float(((x * rest) ** 2).sum() * len(score) / degrees) ** 0.5 / total
    half = _t(degrees) * error
    return Relation(
        "all", None, len(yes), len(no), float(yes.mean()), float(no.mean()), slope, slope - half, slope + half,
    )


def _t(degrees: float) -> float:
    from scipy.special import stdtrit  # scipy.stats would take seconds to load

    return float(stdtrit(degrees, 0.5 + LEVEL / 2)) if np.isfinite(degrees) else 1.959963984540054
