"""Who was hit by a problem: found by a rule that follows from the finding or the yardstick, never by hand."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import Actor, scope_of
from bihuan.engine.effects.affected import FailingRule, failing_rows, failing_rule
from bihuan.engine.effects.contracts import Yardstick
from bihuan.engine.effects.errors import EffectError
from bihuan.engine.effects.keeping import yardstick_from_json
from bihuan.engine.effects.reading import other_places
from bihuan.engine.indicators.contracts import EVERYTHING, Passport, Query, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.filters import place_words
from bihuan.loop.evaluate.indicators.queries.scoping import FilterError, quoted
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.serve.customers.queries.session import ask

from ..contracts import MOST_LISTED, Derived, Group, Listed
from ..errors import Refused

SEE = "evaluate.view_board"
WEEKS = 12          # how far back from the change the list reaches where only the yardstick says where


def derive(measure: Measure, *, weeks: int = WEEKS) -> Derived:
    """Return the rule that makes the list of a measure: by its finding's rows where it has them, else by its yardstick.

    Raises Refused where neither says which rows were bad for a customer, or the new way has not begun.
    """
    if measure.change_on is None:
        raise Refused("not_changed_yet")
    frozen = yardstick_from_json(measure.yardstick["terms"]) if measure.yardstick else None
    finding, last = measure.finding, measure.change_on - timedelta(days=1)
    if finding is not None and finding.indicator and finding.start is not None and finding.start <= last:
        source, name, target = "finding", finding.indicator, finding.target
        where, start, end = _place(finding.where, finding.group), finding.start, min(finding.end or last, last)
    elif frozen is not None:
        source, name, target = "yardstick", frozen.indicator, None
        where, start, end = frozen.where or "", measure.change_on - timedelta(weeks=weeks), last
    else:
        raise Refused("no_yardstick")
    terms = _terms(source, name, target, where, _against(where, frozen), start, end)
    return Derived(terms, rule_words(terms), start, measure.change_on)


def terms_of_finding(finding: Any, last: date) -> dict[str, Any]:
    """Return the rule of a problem by itself, before any measure: its own rows until ``last``. Raises Refused."""
    if not finding.indicator or finding.start is None or finding.start > last:
        raise Refused("no_own_rule")
    return _terms("finding", finding.indicator, finding.target, _place(finding.where, finding.group), "",
                  finding.start, min(finding.end or last, last))


def found_now(terms: dict[str, Any], scope: Scope) -> int:
    """Return how many customers a rule finds."""
    return len(_hit(terms, terms["where"], scope))


def _terms(source: str, name: str, target: float | None, where: str, against: str, start: date,
           end: date) -> dict[str, Any]:
    passport = engine.passports().get(name)
    if passport is None:
        raise Refused("no_yardstick")
    try:
        rule = failing_rule(passport, target)
    except EffectError as error:
        raise Refused("no_rule", why=error.text(get_language() or "zh")) from error
    return {
        "from": source, "indicator": name, "version": passport.version,
        "definition_hash": passport.definition_hash, "where": where, "against": against, "start": start.isoformat(),
        "end": end.isoformat(), "failing": {"code": rule.code, "limit": rule.limit, "version": rule.version},
        "score": {"metric": "csat", "low": 1, "high": 5}}


def rule_words(terms: dict[str, Any]) -> str:
    """Return the rule as a sentence in the reader's language."""
    passport = engine.passports().get(terms["indicator"])
    name = in_language(passport.title) if passport else terms["indicator"]
    failing, limit = terms["failing"]["code"], terms["failing"]["limit"]
    which = {
        "missed": _("没有达到"), "hit": _("发生了"), "at_most": _("不高于 {limit}"), "above": _("高于 {limit}"),
        "below": _("低于 {limit}"), "every": _("每一条记录"),
    }[failing].format(limit="" if limit is None else f"{limit:g}")
    return _("{start} 至 {end}，范围“{where}”中指标“{name}”v{version}的记录里，{which}的那些记录的客户。").format(
        start=terms["start"], end=terms["end"], where=place_words(terms["where"]) or _("全部"), name=name,
        version=terms["version"], which=which)


def hash_of(told: Any) -> str:
    """Return the hash of plain values, whatever the order of their keys."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def list_hash(rule_hash: str, listed: Iterable[Listed]) -> str:
    """Return the hash of a list as the rule found it: who, on which side, how often, with which mark."""
    lines = sorted([one.group, one.customer, one.rows, one.first_at.isoformat(), one.score] for one in listed)
    return hash_of([rule_hash, lines])


def scope_for(measure: Measure, actor: Actor) -> Scope:
    """Return whose rows the list may be read from: what the yardstick's approver saw, else what the person sees."""
    if measure.yardstick:
        units = measure.yardstick.get("units")
        return Scope(units=None if units is None else tuple(units))
    return replace(scope_of(actor, SEE), minimum_n=0, masked=()) if isinstance(actor, User) else EVERYTHING


def found_by(derived: Derived, scope: Scope) -> list[Listed]:
    """Return everybody whom the rule finds, those affected first; nobody is on both sides.

    Customers whose processing is blocked or whose data are deleted are in no row, so in no list.
    """
    terms = derived.terms
    affected = _hit(terms, terms["where"], scope)
    others = {} if not terms["against"] else _hit(terms, terms["against"], scope)
    others = {one: at for one, at in others.items() if one not in affected}
    if len(affected) + len(others) > MOST_LISTED:
        raise Refused("too_many_listed", count=len(affected) + len(others), most=MOST_LISTED)
    everybody = [*affected, *others]
    scores, tiers = _scores(everybody, derived), _tiers(everybody)
    return [Listed(one, group, len(hit[one]), min(hit[one]), tiers.get(one, ""), scores.get(one))
            for group, hit in ((Group.AFFECTED, affected), (Group.COMPARISON, others)) for one in sorted(hit)]


def failed_since(terms: dict[str, Any], scope: Scope) -> tuple[dict[str, list[datetime]], dict[str, list[datetime]]]:
    """Return ({affected: moments of their bad rows}, the same of the others) from the list's first day until now."""
    later = terms | {"end": ""}
    return (_hit(later, terms["where"], scope),
            _hit(later, terms["against"], scope) if terms["against"] else {})


def contacts_since(customers: Sequence[str], start: date) -> dict[str, list[datetime]]:
    """Return every record of some customers from a day on."""
    rows = ask("SELECT customer, opened FROM fact_case WHERE customer IN (SELECT unnest($1::VARCHAR[])) "
               "AND opened >= $2 AND NOT coalesce(merged, false)", [sorted(customers), midnight(start)])
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        found[row["customer"]].append(row["opened"])
    return found


def midnight(day: date) -> datetime:
    """Return the first moment of a day in the workspace's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=workspace.zone())


def ripening(terms: dict[str, Any]) -> timedelta:
    """Return how long after a moment its rows count: the indicator's own window."""
    passport = engine.passports().get(terms["indicator"])
    return timedelta(seconds=(passport.window or 0) if passport else 0)


def _hit(terms: dict[str, Any], where: str, scope: Scope) -> dict[str, list[datetime]]:
    """{customer: moments of the rows that were bad for them}, of the rows that count."""
    end = date.fromisoformat(terms["end"]) if terms["end"] else None
    query = Query((terms["indicator"],), (), "all", date.fromisoformat(terms["start"]), end, where or None)
    try:
        table = engine.ask_rows(query, scope)
    except IndicatorError as error:
        raise Refused("no_rule", why=error.text(get_language() or "zh")) from error
    told = terms["failing"]
    bad = failing_rows(table, FailingRule(told["code"], told["limit"], told["version"]))
    passport: Passport = engine.passports()[terms["indicator"]]
    found: dict[str, list[datetime]] = defaultdict(list)
    if "customer" not in bad.column_names:
        raise Refused("no_rule", why=_("这个指标的记录里没有客户。"))
    for customer, at in zip(bad["customer"].to_pylist(), bad[passport.anchor].to_pylist(), strict=True):
        if customer and at is not None:
            found[customer].append(at)
    return found


def _place(where: str, group: dict[str, Any]) -> str:
    """The filter of a finding: its own and the values of its group."""
    parts = [where] if where else []
    try:
        parts += [f"{name} is null" if value is None else f"{name} = {quoted(str(value))}"
                  for name, value in group.items()]
    except FilterError as error:
        raise Refused("no_rule", why=str(error)) from error
    parts = list(dict.fromkeys(parts))          # a finding's own filter may be that of its group
    return " and ".join(f"({one})" for one in parts) if len(parts) > 1 else "".join(parts)


def _against(where: str, frozen: Yardstick | None) -> str:
    """Where customers were hit as hard without being touched: the yardstick's others, else everywhere outside."""
    if frozen is not None and frozen.against:
        return other_places(where or None, frozen.against) or ""
    return f"not ({where})" if where else ""


def _scores(customers: list[str], derived: Derived) -> dict[str, float]:
    """The latest mark of 1 to 5 that each gave from the list's first day until the change."""
    rows = ask('SELECT customer, arg_max(value, "at") AS value FROM fact_answer WHERE metric = \'csat\' '
               'AND value BETWEEN 1 AND 5 AND "at" >= $2 AND "at" < $3 '
               "AND customer IN (SELECT unnest($1::VARCHAR[])) GROUP BY customer",
               [customers, midnight(derived.start), midnight(derived.change)])
    return {row["customer"]: float(row["value"]) for row in rows}


def _tiers(customers: list[str]) -> dict[str, str]:
    rows = ask("SELECT id, tier FROM customers WHERE id IN (SELECT unnest($1::VARCHAR[])) AND tier IS NOT NULL",
               [customers])
    return {row["id"]: row["tier"] for row in rows}
