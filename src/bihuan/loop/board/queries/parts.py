"""What a stage of the loop is made of, and how ages are said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from bihuan.core import workspace

MOST = 3                    # lines a stage shows; the rest stands behind its number


@dataclass(frozen=True)
class Line:
    """One piece of work: what it is, on whom it waits, how old it is or when it is due."""

    text: str
    url: str
    who: str
    when: str
    late: bool = False


@dataclass(frozen=True)
class Figure:
    """One number of a stage, and the list behind it."""

    label: str
    value: int
    url: str
    late: bool = False


@dataclass(frozen=True)
class Stage:
    """One stage of the loop."""

    name: str
    icon: str
    counts: list[Figure]
    lines: list[Line]
    nothing: str

    @property
    def is_empty(self) -> bool:
        return not self.lines and not any(one.value for one in self.counts)


def due_text(days: int) -> str:
    if days < 0:
        return _("逾期 %(days)d 天") % {"days": -days}
    return _("今天到期") if days == 0 else _("还有 %(days)d 天") % {"days": days}


def age_since(moment: datetime, now: date) -> str:
    """Return how many of the workspace's days ago something was."""
    return age_text((now - workspace.day_of(moment)).days)


def age_text(days: int) -> str:
    return _("今天") if days <= 0 else _("%(days)d 天前") % {"days": days}

