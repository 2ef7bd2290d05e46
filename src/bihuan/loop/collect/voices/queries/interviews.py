"""Interviews within what a person may see: never of customers they served; notes masked; counts of codings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.facts.privacy import load_rules, mask
from bihuan.engine.facts.privacy.masking import Masked
from bihuan.loop.collect.conversations.contracts import Piece
from bihuan.loop.collect.conversations.queries.conversation import to_raw, to_shown

from ..contracts import AREAS
from ..models import Guide, Interview, Passage
from ..rights import ANY, MANAGE, found_or_hidden, own
from ..sealing import unseal
from .calls import own_customers

QUOTES = 5
FREE = "free"


@dataclass(frozen=True)
class Coded:
    """One passage with its words as everybody may read them."""

    passage: Passage
    text: str


@dataclass(frozen=True)
class Answer:
    """The notes to one question: ``pieces`` with what is coded marked."""

    key: str
    area: str
    question: str
    text: str
    pieces: tuple[Piece, ...]
    passages: tuple[Coded, ...]


@dataclass(frozen=True)
class ThemeCount:
    """In how many of ``n`` finished interviews a theme was coded, and how often. No share and no interval: people are
    chosen for what they can tell, so that they stand for nobody else."""

    tag: Any
    interviews: int
    n: int
    passages: int
    quotes: tuple[Coded, ...]


def guides_for(user: User) -> QuerySet[Guide]:
    return Guide.objects.for_user(user, *ANY)


def guide_for(user: User, pk: int, permission: str = MANAGE) -> Guide:
    return found_or_hidden(Guide.objects.for_user(user, permission).filter(pk=pk).first(), f"guide {pk}")


def interviews_for(user: User) -> QuerySet[Interview]:
    """Return the interviews the person may see: not those of customers whom they served (R10)."""
    found = Interview.objects.for_user(user, *ANY).select_related("guide", "interviewer")
    if not own(user):
        return found
    served = own_customers(own(user), found.exclude(customer="").values_list("customer", flat=True))
    return found.exclude(customer__in=served)


def interview_for(user: User, pk: int) -> Interview:
    return found_or_hidden(interviews_for(user).filter(pk=pk).first(), f"interview {pk}")


def questions_of(outline: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return (key, area, question) of a guide's lines, room for anything else last."""
    lines = [(f"{part['area']}.{at}", str(AREAS.get(part["area"], part["area"])), question)
             for part in outline for at, question in enumerate(part["questions"], 1)]
    return [*lines, (FREE, str(AREAS["other"]), "")]


def notes_of(interview: Interview) -> dict[str, str]:
    """Return the notes whole, by question: for the interviewer's own hand while they are a draft."""
    return unseal(interview.sealed)


def answers_of(interview: Interview) -> list[Answer]:
    """Return the notes masked, with what is coded."""
    notes, by_question = notes_of(interview), {}
    for one in interview.passages.select_related("tag", "made_by"):
        by_question.setdefault(one.question, []).append(one)
    return [_answer(key, area, question, notes.get(key, ""), by_question.get(key, []))
            for key, area, question in questions_of(interview.outline) if question or notes.get(key)]


def theme_counts(user: User, *, guide: str = "") -> tuple[list[ThemeCount], int]:
    """Return what was coded in the finished interviews a person may see, the most frequent theme first, and n."""
    reached = interviews_for(user).filter(is_done=True, withdrawn_at=None)
    reached = reached.filter(guide_id=guide) if guide.isdecimal() else reached
    n, passages = reached.count(), Passage.objects.filter(interview__in=reached).select_related("tag", "interview")
    rows = passages.order_by().values("tag").annotate(k=Count("interview", distinct=True), m=Count("pk"))
    counts = {row["tag"]: row for row in rows}
    kept: dict[int, list[Passage]] = {}
    for one in passages.order_by("-made_at"):
        if len(kept.setdefault(one.tag_id, [])) < QUOTES:
            kept[one.tag_id].append(one)
    found = [ThemeCount(quoted[0].tag, counts[tag]["k"], n, counts[tag]["m"],
                        tuple(Coded(one, words_of(one)) for one in quoted)) for tag, quoted in kept.items()]
    return sorted(found, key=lambda one: (-one.interviews, -one.passages, one.tag.name)), n


def words_of(passage: Passage) -> str:
    """Return a passage's words, masked."""
    shown = _masked(notes_of(passage.interview).get(passage.question, ""))
    return shown.text[to_shown(passage.start, shown):to_shown(passage.end, shown, end=True)]


def raw_places(text: str, start: int | None, end: int | None) -> tuple[int, int] | None:
    """Return where characters of the masked text lie in the notes, all of it for None; None when there is nothing."""
    shown = _masked(text)
    begin, until = (0, len(shown.text)) if start is None or end is None else (start, end)
    if not 0 <= begin < until <= len(shown.text):
        return None
    return to_raw(begin, shown), to_raw(until, shown, end=True)


def coded_words(user: User) -> QuerySet[Passage]:
    """Return the passages that an export holds."""
    reached = interviews_for(user).filter(Q(is_done=True) & Q(withdrawn_at=None))
    return Passage.objects.filter(interview__in=reached).select_related(
        "tag", "interview__guide", "made_by").order_by("tag__name", "interview_id", "question", "start")


def _masked(text: str) -> Masked:
    return mask(text, load_rules(workspace.home()))


def _answer(key: str, area: str, question: str, text: str, passages: list[Passage]) -> Answer:
    shown = _masked(text)
    places = [(to_shown(one.start, shown), to_shown(one.end, shown, end=True), one) for one in passages]
    coded = tuple(Coded(one, shown.text[begin:until]) for begin, until, one in places)
    return Answer(key, area, question, shown.text, _pieces(shown, places), coded)


def _pieces(shown: Masked, places: list[tuple[int, int, Passage]]) -> tuple[Piece, ...]:
    cuts = sorted({0, len(shown.text), *(at for begin, until, _one in places for at in (begin, until))})
    return tuple(Piece(shown.text[begin:until], tuple(
        one.tag.name for first, last, one in places if first <= begin and until <= last))
        for begin, until in zip(cuts, cuts[1:], strict=False) if until > begin)
