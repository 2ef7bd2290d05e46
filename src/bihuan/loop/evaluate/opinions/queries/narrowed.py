"""Comments of some groups of a wave alone, and which of their counts may be told beside those of all."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from bihuan.engine.survey.groups import select
from bihuan.engine.survey.seen import Seen
from bihuan.engine.survey.telling import may_tell

from ..contracts import State, Wave
from .lake import load


@dataclass(frozen=True)
class Narrowed:
    """Whom a state keeps to; ``around`` are everybody, and those whom each filter left out adds.

    A count is told when neither it nor what is left of any of those around it is of too few: the difference of two
    pages would tell of them.
    """

    chosen: frozenset[str]
    around: tuple[frozenset[str], ...]
    minimum: int

    def tells(self, people: Container[str]) -> bool:
        size = self.count(people, self.chosen)
        return all(may_tell(size, self.count(people, of), self.minimum) for of in self.around)

    @staticmethod
    def count(people: Container[str], of: frozenset[str]) -> int:
        return sum(1 for one in of if one in people)


def narrowed(wave: Wave, seen: Seen, state: State, minimum: int) -> Narrowed | None:
    """Return whom the state keeps to in a wave; None where that may not be told or the groups are not known."""
    held = load(wave, seen, state.within)
    if not all(name in held.responses.segments for name, _values in state.filters):
        return None
    chosen = select(held.responses, held.design, state.filters, minimum=minimum)
    if chosen.withheld:
        return None
    wider = [(), *(tuple(other for other in state.filters if other != one) for one in state.filters)]
    around = {filters: frozenset(map(str, select(held.responses, held.design, filters, minimum=minimum).responses.ids))
              for filters in wider}
    return Narrowed(frozenset(map(str, chosen.responses.ids)), tuple(around.values()), chosen.design.minimum_n)
