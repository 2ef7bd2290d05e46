"""What crosses this room's borders, and what its parts hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Row = dict[str, Any]
# Where a stream stands: JSON that only its connector reads. Empty: at the beginning.
Position = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a server said: the JSON document, and the moment at which it said so by its own clock."""

    document: Any
    at: datetime
    next_link: str = ""     # the address that a Link header calls "next"


class Get(Protocol):
    """Ask for ``path`` below the source's address, or for a whole address of the same host. Raises Trouble."""

    def __call__(self, path: str, params: dict[str, Any] | None = None) -> Answer: ...


@dataclass(frozen=True)
class Setup:
    """What a connector needs to know of its source.

    ``start``: the first moment wanted, None for everything. ``sample``: only so many rows of a page, for trying.
    """

    account: str = ""
    start: datetime | None = None
    options: dict[str, Any] = field(default_factory=dict)
    sample: int | None = None


@dataclass(frozen=True)
class Page:
    """One page of a stream. ``position`` stands behind its rows; ``more``: another page follows at once.

    ``document`` is the whole answer that the rows lie in, for mappings that read whole answers. ``note`` is a code
    of ``errors.SENTENCES`` for what the reader of the history should know.
    """

    rows: list[Row]
    position: Position
    more: bool
    note: str = ""
    document: Any = None


@dataclass(frozen=True)
class Freshness:
    """How a source stands: last contact, how long that may be ago, and whether it is late by now."""

    code: str
    fresh_at: datetime | None
    expected_minutes: int
    is_late: bool
