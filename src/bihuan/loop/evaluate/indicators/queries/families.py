"""The families that the board groups indicators by, in the order it shows them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.engine.indicators.contracts import Passport

FAMILIES = ("speed", "call", "solving", "satisfaction", "complaint", "loop", "volume", "other")


# What a first look needs; everything else is one tab away.
CORE = (
    "pickup", "online_first_response", "first_response_complaint", "first_response_ticket", "response_compliance",
    "answer_rate", "resolution_cycle", "resolution_compliance", "fcr", "closure_rate", "csat", "nps", "complaint_rate",
    "repeat_complaint", "contact_volume",
)


def is_shown(passport: Passport, family: str, indicators: tuple[str, ...] = ()) -> bool:
    """Return whether a board shows an indicator: those of its list, else of its family ("" the core ones, "all")."""
    if indicators:
        return passport.name in indicators
    if family == "":
        return passport.name in CORE
    return family in ("all", family_of(passport))


def family_labels() -> dict[str, str]:
    """Return what the families are called."""
    return {
        "speed": _("响应"), "call": _("接通与处理"), "solving": _("解决"), "satisfaction": _("质量与满意"),
        "complaint": _("投诉"), "loop": _("跟进与闭环"), "volume": _("业务量"), "other": _("其他"),
    }


def family_of(passport: Passport) -> str:
    """Return the family a definition names; one that nobody knows is shown under 其他 and not left out."""
    return passport.family if passport.family in FAMILIES else "other"
