"""Which family an indicator is shown under: a list by hand for the shipped ones, by what it counts for others."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.engine.indicators.contracts import Passport

FAMILIES = ("response", "resolution", "satisfaction", "complaint", "volume")


def family_labels() -> dict[str, str]:
    """Return what the families are called, in the order they are shown."""
    return {
        "response": _("响应"), "resolution": _("解决"), "satisfaction": _("质量与满意"), "complaint": _("投诉"),
        "volume": _("业务量与人力"),
    }


def family_of(passport: Passport) -> str:
    """Return the family of an indicator; an own one belongs with what its rows speak of."""
    for family, names in SHIPPED.items():
        if passport.name in names:
            return family
    if passport.grain in ("answer", "invitation"):
        return "satisfaction"
    if passport.grain in ("agent_state", "exposure") or passport.aggregation == "count":
        return "volume"
    if "complaint" in f"{passport.denominator} {passport.numerator or ''}":
        return "complaint"
    return "response" if "first_response" in f"{passport.value or ''} {passport.numerator or ''}" else "resolution"
