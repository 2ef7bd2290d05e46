"""Asking after a contact: each closed case is decided once by each rule, and each decision says why."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import can, require, scope_of
from bihuan.engine.facts import store
from bihuan.engine.home import Home

from ..errors import Refused
from ..models import Decision, Dispatch, Invitation, Rule
from ..rights import SEND
from ..waves import wave_of
from .listing import invitation_for

NAMESPACE = uuid.UUID("6f1c4a0e-6b52-4d7d-9f0e-2f5d6f0b8a11")
MOST = 5_000        # decisions of one transaction
# A case that names no unit belongs to the one its agent was in when it ended.
CLOSED = """
    WITH finished AS (
        SELECT "case", customer, channel, topic, kind, unit, agent, coalesce(closed_at, resolved_at, ended_at) AS ended
        FROM fact_case
        WHERE coalesce(closed_at, resolved_at, ended_at) BETWEEN ? AND ? AND merged IS NOT TRUE
          AND "case" NOT IN (SELECT "case" FROM decided)
        ORDER BY ended, "case" LIMIT ?)
    SELECT o."case", any_value(o.customer), any_value(o.channel), any_value(o.topic), any_value(o.kind),
           coalesce(any_value(o.unit), arg_max(m.unit, coalesce(m.valid_from, '-infinity'))), any_value(o.agent),
           epoch_us(any_value(o.ended)) AS closed
    FROM finished o LEFT JOIN memberships m ON m.agent = o.agent AND coalesce(m.valid_from, '-infinity') <= o.ended
         AND coalesce(m.valid_to, 'infinity') > o.ended
    GROUP BY o."case"
    ORDER BY closed, 1"""


@dataclass(frozen=True)
class Closed:
    """One closed case, as the facts have it."""

    case: str
    customer: str | None
    channel: str | None
    topic: str | None
    kind: str | None
    unit: str | None
    agent: str | None
    closed: datetime


@transaction.atomic
def save_rule(*, wave: int, rule: Rule | None, name: str, actor: User, **told: Any) -> Rule:
    """Add a rule or change it; what was decided before stays as it is."""
    found = wave_of(wave)
    require(actor, SEND, found)
    if not 0 < told.get("share", 1.0) <= 1:
        raise Refused("share_invalid")
    if found.mode == "anonymous":
        raise Refused("anonymous_personal")
    told["units"] = units_within(told.get("units") or [], actor)
    line = Rule.objects.select_for_update().get(pk=rule.pk) if rule else Rule(wave_id=wave, made_by=actor)
    line.name = name
    for column, value in told.items():
        setattr(line, column, value)
    line.save()
    Dispatch.objects.get_or_create(wave_id=wave)
    audit.record("collect.trigger_saved", line, actor=actor, name=name)
    return line


def units_within(units: Sequence[str], actor: User) -> list[str]:
    """Return the units a rule may ask about: those named, all of the person's where none is; foreign ones are refused.

    An empty list asks about the whole company, which only people may who see it.
    """
    scope = scope_of(actor, SEND)
    if scope.units is None:
        return list(units)
    if foreign := [one for one in units if one not in scope.units]:
        raise Refused("units_beyond", units=_("、").join(foreign))
    return list(units) or list(scope.units)


def units_of(rule: Rule) -> list[str]:
    """Return the units a rule asks about; one kept before rules had a reach goes no further than its maker's today."""
    maker = rule.made_by
    if rule.units or maker is None or not can(maker, SEND):
        return rule.units
    return units_within([], maker)


@transaction.atomic
def switch_rule(*, rule: Rule, active: bool, actor: User) -> None:
    """Switch a rule off, or on again from now: what was closed in between is not asked about."""
    require(actor, SEND, wave_of(rule.wave_id))
    told: dict[str, Any] = {"is_active": active, **({"since": timezone.now()} if active and not rule.is_active else {})}
    Rule.objects.filter(pk=rule.pk).update(**told)
    audit.record("collect.trigger_switched", rule, actor=actor, active=active)


def decide_all(*, cancelled: Callable[[], bool] = lambda: False, now: datetime | None = None) -> dict[str, int]:
    """Decide about every case that was closed since a rule began; returns {"asked", "not_asked"}. Repeating it adds
    nothing."""
    moment, home, done = now or timezone.now(), workspace.home(), {"asked": 0, "not_asked": 0}
    for rule in Rule.objects.filter(is_active=True).order_by("pk"):
        while not cancelled():
            cases = closed_cases(home, rule, moment)
            for decision in decide(rule, cases, moment):
                done["asked" if decision.asked else "not_asked"] += 1
            if len(cases) < MOST:
                break
    return done


def closed_cases(home: Home, rule: Rule, now: datetime) -> list[Closed]:
    """Return the cases that a rule has not decided about and whose waiting time is over, the oldest first."""
    until = now - timedelta(minutes=rule.delay_minutes)
    decided = list(rule.decisions.filter(closed_at__gte=rule.since).values_list("case", flat=True))
    with store.connect(home) as con:
        con.register("decided", pa.table({"case": pa.array(decided, pa.string())}))
        rows = con.execute(CLOSED, [rule.since, until, MOST]).fetchall()
    return [Closed(*row[:-1], datetime.fromtimestamp(row[-1] / 1e6, UTC)) for row in rows]


@transaction.atomic
def decide(rule: Rule, cases: Sequence[Closed], now: datetime) -> list[Decision]:
    """Decide about cases and keep invitations and reasons together; a case already decided is left as it is."""
    rule = Rule.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=rule.pk)
    rule.units = units_of(rule)
    known = set(rule.decisions.filter(case__in=[one.case for one in cases]).values_list("case", flat=True))
    fresh = [one for one in cases if one.case not in known]
    wave, last = wave_of(rule.wave_id), asked_last([one.customer for one in fresh if one.customer])
    dispatch = Dispatch.objects.filter(wave_id=rule.wave_id).first()
    decisions, invitations = [], []
    for case in fresh:
        reason = reason_against(rule, wave.state, case, last, now)
        invitation = None
        if not reason:
            assert case.customer is not None
            invitation = invitation_for(
                wave, case.customer, case=case.case, agent=case.agent or "", rule=rule, due_at=now,
                id=number(rule, case), channel=(dispatch.channel if dispatch else "") or "email")
            invitations.append(invitation)
            last[case.customer] = now
        decisions.append(Decision(rule=rule, case=case.case, customer=case.customer or "", closed_at=case.closed,
                                  asked=not reason, reason=reason, at=now, invitation=invitation))
    Invitation.objects.bulk_create(invitations, ignore_conflicts=True, batch_size=500)
    Decision.objects.bulk_create(decisions, ignore_conflicts=True, batch_size=500)
    return decisions


def reason_against(rule: Rule, state: str, case: Closed, last: Mapping[str, datetime], now: datetime) -> str:
    """Return why a case is not asked about, empty when it is."""
    if state == "closed":
        return "closed"
    if not matches(rule, case):
        return "not_matching"
    if not case.customer:
        return "no_customer"
    if now - case.closed > timedelta(hours=rule.latest_hours):
        return "expired"
    before = last.get(case.customer)
    if before is not None and now - before < timedelta(days=rule.throttle_days):
        return "throttled"
    return "" if drawn(rule, case.case) else "not_drawn"


def matches(rule: Rule, case: Closed) -> bool:
    """Return whether a case is one that the rule asks about; an empty list admits every value."""
    return all(not wanted or found in wanted for wanted, found in (
        (rule.channels, case.channel), (rule.topics, case.topic), (rule.kinds, case.kind), (rule.units, case.unit)))


def drawn(rule: Rule, case: str) -> bool:
    """Return whether a case falls into the share that is asked; the same for ever, so that the draw can be repeated."""
    told = hashlib.sha256(f"{rule.pk}.{case}".encode()).digest()
    return int.from_bytes(told[:7], "big") / 2**56 < rule.share


def asked_last(customers: Sequence[str]) -> dict[str, datetime]:
    """Return when each customer was last written to, or is about to be, over whatever wave."""
    found: dict[str, datetime] = {}
    for start in range(0, len(customers), 500):
        lines = Invitation.objects.filter(customer__in=customers[start:start + 500]).exclude(
            state=Invitation.State.NOT_SENT).values_list("customer", "sent_at", "made_at")
        for customer, sent, made in lines:
            at = sent or made
            found[customer] = max(found.get(customer, at), at)
    return found


def number(rule: Rule, case: Closed) -> uuid.UUID:
    """Return the id of the invitation to a case: the same however often it is decided."""
    return uuid.uuid5(NAMESPACE, f"{rule.pk}.{case.case}")


