"""What a sample is made by and what it gives: frozen values that cross the engine's border."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

# Attributes of a customer that strata and the comparison with the population are made of.
ATTRIBUTES = ("type", "tier", "region", "channel", "product", "unit", "spend_band", "complained", "silent")
# Strata that stand before the crossed attributes: key accounts, drawn whole; customers who never said anything.
KEY, SILENT = "key", "silent"
# Why somebody is outside the frame, in the order in which it is decided.
OUTSIDE = ("no_service", "channel", "unit", "product", "kind", "topic", "priority", "cases", "type", "tier", "region",
           "spend", "complaint")
# Why somebody of the frame cannot be asked, in the order in which it is decided; the channel ones come last.
BARRED = ("withdrawn", "no_consent", "quiet", "too_often", "no_address", "refused")
METHODS = ("proportional", "neyman", "equal", "fixed")


@dataclass(frozen=True)
class FrameRule:
    """Whom a survey is about: customers with service in a period, by what kind. Empty tuples take everybody.

    ``start`` and ``end`` are days of the workspace, both included. ``ask_by``: the ways of asking, the best first.
    ``spend_field`` names a number among the customer's attributes; ``spend_cuts`` divide it into bands.
    Key accounts are customers of ``key_types`` or ``key_tiers``. ``complained``: only those who did, or did not, in
    the period. ``scope`` names the review's scope whose filters these are, "" where they are somebody's own.
    """

    start: date
    end: date
    channels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    complained: bool | None = None
    spend_field: str = ""
    spend_from: float | None = None
    spend_to: float | None = None
    spend_cuts: tuple[float, ...] = ()
    key_types: tuple[str, ...] = ("vip",)
    key_tiers: tuple[str, ...] = ()
    ask_by: tuple[str, ...] = ("sms", "email")
    scope: str = ""

    def stored(self) -> dict[str, Any]:
        """Return the rule as JSON-able values; ``rule_of`` reads it back."""
        return {**asdict(self), "start": self.start.isoformat(), "end": self.end.isoformat()}


def rule_of(told: dict[str, Any]) -> FrameRule:
    """Return a stored rule.

    >>> rule = FrameRule(date(2026, 1, 1), date(2026, 3, 31), channels=("phone",))
    >>> rule_of(rule.stored()) == rule
    True
    """
    days = {name: date.fromisoformat(told[name]) for name in ("start", "end")}
    known = {one.name for one in fields(FrameRule)}
    rest: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list | tuple) else value for name, value in told.items()
        if name in known and name not in days}
    return FrameRule(start=days["start"], end=days["end"], **rest)


@dataclass(frozen=True)
class Strata:
    """How the frame is divided: by ``by`` (ATTRIBUTES), key accounts and silent customers apart if so told."""

    by: tuple[str, ...] = ()
    key_apart: bool = True
    silent_apart: bool = False


@dataclass(frozen=True)
class Stratum:
    """``size`` of the frame, ``eligible`` of them who may be asked and can be reached; ``values`` by attribute."""

    name: str
    size: int
    eligible: int
    values: dict[str, str]


@dataclass(frozen=True)
class FrameFile:
    """A frame that was written: ``digest`` is of its content, whatever the order of rows. ``universe`` is everybody
    known, ``inside`` those the rule takes, ``eligible`` those of them who may be asked."""

    path: str
    digest: str
    universe: int
    inside: int
    eligible: int


@dataclass(frozen=True)
class Share:
    """How many to draw of a stratum, and the probability and design weight it gives; None where nobody can be."""

    stratum: Stratum
    drawn: int

    @property
    def probability(self) -> float | None:
        return self.drawn / self.stratum.eligible if self.stratum.eligible else None

    @property
    def weight(self) -> float | None:
        return self.stratum.eligible / self.drawn if self.drawn else None
