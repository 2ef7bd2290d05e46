"""Where each attribute of a customer comes from, how old it is, and who put it right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ..contracts import CORRECTABLE, TIER_SOURCE, Origin
from ..models import Correction
from .people import HELD
from .session import ask
from .words import attributes

SHOWN = ("name", "phone", "email", "tier", "region", "kind")


def origins_of(number: str, row: dict[str, Any], shown: dict[str, str]) -> tuple[Origin, ...]:
    """Return the attributes that the customer file knows, as ``shown`` (masked) values, with source and age."""
    corrections: dict[str, Correction] = {}
    for one in Correction.objects.filter(customer=number).select_related("made_by"):
        corrections.setdefault(one.attribute, one)
    newest = max(corrections.values(), key=lambda one: one.made_at, default=None)
    told = row.get("recorded_at")
    if newest and told and told >= newest.made_at and newest.before_at and (told - newest.made_at).total_seconds() < 60:
        told = newest.before_at         # this version of the row is the correction's own: the source spoke before
    graded = ask(f"SELECT * FROM ({HELD}) WHERE customer = $1", [number])
    names = attributes()
    found = []
    for name in SHOWN:
        source, at = row.get("source") or "", told
        if name == "tier" and graded:
            source, at = graded[0]["source"], graded[0]["valid_from"]
        correction = corrections.get(name)
        if correction and (row.get(name) or "") == correction.value:
            source, at = "correction", correction.made_at
        if shown.get(name):
            found.append(Origin(name, names[name], shown[name], _source(source), at, _days(at),
                                _corrected(correction, row.get(name) or "") if name in CORRECTABLE else ""))
    return tuple(found)


def _source(source: str) -> str:
    if source.startswith(TIER_SOURCE):
        return str(_("分级规则 %(version)s")) % {"version": source.rpartition(":")[2]}
    return str(_("人工更正")) if source == "correction" else source


def _days(at: datetime | None) -> int | None:
    return (timezone.now() - at).days if at else None


def _corrected(correction: Correction | None, value: str) -> str:
    if correction is None:
        return ""
    told = {"name": correction.made_by, "day": timezone.localtime(correction.made_at).date().isoformat(),
            "value": correction.value, "now": value}
    if value == correction.value:
        return str(_("%(name)s 于 %(day)s 更正")) % told
    return str(_("%(name)s 于 %(day)s 更正为“%(value)s”，来源又改为“%(now)s”")) % told
