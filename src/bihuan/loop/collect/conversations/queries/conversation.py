"""One conversation: its messages as bubbles, the tags on their words, the waits between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bihuan.core import workspace
from bihuan.core.colleagues import OTHERS, named_to, others_label, shown
from bihuan.engine.facts.privacy import load_rules
from bihuan.engine.facts.privacy.dialogues import mask_dialogue
from bihuan.engine.facts.privacy.masking import Masked
from bihuan.engine.indicators.contracts import Scope

from ..contracts import CHANNELS, ROLES, Bubble, Conversation, Piece, TagLine
from ..models import SpanTag
from ..rights import inside
from .session import ask

PEOPLE = ("agent", "bot")


def find_conversation(case: str, scope: Scope, *, revealed: bool = False) -> Conversation | None:
    """Return a conversation, None when its case is not there or outside the scope: the two must look alike."""
    cases = ask(f"""
        SELECT f.*, a.name AS agent_name FROM fact_case f LEFT JOIN agents a ON a.id = f.agent
        WHERE f."case" = $1 AND {inside(scope)}""", [case])
    if not cases:
        return None
    found, named = cases[0], named_to(scope)
    if shown(found["agent"], named) == OTHERS:
        found["agent_name"] = others_label()
    return Conversation(
        case=case, customer=found["customer"] or "", channel=CHANNELS.get(found["channel"], found["channel"] or ""),
        topic=found["topic"] or "", opened=found["opened"], agent=found["agent_name"] or found["agent"] or "",
        bubbles=tuple(_bubbles(case, revealed, named)), revealed=revealed)


def message_shown(case: str, message: str, *, revealed: bool) -> Masked | None:
    """Return one message as somebody sees it in its conversation, None when its words are gone."""
    rows = ask('SELECT id, sender_kind, text FROM messages WHERE "case" = $1 ORDER BY "at", seq, id', [case])
    found = next((at for at, row in enumerate(rows) if row["id"] == message and row["text"]), None)
    if found is None:
        return None
    return Masked(rows[found]["text"], ()) if revealed else masked(rows)[found]


def masked(rows: Sequence[dict[str, Any]]) -> list[Masked]:
    """Return the messages of one conversation as they are shown to those who may not see personal data.

    Together, because a number may be told in pieces; each with what was replaced where.
    """
    return mask_dialogue([(row["sender_kind"], row["text"]) for row in rows], load_rules(workspace.home()))


def to_raw(place: int, shown: Masked, *, end: bool = False) -> int:
    """Return where a place of the masked text lies in the original; inside a placeholder its whole original counts."""
    moved = place
    for span in shown.spans:
        if span.until <= place:
            moved = place - span.until + span.end
        elif span.at < place:
            return span.end if end else span.start
    return moved


def to_shown(place: int, shown: Masked, *, end: bool = False) -> int:
    """Return where a place of the original lies in the masked text."""
    moved = place
    for span in shown.spans:
        if span.end <= place:
            moved = place - span.end + span.until
        elif span.start < place:
            return span.until if end else span.at
    return moved


def _bubbles(case: str, revealed: bool, named: frozenset[str] | None) -> list[Bubble]:
    rows = ask("""SELECT m.*, a.name AS sender_name FROM messages m LEFT JOIN agents a ON a.id = m.sender
                  WHERE m."case" = $1 ORDER BY m."at", m.seq, m.id""", [case])
    tags: dict[str, list[SpanTag]] = {}
    for one in SpanTag.objects.filter(case=case).select_related("tag", "made_by"):
        tags.setdefault(one.message, []).append(one)
    bubbles, asked = [], None
    told = [Masked(row["text"] or "", ()) for row in rows] if revealed else masked(rows)
    for row, text in zip(rows, told, strict=True):
        if row["sender_kind"] == "agent" and shown(row["sender"], named) == OTHERS:
            row["sender_name"] = others_label()
        role = "note" if row["public"] is False else row["sender_kind"] or "system"
        waited = None
        if role == "customer":
            asked = asked or row["at"]
        elif role in PEOPLE and asked is not None:
            waited, asked = int((row["at"] - asked).total_seconds()), None
        bubbles.append(_bubble(row, role, waited, tags.get(row["id"], []), text))
    return bubbles


def _bubble(row: dict[str, Any], role: str, waited: int | None, tags: list[SpanTag], shown: Masked) -> Bubble:
    spans = [(to_shown(one.start, shown), to_shown(one.end, shown, end=True), one) for one in tags]
    return Bubble(
        id=row["id"], at=row["at"], role=role, role_label=ROLES.get(row["sender_kind"] or "", ""), waited=waited,
        who=(row["sender_name"] or row["sender"] or "") if row["sender_kind"] in PEOPLE else "",
        pieces=tuple(pieces(shown.text, [(start, end, one.tag.name) for start, end, one in spans])),
        tags=tuple(TagLine(one.pk, one.tag.name, shown.text[start:end], str(one.made_by), one.is_quote,
                           (start, end) == (0, len(shown.text))) for start, end, one in spans),
        gone=row["text"] is None)


def pieces(text: str, spans: list[tuple[int, int, str]]) -> list[Piece]:
    """Cut a text where tags begin and end.

    >>> [(piece.text, piece.tags) for piece in pieces("一二三", [(0, 2, "甲"), (1, 3, "乙")])]
    [('一', ('甲',)), ('二', ('甲', '乙')), ('三', ('乙',))]
    """
    edges = sorted({0, len(text), *(edge for start, end, _name in spans for edge in (start, end) if edge <= len(text))})
    return [Piece(text[start:end], tuple(name for begin, until, name in spans if begin <= start and end <= until))
            for start, end in zip(edges, edges[1:], strict=False)]
