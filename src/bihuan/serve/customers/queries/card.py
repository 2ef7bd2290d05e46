"""One customer: who they are, and what happened over all channels, each with what they were at that time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from bihuan.core import workspace
from bihuan.core.colleagues import OTHERS, named_to, others_label, shown
from bihuan.engine.facts.identities import Identities, load_identities
from bihuan.engine.facts.lake import literal
from bihuan.engine.facts.privacy import Rules, load_rules, mask_field, mask_text
from bihuan.engine.indicators.contracts import Scope

from ..contracts import CustomerCard, TimelineItem
from ..models import Change, Note
from ..rights import inside, sees_all
from .origins import SHOWN, origins_of
from .people import find_customer
from .session import ask, ask_of_one
from .words import attributes, channels, kinds

# Attributes of the history that identify a person.
PERSONAL = {"name": "name", "phone": "mobile", "email": "email"}
CHAT_CHANNELS = ("online", "wechat", "social")


def identities() -> Identities:
    """Return the merges in force."""
    return load_identities(workspace.home())


def customer_card(number: str, scope: Scope) -> CustomerCard | None:
    """Return who a customer is, None when there is none within the scope; identifiers masked as the scope says."""
    line = find_customer(number, scope)
    if line is None:
        return None
    numbers = identities().all_numbers(number)
    listed = ", ".join(map(literal, numbers))
    own = ask("SELECT * FROM customers WHERE id = $1", [number])
    found = own[0] if own else {}
    history = ask(f"SELECT * FROM customer_history WHERE customer IN ({listed}) ORDER BY valid_from DESC NULLS LAST")
    names = attributes()
    told = {name: _shown(name, found.get(name), scope) for name in SHOWN} | {"tier": line.tier}
    return CustomerCard(
        line=line, numbers=numbers[1:], kind=found.get("kind") or "", since=found.get("since"), known=bool(own),
        phone=told["phone"], email=told["email"], origins=origins_of(number, found, told),
        history=tuple((names.get(row["attribute"], row["attribute"]), _shown(row["attribute"], row["value"], scope),
                       row["valid_from"], row["valid_to"]) for row in history))


def timeline(number: str, scope: Scope, *, only: str = "") -> list[TimelineItem]:
    """Return everything that happened with a customer within the scope, the latest first; ``only`` one kind of it."""
    numbers = identities().all_numbers(number)
    items = [*_cases(number, scope), *_answers(number, scope), *_changes(number, numbers, scope), *_notes(numbers),
             *_from_elsewhere(numbers, scope)]
    return sorted((item for item in items if not only or item.what == only), key=lambda item: item.at, reverse=True)


def customer_notes(number: str) -> list[Note]:
    """Return what people noted of a customer and of the numbers merged into them."""
    numbers = identities().all_numbers(number)
    return list(Note.objects.filter(customer__in=numbers, removed_at=None).select_related("made_by"))


def customer_changes(number: str) -> list[Change]:
    """Return the merges and splits that a customer was part of; they are few, so they are looked through."""
    numbers = set(identities().all_numbers(number))
    recent = Change.objects.select_related("made_by", "undone_by")[:2000]
    return [one for one in recent if numbers & set(one.numbers)]


def _cases(number: str, scope: Scope) -> list[TimelineItem]:
    names, words = attributes(), (channels(), kinds())
    found = ask_of_one(number, f"""
        SELECT f."case", f.opened, f.channel, f.kind, f.topic, f.status, f.tier, f.region, f.agent, f.is_open, f.csat,
               f.merged, coalesce(m.messages, 0) AS messages, a.name AS agent_name,
               h.attributes AS attributes
        FROM {{own}} f LEFT JOIN agents a ON a.id = f.agent
        LEFT JOIN (SELECT "case", count(*) AS messages FROM messages WHERE "case" IN
                   (SELECT "case" FROM {{own}}) GROUP BY "case") m ON m."case" = f."case"
        LEFT JOIN (
            SELECT x."case", list({{'name': y.attribute, 'value': y.value}} ORDER BY y.attribute) AS attributes
            FROM {{own}} x JOIN customer_history y ON y.customer = x.customer
             AND coalesce(y.valid_from <= x.opened, true) AND coalesce(y.valid_to > x.opened, true)
            GROUP BY x."case") h ON h."case" = f."case"
        WHERE {inside(scope)} ORDER BY f.opened DESC LIMIT 1000""")
    named = named_to(scope)
    for row in found:
        if shown(row["agent"], named) == OTHERS:
            row["agent_name"] = others_label()
    return [_case_item(row, names, words, scope) for row in found]


def _case_item(row: dict[str, Any], names: dict[str, str], words: tuple[dict[str, str], dict[str, str]],
               scope: Scope) -> TimelineItem:
    channel, kind = words[0].get(row["channel"], row["channel"] or ""), words[1].get(row["kind"], row["kind"] or "")
    then = {"tier": row["tier"], "region": row["region"]}
    then |= {one["name"]: one["value"] for one in row["attributes"] or [] if not then.get(one["name"])}
    told = tuple((names.get(name, name), _shown(name, value, scope)) for name, value in then.items() if value)
    return TimelineItem(
        at=row["opened"], what=_what(row), title=" · ".join(part for part in (channel, kind, row["topic"]) if part),
        detail=row["status"] or "", case=row["case"], messages=row["messages"], merged=row["merged"],
        who=row["agent_name"] or row["agent"] or "", attributes=told)


def _what(row: dict[str, Any]) -> str:
    if row["kind"] in ("complaint", "callback"):
        return str(row["kind"])
    if row["channel"] == "phone":
        return "call"
    return "chat" if row["channel"] in CHAT_CHANNELS or row["messages"] > 1 else "contact"


def _answers(number: str, scope: Scope) -> list[TimelineItem]:
    loose = "true" if sees_all(scope) else "false"
    found = ask_of_one(number, f"""
        SELECT a.* FROM answers a WHERE a."case" IN
            (SELECT f."case" FROM {{own}} f WHERE {inside(scope)})
        OR (a."case" IS NULL AND a.customer = $1 AND {loose})
        ORDER BY a."at" DESC LIMIT 500""", [number])
    rules = load_rules(workspace.home())
    return [TimelineItem(
        at=row["at"], what="answer", title=row["question"] or row["metric"], case=row["case"] or "",
        detail=_answer_text(row, _said(row["text"], scope, rules)))
        for row in found]


def _said(text: str | None, scope: Scope, rules: Rules) -> str | None:
    """What somebody wrote, as the reader may see it; nothing where texts are closed to them."""
    if "text" in scope.masked:
        return None
    return mask_text(text, rules) if text and scope.masked else text


def _answer_text(row: dict[str, Any], text: str | None) -> str:
    value = "" if row["value"] is None else f"{row['value']:g}"
    return " · ".join(part for part in (value, text) if part)


def _changes(number: str, numbers: tuple[str, ...], scope: Scope) -> list[TimelineItem]:
    listed, names = ", ".join(map(literal, numbers)), attributes()
    found = ask(f"SELECT * FROM customer_history WHERE customer IN ({listed}) AND valid_from IS NOT NULL")
    before: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
    for row in found:
        before.setdefault((row["customer"], row["attribute"]), []).append((row["valid_from"], row["value"]))
    items = []
    for (customer, attribute), values in before.items():
        older = ""
        for at, value in sorted(values):
            value_now = _shown(attribute, value, scope)
            items.append(TimelineItem(
                at=at, what="change", title=names.get(attribute, attribute), came_as=customer if customer != number
                else "", detail=f"{older} → {value_now}" if older else value_now))
            older = value_now
    return items


def _from_elsewhere(numbers: tuple[str, ...], scope: Scope) -> list[TimelineItem]:
    """What rooms above this one know of a customer: each of ``settings.BIHUAN_TIMELINES`` tells its own lines."""
    return [TimelineItem(**told) for dotted in settings.BIHUAN_TIMELINES
            for told in import_string(dotted)(numbers, scope)]


def _notes(numbers: tuple[str, ...]) -> list[TimelineItem]:
    found = Note.objects.filter(customer__in=numbers, removed_at=None).select_related("made_by")
    return [TimelineItem(at=note.made_at, what="note", title=note.get_kind_display(), detail=note.text,
                         who=str(note.made_by), internal=True) for note in found]


def _shown(attribute: str, value: str | None, scope: Scope) -> str:
    """A value as the reader may see it."""
    if value and attribute in PERSONAL and attribute in scope.masked:
        return mask_field(value, PERSONAL[attribute]) or ""
    return value or ""
