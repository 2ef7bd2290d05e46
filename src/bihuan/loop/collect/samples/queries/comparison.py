"""Whom the sample stands for: the population beside those drawn, and those who answered, attribute by attribute."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from bihuan.core.queries import unit_names
from bihuan.engine.survey.sampling.contracts import ATTRIBUTES
from bihuan.engine.survey.sampling.frame import relation

from ..models import Draw
from .answers import Answered
from .files import opened, path_of
from .words import attribute_labels, value_words


@dataclass(frozen=True)
class Part:
    """One value of an attribute: shares 0..1 of the population, the drawn and the answered; None without any."""

    label: str
    population: int
    drawn: int
    answered: int
    population_share: float
    drawn_share: float | None
    weighted_share: float | None
    answered_share: float | None

    @property
    def gap(self) -> float | None:
        """By how much the share among the answers differs from the population's, in points."""
        return None if self.answered_share is None else 100 * (self.answered_share - self.population_share)


@dataclass(frozen=True)
class Compared:
    name: str
    label: str
    parts: tuple[Part, ...]


def comparison(drawing: Draw, found: Answered) -> list[Compared]:
    """Return every attribute on which the frame has more than one value."""
    names = [name for name in ATTRIBUTES if len(drawing.frame.counts.get(name, {})) > 1]
    if not names:
        return []
    labels, units = attribute_labels(), unit_names()
    return [Compared(name, labels[name], _parts(name, drawing.frame.counts[name], counts, units))
            for name, counts in _counts(drawing, found, names).items()]


Counts = dict[str, tuple[int, float, int]]


def _counts(drawing: Draw, found: Answered, names: list[str]) -> dict[str, Counts]:
    """{attribute: {value: (drawn, sum of weights, answered)}} of the people on the list."""
    rows = list(drawing.members.filter(is_removed=False).values_list("customer", "weight"))
    members = pa.table({
        "customer": pa.array([row[0] for row in rows], pa.string()),
        "weight": pa.array([row[1] for row in rows], pa.float64()),
        "answered": pa.array([row[0] in found.valid_customers for row in rows], pa.bool_())})
    with opened(members_now=members) as con:
        return {name: {value: (int(drawn), float(weight or 0), int(answers))
                       for value, drawn, weight, answers in con.sql(_counting(drawing, name)).fetchall()}
                for name in names}


def _counting(drawing: Draw, name: str) -> str:
    return (f"SELECT coalesce(f.{name}, ''), count(*), sum(m.weight), count(*) FILTER (m.answered) FROM members_now m "
            f"JOIN {relation(path_of(drawing.frame))} f ON f.customer = m.customer GROUP BY 1")


def _parts(name: str, population: dict[str, int], counts: Counts, units: dict[str, str]) -> tuple[Part, ...]:
    whole = sum(population.values())
    drawn, weight, answered = (sum(line[at] for line in counts.values()) for at in range(3))
    return tuple(Part(
        value_words(name, value, units), size, (line := counts.get(value, (0, 0.0, 0)))[0], line[2], size / whole,
        line[0] / drawn if drawn else None, line[1] / weight if weight else None,
        line[2] / answered if answered else None) for value, size in population.items())
