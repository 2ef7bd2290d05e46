"""What an agenda holds; kept as JSON on the meeting once it was held."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class FindingLine:
    """An open finding as it stood when the agenda was made."""

    id: int
    number: str
    title: str
    value: str
    interval: str
    n: int
    state: str
    owner: str


@dataclass(frozen=True)
class TopicLine:
    """Complaints of one topic: ``count`` with its interval, ``share`` of all; None where too few to be shown."""

    topic: str
    count: int | None
    interval: str
    share: float | None
    url: str


@dataclass(frozen=True)
class CauseLine:
    """An entry of the taxonomy and the open findings it was stated for."""

    name: str
    findings: int
    confirmed: int


@dataclass(frozen=True)
class ReviewedLine:
    """Reviewed complaints by the cause written in their 投诉复盘表; ``cause`` empty: none was chosen yet."""

    cause: str
    complaints: int


@dataclass(frozen=True)
class CarriedLine:
    """A decision of an earlier meeting that was open; ``state`` is how it stood then."""

    id: int
    meeting: int
    number: str
    text: str
    owner: str
    due_on: str
    late: bool


@dataclass(frozen=True)
class Agenda:
    """What lies on the table; ``complaints`` None where the data, or the reader's rights, tell no number."""

    since: str
    until: str
    as_of: str = ""
    findings: tuple[FindingLine, ...] = ()
    more_findings: int = 0
    complaints: int | None = None
    topics: tuple[TopicLine, ...] = ()
    causes: tuple[CauseLine, ...] = ()
    carried: tuple[CarriedLine, ...] = ()
    reviewed: tuple[ReviewedLine, ...] = ()

    @property
    def reviews(self) -> int:
        return sum(one.complaints for one in self.reviewed)


def kept(agenda: Agenda) -> dict[str, Any]:
    """Return the agenda as JSON holds it."""
    return asdict(agenda)


def read(stored: dict[str, Any]) -> Agenda:
    """Return a kept agenda.

    >>> read(kept(Agenda("2026-01-01", "2026-01-31", causes=(CauseLine("班组人手不足", 2, 1),)))).causes[0].findings
    2
    """
    lines = {"findings": FindingLine, "topics": TopicLine, "causes": CauseLine, "carried": CarriedLine,
             "reviewed": ReviewedLine}
    return Agenda(**{name: tuple(lines[name](**one) for one in value) if name in lines else value
                     for name, value in stored.items()})
