"""The definitions of this room and what its pages show, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TYPES_PART, MATCHING_PART, TIERS_PART = "customer_types", "customer_matching", "customer_tiers"
# What a condition of a tier may ask for; numbers are compared, texts are equal or not.
NUMBERS, TEXTS = ("cases", "complaints", "days", "csat"), ("region", "kind")
# What of the customer file is put right on its page; what identifies a person goes through a request of theirs.
CORRECTABLE = ("tier", "region", "kind")
# What the assessment of automated decisions is about, and what rows that these rules wrote come from.
TIERING, TIER_SOURCE = "客户分级", "tier_rule"
TYPE_LABELS: dict[str, str | Promise] = {"new": _("新客户"), "old": _("老客户"), "vip": _("VIP")}
CASE_FIELDS = ("customer", "external_id")
CUSTOMER_FIELDS = ("id", "phone", "email")


@dataclass(frozen=True)
class Types:
    """Who is new, old or VIP. ``since``: where a customer's time begins.

    VIP wins over new. ``vip_field`` names a number among the customer's attributes, such as what they spent.
    """

    new_days: int = 90
    since: str = "record"                # contact: the first case | record: that or the master data, the earlier
    vip_tiers: tuple[str, ...] = ("VIP",)
    vip_field: str = ""
    vip_amount: float | None = None
    version: int = 0


@dataclass(frozen=True)
class Rule:
    """A case belongs to the customer of whom this field agrees. ``how``: exact | digits | lower."""

    case_field: str
    customer_field: str
    how: str = "exact"
    source: str = ""                     # empty: cases of every source


@dataclass(frozen=True)
class Matching:
    """The rules in order: the first that finds somebody decides. ``watch``: merges a person may do a day unnoticed."""

    rules: tuple[Rule, ...] = (Rule("customer", "attributes.external_id"), Rule("attributes.phone", "phone", "digits"),
                               Rule("attributes.email", "email", "lower"))
    watch: int = 20
    version: int = 0


@dataclass(frozen=True)
class Condition:
    """One condition of a tier; ``window`` counts cases or complaints of so many days back, 0 all of them."""

    field: str
    op: str
    value: str
    window: int = 0


@dataclass(frozen=True)
class Tier:
    """One tier and what a customer must be to have it; none: everybody whom no line before took."""

    name: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Tiers:
    """The tiers from the highest down: the first whose conditions all hold is a customer's."""

    tiers: tuple[Tier, ...] = ()
    text: str = ""
    version: int = 0


@dataclass(frozen=True)
class TierCount:
    """How many customers a tier would have, and how many of them have another one now; None: too few to tell."""

    tier: str
    customers: int | None
    changed: int | None


@dataclass(frozen=True)
class CustomerLine:
    """One customer of the list; counts are of the cases the reader may see, None where there are none."""

    number: str
    name: str
    type: str
    tier: str
    region: str
    first_at: datetime | None
    last_at: datetime | None
    cases: int
    complaints: int
    csat: float | None
    answers: int

    @property
    def type_label(self) -> str | Promise:
        return TYPE_LABELS[self.type]


@dataclass(frozen=True)
class CustomerCard:
    """表2's part about the customer: who they are now; identifiers masked unless revealed."""

    line: CustomerLine
    numbers: tuple[str, ...]             # older numbers that lead here, without the own one
    kind: str
    phone: str
    email: str
    since: datetime | None
    known: bool                          # stands in the master data
    history: tuple[tuple[str, str, datetime | None, datetime | None], ...]
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where an attribute comes from: the system, when it was last told, and who corrected it, if somebody did."""

    name: str
    label: str
    value: str
    source: str
    told_at: datetime | None
    days: int | None
    corrected: str = ""


@dataclass(frozen=True)
class TimelineItem:
    """One line of everything that happened between the customer and the company."""

    at: datetime
    what: str                            # contact | call | chat | complaint | callback | answer | change | note
    title: str
    detail: str = ""
    case: str = ""
    messages: int = 0
    who: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    merged: bool = False
    internal: bool = False
    came_as: str = ""                    # the number the record came with, where it is not the customer's own


@dataclass(frozen=True)
class Unmatched:
    """Cases without a known customer: one line a case without a number, or a number nobody knows."""

    reason: str                          # missing | unknown
    number: str
    source: str
    case: str
    cases: int
    last_at: datetime | None
    candidates: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list and how many lines there are altogether."""

    rows: tuple[Any, ...]
    total: int
    extra: dict[str, Any] = field(default_factory=dict)
