"""Launches for lists and their page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.filters import place_words
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.evaluate.progress.queries.questions import rows_address
from bihuan.loop.improve.measures.queries.foresight import method_label
from bihuan.loop.plan.goals.contracts import filters_of
from bihuan.loop.plan.goals.queries.scopes import value_labels
from bihuan.loop.verify.verdicts.queries.words import (
    assumption_words,
    change_text,
    grain_words,
    guard_words,
    need_words,
    reason_of,
    why_words,
)

from .models import Effect, Launch


def launches_for(user: User) -> QuerySet[Launch]:
    """Return the launches a person may see, the newest first, with their acceptances and last word."""
    last = Effect.objects.filter(launch=OuterRef("pk")).order_by("-look").values("verdict")[:1]
    found: QuerySet[Launch] = Launch.objects.for_user(user).select_related("owner").annotate(
        yes=Count("acceptances", filter=Q(acceptances__accepted=True), distinct=True),
        no=Count("acceptances", filter=Q(acceptances__accepted=False), distinct=True),
        word=Subquery(last)).order_by("-launched_on", "-pk")
    return found


@dataclass(frozen=True)
class Side:
    """One guard indicator as judged."""

    title: str
    state: str
    words: str
    effect: str
    interval: str


@dataclass(frozen=True)
class Looked:
    """One look in words: the effect with its interval, n, method and what has to hold; never a bare difference."""

    effect: Effect
    size: str
    interval: str
    worthwhile: str
    reason: str
    need: str
    method: str
    why: list[str]
    assumptions: list[str]
    grain: str
    guards: list[Side]


@dataclass(frozen=True)
class Page:
    """A launch with what it is judged by and the rows before and after."""

    title: str
    place: str
    channel: str
    before_url: str
    after_url: str
    looks: list[Looked]
    guards: list[str]
    against: str


def titles() -> dict[str, str]:
    """Return the indicators that have a direction, by name, as readers know them."""
    return {name: in_language(one.title) for name, one in engine.passports().items() if one.direction != "none"}


def launched_between(user: User, since: date, until: date) -> list[Launch]:
    """Return the launches a person may see from ``since`` to before ``until``, the oldest first."""
    return list(Launch.objects.for_user(user).filter(launched_on__gte=since, launched_on__lt=until).order_by(
        "launched_on", "pk"))


def launched_everywhere(since: date, until: date) -> int:
    """Return how many launches touched the whole workspace in these days: who sees one unit is told that they were."""
    return Launch.objects.filter(unit_code="", launched_on__gte=since, launched_on__lt=until).count()


def page_of_launch(launch: Launch, user: User) -> Page:
    """Return what the page of a launch shows."""
    named, told = titles(), launch.yardstick
    filters = filters_of({"unit": [launch.unit_code] if launch.unit_code else [],
                          "channel": [launch.channel] if launch.channel else []})
    opens = can(user, "evaluate.view_rows")
    change, since = launch.launched_on, date.fromisoformat(told["since"])

    def rows(first: date, last: date) -> str:
        return rows_address(told["indicator"], filters, Span(first, last)) if opens else ""

    effects = list(launch.effects.all())
    until = effects[-1].until if effects else engine.today()
    return Page(
        named.get(told["indicator"], told["indicator"]), unit_names().get(launch.unit_code, launch.unit_code),
        str(value_labels()["channel"].get(launch.channel, launch.channel)),
        rows(since, _day_before(change)), rows(change, until) if until >= change else "",
        [_looked(one, named) for one in effects], [named.get(one, one) for one in told.get("guards", ())],
        place_words(told.get("against") or ""))


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _looked(effect: Effect, named: dict[str, str]) -> Looked:
    found, unit = effect.result, effect.result.get("unit", "")
    known = engine.passports()
    guards = []
    for one in found["guards"]:
        own = known[one["indicator"]].unit if one["indicator"] in known else ""
        guards.append(Side(named.get(one["indicator"], one["indicator"]), one["state"],
                           guard_words(one["state"], one.get("worthwhile"), one.get("other_weeks")),
                           change_text(one["effect"], own), _interval(one, own)))
    return Looked(
        effect, change_text(found["effect"], unit), _interval(found, unit), change_text(found["worthwhile"], unit),
        reason_of(found, effect.launch.launched_on), need_words(found.get("need"), found["reason"]),
        method_label(found["method"]),
        [why_words(one) for one in found["why_method"]], [assumption_words(one) for one in found["assumptions"]],
        grain_words(found.get("grain", "")), guards)


def _interval(found: dict[str, Any], unit: str) -> str:
    if found["low"] is None or found["high"] is None:
        return ""
    return f"{change_text(found['low'], unit)} – {change_text(found['high'], unit)}"
