"""A frame that keeps to a review's scope: its filters fill the form, and the frame says whose they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bihuan.core.models import User
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.loop.plan.cycles.queries.cycles import cycle_for
from bihuan.loop.plan.goals.contracts import Filters
from bihuan.loop.plan.goals.queries.scopes import usable, usable_one
from bihuan.loop.plan.goals.rights import below

FIELDS = {"unit": "units", "channel": "channels", "tier": "tiers", "kind": "kinds", "product": "products",
          "topic": "topics", "region": "regions", "priority": "priorities"}


@dataclass(frozen=True)
class Kept:
    """A scope, or a review with its days, by its ``key`` (``scope:3``, ``cycle:5``), and what a form begins with."""

    key: str
    label: str
    filters: Filters
    initial: dict[str, Any]


def kept_by(user: User, key: str) -> Kept | None:
    """Return the scope or review of a key, None for "". Raises NotAllowed for one the person may not see."""
    kind, _sign, number = key.partition(":")
    if not key:
        return None
    if kind == "cycle" and number.isdecimal():
        row = cycle_for(user, int(number))
        return _kept(key, f"{row.number} {row.title}", row.kept, {"start": row.start, "end": row.end})
    version = usable_one(user, number if kind == "scope" else "")
    return _kept(key, f"{version.scope.name} v{version.number}", version.kept, {})


def _kept(key: str, label: str, filters: Filters, days: dict[str, Any]) -> Kept:
    return Kept(key, label, filters, {FIELDS[name]: list(values) for name, values in filters} | days | {"scope": key})


def choices_for(user: User, chosen: Kept | None) -> list[tuple[str, str]]:
    """Return the scopes that a frame can keep to, the review that was asked for among them."""
    found = [(f"scope:{one.pk}", f"{one.scope.name} v{one.number}") for one in usable(user)]
    if chosen is not None and chosen.key not in dict(found):
        found.append((chosen.key, chosen.label))
    return found


def key_of(user: User, label: str) -> str:
    """Return the key of a scope that the person may use by how a frame names it, "" for none."""
    return next((key for key, name in choices_for(user, None) if label and name == label), "")


def named(rule: FrameRule, kept: Kept | None) -> FrameRule:
    """Return the rule with the scope's name where it keeps to the scope, and to nothing wider, in every filter."""
    if kept is None or not all(_inside(rule, name, values) for name, values in kept.filters):
        return rule
    return replace(rule, scope=kept.label)


def _inside(rule: FrameRule, name: str, values: tuple[str, ...]) -> bool:
    chosen = set(getattr(rule, FIELDS[name]))
    allowed = set(below(values) or values) if name == "unit" else set(values)
    return bool(chosen) and chosen <= allowed
