"""What the rules decided."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from bihuan.core.queries import unit_names
from bihuan.loop.plan.goals.queries.scopes import filter_words

from ..models import Decision, Rule


@dataclass(frozen=True)
class RuleLine:
    """A rule with how many closed cases it decided about, and how many of their customers were asked.

    ``words`` are (what, values) of its conditions.
    """

    rule: Rule
    decided: int
    asked: int
    words: tuple[tuple[str, str], ...] = ()


def rule_lines(wave: int) -> list[RuleLine]:
    """Return the rules of a wave, each with its counts, in one question."""
    found = Rule.objects.filter(wave_id=wave).annotate(
        n=Count("decisions"), n_asked=Count("decisions", filter=Q(decisions__asked=True)))
    names = unit_names() if any(one.units for one in found) else {}
    return [RuleLine(one, one.n, one.n_asked, filter_words(tuple(
        (name, tuple(kept)) for name, kept in (("channel", one.channels), ("kind", one.kinds), ("topic", one.topics),
                                               ("unit", one.units)) if kept), names)) for one in found]


def decisions(rule: Rule, *, asked: str = "", reason: str = "") -> QuerySet[Decision]:
    """Return what a rule decided, the case closed last first."""
    found = Decision.objects.filter(rule=rule).select_related("invitation")
    if asked in ("yes", "no"):
        found = found.filter(asked=asked == "yes")
    return found.filter(Q(reason=reason) | Q(invitation__reason=reason)) if reason else found
