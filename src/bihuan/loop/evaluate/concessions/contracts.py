"""What the page of concessions shows, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

# Without a policy nothing is judged. ``approved`` by the source's own mark or on the page.
STATES = {"waiting": _("超出政策，待审批"), "approved": _("超出政策，已批准"), "refused": _("超出政策，未批准"),
          "within": _("符合政策"), "unjudged": _("未设政策")}


@dataclass(frozen=True)
class Concession:
    """One concession; ``most`` is what its clause allows, None for any amount or none such clause."""

    id: str
    case: str
    agent: str
    amount: float
    currency: str
    clause: str
    at: datetime
    state: str
    most: float | None
    approved_by: str
    is_complaint: bool

    @property
    def label(self) -> str:
        return str(STATES[self.state])


@dataclass(frozen=True)
class Share:
    """How many of the concessions lie beyond the rules, with its 95 % interval; None where there are none."""

    outside: int
    n: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Clause:
    """What one clause cost: how often, how much by currency, how many beyond it."""

    name: str
    count: int
    amounts: tuple[tuple[str, float], ...]
    outside: int


@dataclass(frozen=True)
class Page:
    rows: tuple[Concession, ...]
    total: int
    share: Share
    clauses: tuple[Clause, ...]
    protected: int                      # cases within the rules about which the customer complained all the same
