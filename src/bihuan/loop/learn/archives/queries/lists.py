"""Archives in a list: by quarter, line of business and verdict, found by words inside sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from bihuan.core.models import User
from bihuan.engine.text.folding import excerpt, terms
from bihuan.loop.verify.verdicts.contracts import WORDS

from ..models import Archive
from ..rights import archives_for

REVIEWS = "review"          # in the place of a verdict: archives of whole reviews


@dataclass(frozen=True)
class Filters:
    """What a list keeps to; empty is everything."""

    quarter: str = ""
    line: str = ""
    word: str = ""
    words: str = ""


def filters_from(params: Mapping[str, str]) -> Filters:
    """Return the filters of an address; what is unknown is left out."""
    word = params.get("verdict", "")
    known = word in WORDS or word == REVIEWS
    return Filters(params.get("quarter", "")[:7], params.get("line", "")[:120], word if known else "",
                   params.get("q", "").strip()[:100])


def found_for(user: User, kept: Filters) -> QuerySet[Archive]:
    """Return the archives that a person sees and a list keeps, newest quarter first."""
    found = archives_for(user).exclude(state=Archive.State.FAILED).select_related(
        "measure", "cycle", "made_by").order_by("-quarter", "line", "-pk")
    if kept.word == REVIEWS:
        found = found.exclude(cycle=None)
    for name, value in (("quarter", kept.quarter), ("line", kept.line),
                        ("word", "" if kept.word == REVIEWS else kept.word)):
        if value:
            found = found.filter(**{name: value})
    for term in terms(kept.words):
        found = found.filter(folded__contains=term)
    return found if kept.words else found.defer("text", "folded")


def offered(user: User) -> tuple[list[str], list[str]]:
    """Return the quarters and lines of business that a person's archives have."""
    rows = archives_for(user).exclude(state=Archive.State.FAILED).values_list("quarter", "line").distinct()
    pairs = list(rows.order_by())
    return sorted({one for one, _ in pairs}, reverse=True), sorted({one for _, one in pairs})


def archive_of(verdict_id: int) -> Archive | None:
    """Return the archive of a verdict that is there or being made: the room that asks has checked the right."""
    return Archive.objects.filter(verdict_id=verdict_id, state__in=("making", "ready")).defer("text", "folded").first()


def archive_of_cycle(cycle_id: int) -> Archive | None:
    """Return the archive of a review that is there or being made: who asks has checked the right."""
    return Archive.objects.filter(cycle_id=cycle_id, state__in=("making", "ready")).defer("text", "folded").first()


def shown_excerpt(archive: Archive, words: str) -> list[tuple[str, bool]]:
    """Return the neighbourhood of the first find, parts that were looked for marked; nothing without words."""
    wanted = terms(words)
    return excerpt(archive.text.replace("\n", " "), wanted) if wanted else []
