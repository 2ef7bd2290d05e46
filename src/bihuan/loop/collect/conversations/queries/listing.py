"""The list of conversations, and the search for what was said in them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from bihuan.core import workspace
from bihuan.core.colleagues import OTHERS, named_to, others_label, shown
from bihuan.engine.facts.lake import literal
from bihuan.engine.facts.privacy import Rules, load_rules, mask
from bihuan.engine.facts.privacy.dialogues import find_pieces
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.text import search
from bihuan.engine.text.folding import excerpt, terms

from ..contracts import CHANNELS, ROLES, ConversationLine, Found, Wanted
from ..models import Reading, Recording, SpanTag
from ..rights import inside
from .session import ask, ask_of

WITH_MESSAGES = 'SELECT DISTINCT "case" FROM messages'


def conversations(wanted: Wanted, scope: Scope, *, size: int, offset: int) -> Found:
    """Return one page of conversations, the latest first; with words those in which one message holds them all."""
    words = terms(wanted.text)
    cases, params = _cases(wanted, scope)
    # Only the page's own cases are looked up whole: the list is as long as the workspace.
    sql = f"""
        WITH said AS ({_said(words, wanted)}), listed AS (
            SELECT f."case", f.opened, s.finds, s.message FROM fact_case f JOIN said s ON s."case" = f."case"
            WHERE {cases}), page AS (
            SELECT * FROM listed ORDER BY opened DESC, "case" LIMIT {int(size)} OFFSET {int(offset)})
        SELECT f."case", f.channel, f.topic, f.customer, f.opened, f.agent AS number,
               coalesce(a.name, f.agent) AS agent, p.finds,
               p.message, (SELECT count(*) FROM listed) AS total
        FROM page p JOIN fact_case f ON f."case" = p."case" LEFT JOIN agents a ON a.id = f.agent
        ORDER BY f.opened DESC, f."case\""""
    rows = ask(sql, params) if words or wanted.case else ask_of(WITH_MESSAGES, sql, params)
    pending = search.pending(workspace.home()) if words else 0
    return Found(tuple(_lines(rows, words, scope)), rows[0]["total"] if rows else 0, pending)


def _said(words: tuple[str, ...], wanted: Wanted) -> str:
    """SQL of the cases with messages: how many are found, and which one to show."""
    if words:
        hits = search.hits_sql(workspace.home(), words)
        return f'SELECT "case", count(*) AS finds, arg_max(id, "at") AS message FROM ({hits}) GROUP BY "case"'
    heard = list(Recording.objects.filter(deleted_at=None).values_list("case", flat=True)[:20_000])
    recorded = f' UNION SELECT unnest([{", ".join(map(literal, heard))}])' if heard else ""
    of_case = f'SELECT DISTINCT "case" FROM messages WHERE "case" = {literal(wanted.case)}'
    every = of_case if wanted.case else 'SELECT "case" FROM {kept}'
    only = f' WHERE "case" = {literal(wanted.case)}' if wanted.case else ""
    return f'SELECT "case", 0 AS finds, NULL::VARCHAR AS message FROM ({every}{recorded}){only}'


def _cases(wanted: Wanted, scope: Scope) -> tuple[str, list[Any]]:
    parts, params = [inside(scope)], []
    if wanted.channel:
        params.append(wanted.channel)
        parts.append(f"f.channel = ${len(params)}")
    zone = workspace.zone()
    for day, sign, more in ((wanted.start, ">=", 0), (wanted.end, "<", 1)):
        if day is not None:
            params.append(datetime.combine(day + timedelta(days=more), time(), zone).isoformat())
            parts.append(f"f.opened {sign} ${len(params)}::TIMESTAMPTZ")
    if wanted.case:
        params.append(wanted.case)
        parts.append(f'f."case" = ${len(params)}')
    if wanted.tag:
        tagged = SpanTag.objects.filter(tag_id=wanted.tag).values_list("case", flat=True).distinct()
        parts.append(f'f."case" IN ({", ".join(map(literal, tagged)) or "NULL"})')
    return " AND ".join(parts), params


def _lines(rows: list[dict[str, Any]], words: tuple[str, ...], scope: Scope) -> list[ConversationLine]:
    cases = [row["case"] for row in rows]
    told, tags = _messages_of(cases), tags_of(cases)
    read = set(Reading.objects.filter(case__in=cases).values_list("case", flat=True))
    rules, named = load_rules(workspace.home()), named_to(scope)
    lines = []
    for row in rows:
        if shown(row["number"], named) == OTHERS:
            row["agent"] = others_label()
        said = told.get(row["case"], [])
        found = next((one for one in said if one["id"] == row["message"]), None) or next(
            (one for one in said if one["sender_kind"] == "customer" and one["text"]), said[0] if said else None)
        text = _shown(said, found, rules) if found else ""
        lines.append(ConversationLine(
            case=row["case"], channel=CHANNELS.get(row["channel"], row["channel"] or ""), topic=row["topic"] or "",
            agent=row["agent"] or "", customer=row["customer"] or "", opened=row["opened"], messages=len(said),
            finds=row["finds"], parts=tuple(excerpt(text, words)), tags=tuple(tags.get(row["case"], ())),
            who=ROLES.get((found or {}).get("sender_kind") or "", ""), read=row["case"] in read))
    return lines


def _shown(said: list[dict[str, Any]], found: dict[str, Any], rules: Rules) -> str:
    """One message of a conversation masked as it is among the others: a number may be told in pieces."""
    at = said.index(found)
    more = find_pieces([(one["sender_kind"], one["text"]) for one in said], rules).get(at, ())
    return mask(found["text"] or "", rules, more=more).text


def _messages_of(cases: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The messages of a few cases: an id is made only for these, which is what costs."""
    if not cases:
        return {}
    listed = ", ".join(map(literal, cases))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in ask(f'SELECT id, "case", "at", seq, sender_kind, text FROM messages WHERE "case" IN ({listed}) '
                   'ORDER BY "at", seq'):
        found.setdefault(row["case"], []).append(row)
    return found


def tags_of(cases: list[str]) -> dict[str, list[str]]:
    """Return {case: names of its tags}, each once, in the order of the list."""
    found: dict[str, list[str]] = {}
    spans = SpanTag.objects.filter(case__in=cases).order_by("tag__kind", "tag__name")
    for case, name in spans.values_list("case", "tag__name").distinct():
        found.setdefault(case, []).append(name)
    return found
