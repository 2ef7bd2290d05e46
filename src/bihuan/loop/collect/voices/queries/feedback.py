"""The inbox of feedback within what a person may see; texts masked for everybody, whole only with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.facts.privacy import load_rules, mask_field, mask_text
from bihuan.engine.survey.questionnaire.showing import columns_of, extra_choices
from bihuan.engine.text.duplicates import likeness
from bihuan.loop.collect.surveys.queries import waves_by_code

from ..contracts import FeedbackState
from ..models import Feedback, FeedbackForm
from ..receipts import hash_of, read_receipt
from ..rights import HANDLE, MANAGE, found_or_hidden
from ..sealing import unseal
from .questions import questions_of
from .session import ask

ALIKE, LOOK_BACK, COMPARED = 0.5, timedelta(days=60), 2_000
# Of answers as ``a``: the sheet they stand on, and whether they are words of the customer; pseudo items begin with "_".
# What was chosen from a list stands there in words too and is nobody's own, unlike what somebody wrote under "other":
# ``$1`` names the words of the options of our surveys.
SHEET = "split_part(a.id, '#', 1)"
SAID = """length(trim(coalesce(a.text, ''))) >= 4 AND NOT starts_with(coalesce(a.question, ''), '_')
    AND coalesce(a.survey, '') || '#' || split_part(coalesce(a.question, ''), '.', 1) || '#' || trim(a.text) NOT IN (
        SELECT unnest($1::VARCHAR[]))"""
WAVES = f"""SELECT DISTINCT coalesce(a.survey, '') AS survey FROM answers a
    WHERE {SHEET} IN (SELECT unnest($1::VARCHAR[]))"""
# The same words under two questions are said once.
WRITTEN = f"""SELECT sheet, string_agg(text, chr(10) ORDER BY id) AS text FROM (
        SELECT {SHEET} AS sheet, a.text, min(a.id) AS id FROM answers a
        WHERE {SAID} AND {SHEET} IN (SELECT unnest($2::VARCHAR[])) GROUP BY 1, 2)
    GROUP BY 1"""


@dataclass(frozen=True)
class Line:
    """One item as a list shows it."""

    feedback: Feedback
    text: str


@dataclass(frozen=True)
class Words:
    """What was said and how the sender can be reached; masked unless somebody gave a reason."""

    text: str
    contact: str = ""
    name: str = ""
    reply: str = ""


@dataclass(frozen=True)
class Alike:
    """Something like it. ``share`` of pieces in common as told by sketches; ``same_sender``: the same contact."""

    feedback: Feedback
    text: str
    share: float | None
    same_sender: bool


def inbox(user: User, *, state: str = "", channel: str = "", kind: str = "", source: str = "",
          tag: str = "") -> QuerySet[Feedback]:
    """Return what the person may handle, the newest first; suspected spam only where it is asked for."""
    found = Feedback.objects.for_user(user, HANDLE).select_related("form").prefetch_related("tags")
    if state == "suspect":
        return found.filter(is_suspect=True, state=FeedbackState.NEW)
    if state in FeedbackState.values:
        found = found.filter(state=state)
    if state == FeedbackState.NEW:
        found = found.filter(is_suspect=False)
    for name, value in (("channel", channel), ("kind", kind), ("source", source)):
        found = found.filter(**{name: value}) if value else found
    return found.filter(tags__pk=tag) if tag.isdecimal() else found


def counts(user: User) -> dict[str, int]:
    """Return how many there are by state, suspected spam apart."""
    reached = Feedback.objects.for_user(user, HANDLE)
    rows = reached.order_by().values_list("state").annotate(n=Count("pk", filter=Q(is_suspect=False)),
                                                            m=Count("pk", filter=Q(is_suspect=True)))
    found: dict[str, int] = {}
    for state, clear, suspect in rows:
        found[state] = clear + (0 if state == FeedbackState.NEW else suspect)
        if state == FeedbackState.NEW:
            found["suspect"] = suspect
    return found


def feedback_for(user: User, pk: int) -> Feedback:
    """Return one item the person may handle; NotAllowed otherwise."""
    reached = Feedback.objects.for_user(user, HANDLE).select_related("form", "duplicate_of", "handled_by", "entered_by")
    return found_or_hidden(reached.filter(pk=pk).first(), f"feedback {pk}")


def forms_for(user: User) -> QuerySet[FeedbackForm]:
    return FeedbackForm.objects.for_user(user, MANAGE)


def form_for(user: User, pk: int) -> FeedbackForm:
    return found_or_hidden(forms_for(user).filter(pk=pk).first(), f"form {pk}")


def public_form(token: str) -> FeedbackForm | None:
    return FeedbackForm.objects.filter(token=token).first()


def by_receipt(text: str) -> Feedback | None:
    """Return what a receipt belongs to, None for one that fits nothing."""
    read = read_receipt(text)
    if read is None:
        return None
    return Feedback.objects.filter(pk=read[0], secret_hash=hash_of(read[1])).first()


def lines_of(found: Sequence[Feedback], *, most: int = 120) -> list[Line]:
    """Return items with the beginning of their masked text."""
    told = texts_of(found)
    return [Line(one, text if len(text := masked(told.get(one.pk, ""))) <= most else f"{text[:most]}…")
            for one in found]


def texts_of(found: Sequence[Feedback]) -> dict[int, str]:
    """Return {key: what was said}: from what was sealed, of comments from the records, as long as they hold it."""
    sealed = {one.pk: unseal(one.sealed).get("text", "") for one in found if not one.answer}
    sheets = {one.pk: one.answer.partition("#")[0] for one in found if one.answer}
    known = written_on(list(sheets.values()))
    return sealed | {pk: known.get(sheet, "") for pk, sheet in sheets.items()}


def written_on(sheets: Sequence[str]) -> dict[str, str]:
    """Return {sheet: what was written on it} as the records hold it, not masked."""
    if not sheets:
        return {}
    offered = offered_words(row["survey"] for row in ask(WAVES, [list(sheets)]))
    return {row["sheet"]: row["text"] for row in ask(WRITTEN, [offered, list(sheets)])}


def offered_words(waves: Iterable[str]) -> list[str]:
    """Return what stands among the answers of some waves and was offered, as "wave#item#words"."""
    return [f"{wave.code}#{item.name}#{words.strip()}" for wave in waves_by_code(waves).values()
            for item in questions_of(wave.version_id).items()
            for choice in (*item.choices, *extra_choices(item), *columns_of(item))
            for words in (choice.value, choice.text.default)]


def words_of(feedback: Feedback, *, revealed: bool = False) -> Words:
    """Return what was said. ``revealed``: whole; only after ``core.privacy`` noted the reason."""
    told = unseal(feedback.sealed)
    text = texts_of([feedback]).get(feedback.pk, "")
    if revealed:
        return Words(text, told.get("contact", ""), told.get("name", ""), told.get("reply", ""))
    contact, name = told.get("contact", ""), told.get("name", "")
    return Words(masked(text), mask_field(contact, "email" if "@" in contact else "mobile") or "",
                 mask_field(name, "name") or "", told.get("reply", ""))


def masked(text: str) -> str:
    return mask_text(text, load_rules(workspace.home()), style="partial")


def alike(feedback: Feedback, user: User, *, most: int = 5) -> list[Alike]:
    """Return what the same sender said, or somebody said in nearly the same words, within two months."""
    near = Feedback.objects.for_user(user, HANDLE).exclude(pk=feedback.pk).exclude(
        state=FeedbackState.WITHDRAWN).filter(
            received_at__range=(feedback.received_at - LOOK_BACK, feedback.received_at + LOOK_BACK))
    found = []
    for pk, drawn, mark in near.values_list("pk", "sketch", "contact_mark")[:COMPARED]:
        share = likeness(feedback.sketch, drawn)
        same = bool(mark) and mark == feedback.contact_mark
        if same or (share is not None and share >= ALIKE):
            found.append((pk, share, same))
    found.sort(key=lambda one: (-(one[1] or 0), not one[2]))
    rows = Feedback.objects.in_bulk([pk for pk, _share, _same in found[:most]])
    told = texts_of(list(rows.values()))
    return [Alike(rows[pk], masked(told.get(pk, ""))[:120], share, same) for pk, share, same in found[:most]]
