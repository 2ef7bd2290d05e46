"""The list of tags, how often each was given, and the words that show what a scene means."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from bihuan.core import workspace
from bihuan.engine.facts.lake import literal
from bihuan.engine.indicators.contracts import Scope

from ..contracts import ROLES, Quote, TagCount
from ..models import Reading, SpanTag, Tag
from ..rights import inside
from .conversation import masked, to_shown
from .session import ask

QUOTES = 5


def active_tags() -> list[Tag]:
    """Return the tags people may give."""
    return list(Tag.objects.filter(is_active=True))


def tag_counts(scope: Scope, *, start: date | None = None, end: date | None = None) -> list[TagCount]:
    """Return for each tag in how many of the conversations read to the end it was given.

    A conversation belongs to the day it was opened; one that was not read to the end counts neither above nor below,
    since nobody knows what it lacks.
    """
    read = _seen(list(Reading.objects.values_list("case", flat=True)), scope, start, end)
    cases: dict[int, set[str]] = {}
    spans: dict[int, int] = {}
    for tag, case in SpanTag.objects.values_list("tag_id", "case").order_by():
        if case in read:
            cases.setdefault(tag, set()).add(case)
            spans[tag] = spans.get(tag, 0) + 1
    counts = [_count(tag, len(cases.get(tag.pk, ())), len(read), spans.get(tag.pk, 0)) for tag in Tag.objects.all()
              if tag.is_active or tag.pk in cases]
    return sorted(counts, key=lambda one: (-one.found, one.name))


def quotes_of(tag: int, scope: Scope, *, limit: int = QUOTES) -> list[Quote]:
    """Return words a tag was given to, chosen examples first, then the latest; masked as for everybody."""
    spans = list(SpanTag.objects.filter(tag_id=tag).order_by("-is_quote", "-made_at")[:limit * 4])
    seen = _seen([one.case for one in spans], scope, None, None)
    spans = [one for one in spans if one.case in seen][:limit]
    if not spans:
        return []
    listed = ", ".join(literal(case) for case in {one.case for one in spans})
    said: dict[str, list[dict[str, Any]]] = {}
    for row in ask(f'SELECT id, "case", text, sender_kind, "at" FROM messages WHERE "case" IN ({listed}) '
                   'ORDER BY "at", seq, id'):
        said.setdefault(row["case"], []).append(row)
    texts = {row["id"]: (row, shown) for rows in said.values() for row, shown in zip(rows, masked(rows), strict=True)
             if row["text"] is not None}
    found = []
    for one in spans:
        if one.message not in texts:
            continue        # its words were deleted when their time was over
        row, shown = texts[one.message]
        text = shown.text[to_shown(one.start, shown):to_shown(one.end, shown, end=True)]
        found.append(Quote(one.case, text, ROLES.get(row["sender_kind"] or "", ""), row["at"], one.is_quote))
    return found


def _seen(cases: list[str], scope: Scope, start: date | None, end: date | None) -> set[str]:
    """Those of some cases that lie within the scope and were opened in the days named."""
    if not cases:
        return set()
    parts, zone = [inside(scope)], workspace.zone()
    for day, sign, more in ((start, ">=", 0), (end, "<", 1)):
        if day is not None:
            moment = datetime.combine(day + timedelta(days=more), time(), zone).isoformat()
            parts.append(f"f.opened {sign} TIMESTAMPTZ {literal(moment)}")
    listed = f"SELECT unnest([{', '.join(map(literal, cases))}])"
    return {row["case"] for row in ask(
        f'SELECT f."case" FROM fact_case f WHERE f."case" IN ({listed}) AND {" AND ".join(parts)}')}


def _count(tag: Tag, found: int, n: int, spans: int) -> TagCount:
    from bihuan.engine.stats.proportions import wilson

    share = low = high = None
    if n:
        low, high = (float(one) for one in wilson(found, n))
        share = found / n
    return TagCount(tag.pk, tag.name, tag.description, tag.kind, found, n, spans, share, low, high)
