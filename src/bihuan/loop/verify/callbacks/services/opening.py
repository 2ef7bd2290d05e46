"""A round is opened: its list follows from the rule, is drawn where it is long, and is frozen with its hash."""

from __future__ import annotations

import random
import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.services import uses
from bihuan.core.rights import Actor
from bihuan.engine.clock.calendars import load_calendars
from bihuan.engine.clock.elapsed import add_business
from bihuan.engine.facts.privacy.blocking import blocked_customers
from bihuan.loop.collect.answering.queries.contacts import contacts_of
from bihuan.loop.collect.samples.services import who_may_not
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.serve.customers.queries.rules import types

from ..contracts import (
    CHANNEL,
    CLOSING,
    DAYS_OTHERS,
    DAYS_VIP,
    MOST_CALLS,
    OPENING,
    QUESTION,
    WINDOW_DAYS,
    WORTHWHILE,
    Derived,
    Group,
    Listed,
)
from ..errors import Refused
from ..models import Round, Target
from ..queries.affected import WEEKS, derive, found_by, hash_of, list_hash, scope_for
from ..rights import require_run

CALENDAR, DAY_SECONDS = "cn_office", 8 * 3600


@dataclass(frozen=True)
class Plan:
    """How a round is to be carried out; the words are those that both groups hear."""

    most: int = MOST_CALLS
    weeks: int = WEEKS
    window_days: int = WINDOW_DAYS
    worthwhile: float = WORTHWHILE
    opening: str = ""
    question: str = ""
    closing: str = ""
    seed: str = ""


@dataclass(frozen=True)
class Preview:
    """What a round would hold: the rule, the list with why some are not called, and the numbers."""

    derived: Derived
    listed: list[Listed]
    counts: dict[str, dict[str, int]]
    seed: str


def preview_round(*, measure: Measure, plan: Plan, actor: Actor, now: datetime | None = None) -> Preview:
    """Return what a round would hold now; writes nothing."""
    require_run(actor, measure.unit_code)
    derived = derive(measure, weeks=plan.weeks)
    seed = plan.seed or secrets.token_hex(8)
    listed = _drawn(_barred(found_by(derived, scope_for(measure, actor)), now or timezone.now()), plan.most, seed)
    if not any(one.group == Group.AFFECTED for one in listed):
        raise Refused("nobody")
    return Preview(derived, listed, counts_of(listed), seed)


@uses("customers", "survey")
@transaction.atomic
def open_round(*, measure: Measure, plan: Plan, actor: Actor, now: datetime | None = None) -> Round:
    """Open a round of call-backs for a measure: list, rule and words are frozen with their hashes."""
    require_run(actor, measure.unit_code)
    measure = Measure.objects.select_for_update(of=("self",)).select_related("finding").get(pk=measure.pk)
    present = Round.objects.filter(measure=measure, state=Round.State.OPEN).first()
    if present is not None:
        raise Refused("round_open", number=present.number)
    moment = now or timezone.now()
    told = preview_round(measure=measure, plan=plan, actor=actor, now=moment)
    words = {"opening": plan.opening or str(OPENING), "question": plan.question or str(QUESTION),
             "closing": plan.closing or str(CLOSING)}
    rule_hash = hash_of(told.derived.terms)
    made = Round.objects.create(
        measure=measure, unit_code=measure.unit_code, rule=told.derived.terms, rule_hash=rule_hash,
        list_hash=list_hash(rule_hash, told.listed), found=told.counts, seed=told.seed, most=plan.most,
        channel=CHANNEL, window_days=plan.window_days, worthwhile=plan.worthwhile, as_of=engine.as_of(),
        opened_by=actor if isinstance(actor, User) else None, opened_at=moment, **words)
    Target.objects.bulk_create(_targets(made, told.listed, moment), batch_size=500)
    audit.record("verify.callbacks_opened", made, actor=actor, rule=audit.plain(rule_hash),
                 list=audit.plain(made.list_hash), seed=audit.plain(made.seed),
                 called=sum(not one.why for one in told.listed))
    return made


def same_list(*, round_: Round, actor: Actor) -> bool:
    """Derive the list again from the frozen rule and say whether it is the same: data brought later change it."""
    require_run(actor, round_.unit_code)
    derived = replace(derive(round_.measure), terms=round_.rule)
    derived = replace(derived, start=datetime.fromisoformat(round_.rule["start"]).date())
    again = found_by(derived, scope_for(round_.measure, actor))
    return list_hash(round_.rule_hash, again) == round_.list_hash


def counts_of(listed: list[Listed]) -> dict[str, dict[str, int]]:
    """Return {group: {"found": how many, "called": how many, reason: how many are not}}."""
    found: dict[str, dict[str, int]] = {}
    for group in Group.values:
        own = [one for one in listed if one.group == group]
        found[group] = {"found": len(own), "called": sum(not one.why for one in own)} | dict(
            sorted(Counter(one.why for one in own if one.why).items()))
    return found


def _barred(listed: list[Listed], moment: datetime) -> list[Listed]:
    """The list with why some cannot be called: refused, asked of late, stopped, without a number, without a mark."""
    numbers = [one.customer for one in listed]
    blocked, reached = blocked_customers(workspace.home()), contacts_of(numbers)
    silent = who_may_not(wave=None, people=[(one, CHANNEL) for one in numbers], at=moment)

    def why(one: Listed) -> str:
        if one.customer in blocked:
            return "blocked"
        if one.customer in silent:
            return silent[one.customer].code
        if one.customer not in reached:
            return "deleted"
        if not reached[one.customer].get("phone"):
            return "no_address"
        return "no_score" if one.group == Group.COMPARISON and one.score is None else ""

    return [replace(one, why=why(one)) for one in listed]


def _drawn(listed: list[Listed], most: int, seed: str) -> list[Listed]:
    """Draw at most so many of each side: those with a mark first; of the others as many a mark as were hit with it."""
    dice = random.Random(seed)
    able = [one for one in listed if not one.why]
    hit = [one for one in able if one.group == Group.AFFECTED]
    marked, unmarked = [one for one in hit if one.score is not None], [one for one in hit if one.score is None]
    chosen = _some(dice, marked, most)
    chosen += _some(dice, unmarked, most - len(chosen))
    wanted = Counter(one.score for one in chosen if one.score is not None)
    by_mark = defaultdict(list)
    for one in able:
        if one.group == Group.COMPARISON:
            by_mark[one.score].append(one)
    for mark in sorted(wanted):
        chosen += _some(dice, by_mark[mark], wanted[mark])
    names = {one.customer for one in chosen}

    def why(one: Listed) -> str:
        if one.why or one.customer in names:
            return one.why
        return "no_match" if one.group == Group.COMPARISON and one.score not in wanted else "not_drawn"

    return [replace(one, why=why(one)) for one in listed]


def _some(dice: random.Random, people: list[Listed], most: int) -> list[Listed]:
    return people if len(people) <= most else dice.sample(people, max(most, 0))


def _targets(made: Round, listed: list[Listed], moment: datetime) -> list[Target]:
    """Rows of the list; those to be called in a random order within their tier, so that no side comes first."""
    calendar, vip = load_calendars(workspace.home())[CALENDAR], set(types().vip_tiers)
    due = {high: add_business(calendar, moment, days * DAY_SECONDS)
           for high, days in ((True, DAYS_VIP), (False, DAYS_OTHERS))}
    mixed = list(listed)
    random.Random(made.seed).shuffle(mixed)
    found = []
    for one in mixed:
        high = one.tier in vip
        found.append(Target(
            round=made, customer=one.customer, group=one.group, tier=one.tier, score_before=one.score, rows=one.rows,
            first_at=one.first_at, why=one.why, priority=1 if high else 2,
            state=Target.State.LISTED if one.why else Target.State.WAITING,
            due_at=None if one.why else due[high], next_at=None if one.why else moment))
    return found
