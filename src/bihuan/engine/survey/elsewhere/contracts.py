"""What somebody decided about a file of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# What a column is when it is no item of the questionnaire.
ID, AT, SECONDS, CUSTOMER, WEIGHT, STATUS = "@id", "@at", "@seconds", "@customer", "@weight", "@status"
SEPARATORS = ("┋", "；", ";", "|", ",")


@dataclass(frozen=True)
class ColumnPlan:
    """Which column is what: {column: role}. A role is an item, ``item.row`` of a matrix, ``item.choice`` of several
    choices in columns of their own, ``item-Comment`` for the reason, or one of the signs above.

    ``missing``: codes for no answer; where an item has such a code among its own, it is an answer. ``first_day``: the
    column of the time counts days, this is day 1. ``day``: the file has no column for the time, all is of this day.
    ``codes``: {column: {cell: value of a choice, or score}} for what the file calls otherwise than the questionnaire.
    ``dates``: ymd, mdy or dmy where the cells do not tell. ``below_header``: lines under the header that explain it.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    first_day: str = ""
    day: str = ""
    dates: str = ""
    separator: str = SEPARATORS[0]
    below_header: int = 0
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def column(self, role: str) -> str:
        """The column of a role, "" for none."""
        return next((column for column, told in self.roles.items() if told == role), "")


@dataclass(frozen=True)
class Target:
    """The wave that the answers become part of. ``invited``: whose number a link's parameter may be.

    ``source`` keeps them apart from the wave's own answers. In an ``anonymous`` wave no customer and no hour is kept.
    What was answered after ``closes_at`` is late.
    """

    wave: str
    source: str
    version: str
    invited: tuple[str, ...] = ()
    anonymous: bool = False
    closes_at: datetime | None = None
