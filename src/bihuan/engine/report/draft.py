"""Drafts the report of a period and scope from the indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..clock.zone import workspace_zone
from ..facts.store import as_of, connect
from ..home import Home
from ..indicators.contracts import EVERYTHING, Observation, Passport, Query, Result, Scope
from ..indicators.evaluate import evaluate
from ..indicators.passports import load
from ..indicators.rows import rows
from ..indicators.scan import scan
from .contracts import Item, Relation, Report
from .definitions import passport_notes
from .errors import ReportError
from .frames import Frame, frame_of
from .items import build_items
from .narrative import Findings, draft_chapters
from .numbers import Numbers
from .relation import associate
from .words import Words, words_for

TITLE = "服务质量评价报告"
FCR = "fcr"


def draft(home: Home, query: Query, scope: Scope = EVERYTHING, lang: str = "zh-hans") -> Report:
    """Return the report of ``query``'s period as ``scope`` may see it, drafted in ``lang``.

    ``query.indicators`` empty takes all; ``query.by`` names at most one dimension for the breakdown. The period is
    read by ``frames.frame_of``. ReportError ``nothing_to_report`` when no indicator has data.
    """
    words, zone, now = words_for(lang), workspace_zone(home), as_of(home)
    frame = frame_of(query, as_of=now, zone=zone)
    passports = {name: one for name, one in load(home).items() if not query.indicators or name in query.indicators}
    items, missing = build_items(home, frame, scope, passports, words, zone)
    if not items:
        raise ReportError("nothing_to_report")
    names, numbers = unit_names(home), Numbers(words)
    findings = Findings(items, _observations(home, frame, scope, items), passports, names, frame.previous_label)
    told = now.astimezone(zone).strftime("%Y-%m-%d %H:%M") if now else ""
    return Report(
        title=words.say(TITLE), lang=words.lang, period=frame.label, previous_period=frame.previous_label,
        scope=_scope_words(scope, query.where, words), as_of=told,
        start=frame.start.isoformat() if frame.start else None, end=frame.end.isoformat() if frame.end else None,
        items=items, missing=missing, by=query.by[0] if query.by else "",
        breakdown=_breakdown(home, frame, scope, items), names=names,
        chapters=draft_chapters(findings, words, numbers), numbers=numbers.known,
        relations=_relations(home, frame, scope, passports, items), passports=passport_notes(items, passports, words),
    )


def unit_names(home: Home) -> dict[str, str]:
    """Return {unit id: name}; people's names stay out of reports."""
    with connect(home) as connection:
        return dict(connection.sql("select id, name from units where name is not null order by id").fetchall())


def _scope_words(scope: Scope, where: str | None, words: Words) -> str:
    everything = scope.units is None and scope.agents is None
    part = words.say("全部") if everything else words.say("授权范围：{label}", label=scope.label)
    return part + (words.say("；条件：{where}", where=where) if where else "")


def _observations(home: Home, frame: Frame, scope: Scope, items: Iterable[Item]) -> Sequence[Observation]:
    """Look for groups that stand out, in the indicators that have levels or a target; the rest would be noise."""
    judged = _judged(items)
    return scan(home, replace(frame.query, by=(), indicators=judged), scope) if judged else ()


def _judged(items: Iterable[Item]) -> tuple[str, ...]:
    results = [item.result for item in items if not item.result.suppressed]
    return tuple(one.indicator for one in results if one.band is not None or one.target is not None)


def _breakdown(home: Home, frame: Frame, scope: Scope, items: Iterable[Item]) -> tuple[Result, ...]:
    if not frame.query.by:
        return ()
    judged = _judged(items)
    if not judged:
        return ()
    found = evaluate(home, replace(frame.query, indicators=judged, by=frame.query.by[:1]), scope)
    return tuple(one for one in found if one.n > 0)


def _relations(
    home: Home, frame: Frame, scope: Scope, passports: Mapping[str, Passport], items: Iterable[Item]
) -> tuple[Relation, ...]:
    """Relate FCR to satisfaction on the rated cases; nothing when the report has no FCR that may be shown."""
    if not any(item.result.indicator == FCR and not item.result.suppressed for item in items):
        return ()
    if {"csat", "channel", "topic"} & set(scope.masked):
        return ()
    minimum = max(passports[FCR].minimum_n, scope.minimum_n)
    return associate(rows(home, replace(frame.query, by=(), indicators=(FCR,)), scope), minimum=minimum)
