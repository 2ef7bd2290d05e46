"""The handbook as people read it, and what it should answer next: frequent themes and good answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, scope_of
from bihuan.engine.text.folding import terms
from bihuan.loop.collect.conversations.contracts import ROLES, Quote
from bihuan.loop.collect.conversations.queries.tags import active_tags, quotes_of
from bihuan.loop.evaluate.opinions.contracts import Wave
from bihuan.loop.evaluate.opinions.queries.lake import waves
from bihuan.loop.evaluate.opinions.queries.themes import ThemeLine, ready_run, theme_page

from .models import Entry, EntryVersion
from .rights import APPROVE, CONVERSATIONS, SURVEYS, VIEW, WRITE, entry_to_work_on, may

MOST_WAVES, MOST_THEMES = 5, 10
State = EntryVersion.State


@dataclass(frozen=True)
class Filters:
    """What a list keeps to; empty is everything."""

    topic: str = ""
    words: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A frequent theme of a wave; ``entry`` the one that was made of it already."""

    wave: Wave
    line: ThemeLine
    entry: Entry | None


def today() -> date:
    return timezone.localdate(timezone.now(), workspace.zone())


def filters_from(params: Mapping[str, str]) -> Filters:
    return Filters(params.get("topic", "")[:60], params.get("q", "").strip()[:100])


def in_force(user: User, kept: Filters | None = None) -> QuerySet[EntryVersion]:
    """Return the version of every entry that holds today, by topic; an agent reads all of them."""
    if not can(user, VIEW):
        return EntryVersion.objects.none()
    newest = EntryVersion.objects.filter(entry=OuterRef("entry"), state=State.APPROVED, effective_on__lte=today())
    found = EntryVersion.objects.filter(
        pk=Subquery(newest.order_by("-effective_on", "-number").values("pk")[:1]), entry__retired_for="")
    kept = kept or Filters()
    if kept.topic:
        found = found.filter(entry__topic=kept.topic)
    for term in terms(kept.words):
        found = found.filter(folded__contains=term)
    return found.select_related("entry", "approved_by").order_by("entry__topic", "entry_id")


def topics(user: User) -> list[str]:
    """Return the topics of what holds today."""
    return list(in_force(user).order_by("entry__topic").values_list("entry__topic", flat=True).distinct())


def in_work(user: User) -> QuerySet[EntryVersion]:
    """Return the drafts, submitted and coming versions that a person may work on."""
    if not (can(user, WRITE) or can(user, APPROVE)):
        return EntryVersion.objects.none()
    scope = scope_of(user, WRITE if can(user, WRITE) else APPROVE)
    found = EntryVersion.objects.filter(Q(state__in=(State.DRAFT, State.SUBMITTED)) | Q(
        state=State.APPROVED, effective_on__gt=today())).select_related("entry", "author").order_by("entry_id")
    return found if scope.units is None and scope.agents is None else found.filter(
        entry__unit_code__in=scope.units or ())


def shown_entry(user: User, pk: int) -> tuple[Entry, EntryVersion | None, list[EntryVersion]]:
    """Return an entry, the version in force, and all versions for who works on it; NotAllowed for neither."""
    current = in_force(user).filter(entry_id=pk).first()
    found = Entry.objects.filter(pk=pk).first()
    if found is not None and (may(user, WRITE, found.unit_code) or may(user, APPROVE, found.unit_code)):
        entry = entry_to_work_on(user, pk)
        return entry, current, list(entry.versions.select_related("author", "approved_by"))
    if current is None:
        raise NotAllowed(f"entry {pk}")
    return current.entry, current, []


def suggestions(user: User) -> list[Suggestion]:
    """Return the most frequent themes of the newest waves whose answers a person sees."""
    if not can(user, SURVEYS):
        return []
    made = {(one.source.get("survey"), one.source.get("theme")): one for one in Entry.objects.filter(
        source__kind="theme")}
    found = []
    for wave in [one for one in waves(user) if ready_run(one.code)][:MOST_WAVES]:
        lines = sorted(theme_page(user, wave).lines, key=lambda line: -(line.share.value or 0))
        found += [Suggestion(wave, line, made.get((wave.code, line.name))) for line in lines[:MOST_THEMES]]
    return found


def suggestion(user: User, survey: str, place: str) -> Suggestion | None:
    """Return one of the suggestions, None for what is none."""
    return next((one for one in suggestions(user) if one.wave.code == survey and str(one.line.place) == place), None)


def good_answers(user: User) -> list[tuple[Any, list[Quote]]]:
    """Return agents' own words marked as examples, masked, by tag, of conversations that a person may see."""
    if not can(user, CONVERSATIONS):
        return []
    scope = scope_of(user, CONVERSATIONS)
    found = [(tag, [one for one in quotes_of(tag.pk, scope) if one.is_quote and one.role == ROLES["agent"]])
             for tag in active_tags()]
    return [(tag, quotes) for tag, quotes in found if quotes]


def good_answer(user: User, tag: str, place: str) -> tuple[Any, Quote] | None:
    """Return one of the good answers, None for what is none."""
    for one, quotes in good_answers(user):
        if str(one.pk) == tag and place.isascii() and place.isdigit() and int(place) < len(quotes):
            return one, quotes[int(place)]
    return None
