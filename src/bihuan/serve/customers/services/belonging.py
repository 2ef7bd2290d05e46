"""Whose records are whose: merge, split, match, and take any of it back. The figures follow in the background.

The lake is written last inside the transaction: a failure there takes the product's row back, and links that a crash
left without a row are found by their id, which begins with the act's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pyarrow as pa
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, jobs, workspace
from bihuan.core.models import User
from bihuan.core.rights import Actor
from bihuan.engine.facts import freshness, store
from bihuan.engine.facts.identities import GIVEN, MERGED
from bihuan.engine.facts.lake import literal
from bihuan.engine.indicators.contracts import EVERYTHING

from ..errors import Refused
from ..models import Change
from ..queries.card import identities
from ..queries.cases import cases_of, exists, owners
from ..queries.session import ask
from ..queries.unmatched import proposals
from ..rights import require_whole_reach

SHORTEST_REASON = 4
LONGEST_NUMBER = 120
Progress = Callable[[int, int, str], None]
Links = Sequence[tuple[str, str, str]]     # kind, case or number, the one that stays


@transaction.atomic
def merge_customers(*, number: str, into: str, reason: str, actor: Actor) -> Change:
    """Make ``number`` another number of the customer ``into``; records that arrive later follow it too."""
    require_whole_reach(actor)
    known = identities()
    for one in (number, into):
        if known.customer(one) != one:
            raise Refused("already_merged", number=one, into=known.customer(one))
        if not exists(one):
            raise Refused("unknown_customer", number=one)
    if number == into:
        raise Refused("same_customer", number=number)
    change = _change(Change.Kind.MERGED, [number, into], cases_of(number), reason, actor)
    return _write(change, [(MERGED, number, into)], actor, "serve.customers_merged")


@transaction.atomic
def split_customer(*, customer: str, cases: Sequence[str], to: str, reason: str, actor: Actor) -> Change:
    """Give some of a customer's cases to another one, who may be new."""
    require_whole_reach(actor)
    to = identities().customer(_number(to))
    if to == customer:
        raise Refused("same_customer", number=to)
    chosen = _own_cases(customer, cases)
    change = _change(Change.Kind.SPLIT, [customer, to], len(chosen), reason, actor)
    return _write(change, [(GIVEN, case, to) for case in chosen], actor, "serve.customer_split")


@transaction.atomic
def merge_cases(*, customer: str, cases: Sequence[str], reason: str, actor: Actor) -> Change:
    """Count several cases of a customer as one: all but the first that was opened are merged into that one."""
    require_whole_reach(actor)
    chosen = _own_cases(customer, cases)
    if len(chosen) < 2:
        raise Refused("two_cases")
    listed = ", ".join(map(literal, chosen))
    ordered = [row["case"] for row in ask(
        f'SELECT "case" FROM fact_case WHERE "case" IN ({listed}) ORDER BY opened, "case"')]
    change = _change(Change.Kind.CASES, [customer], len(chosen), reason, actor)
    return _write(change, [("merged", case, ordered[0]) for case in ordered[1:]], actor, "serve.cases_merged")


@transaction.atomic
def match_by_rules(*, reason: str, actor: Actor) -> Change:
    """Give every unmatched case to the one customer that the rules find for it."""
    require_whole_reach(actor)
    found = proposals(EVERYTHING)
    if not found:
        raise Refused("nothing_matched")
    change = _change(Change.Kind.MATCHED, [], len(found), reason, actor)
    return _write(change, [(GIVEN, case, customer) for case, customer in found], actor, "serve.cases_matched")


@transaction.atomic
def undo_change(*, change: Change, reason: str, actor: Actor) -> Change:
    """Take an act back; what was done after it stays."""
    require_whole_reach(actor)
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.undone_at is not None:
        raise Refused("already_undone")
    change.undone_at, change.undone_for = timezone.now(), _reason(reason)
    change.undone_by = actor if isinstance(actor, User) else None
    change.save(update_fields=["undone_at", "undone_by", "undone_for"])
    links = ask(f"SELECT kind, \"case\", other FROM links WHERE starts_with(id, {literal(f'{change.pk}:')})")
    _follow(change, actor)
    audit.record("serve.change_undone", change, actor=actor, reason=change.undone_for)
    _append(change, [(row["kind"], row["case"], row["other"]) for row in links], undone=change.undone_at)
    return change


def recompute(*, progress: Progress) -> int:
    """Bring the facts in step with the links; returns how many cases were touched. Runs in a job, may run again."""
    return freshness.refresh(workspace.home(), progress=progress)


def _write(change: Change, links: Links, actor: Actor, action: str) -> Change:
    _follow(change, actor)
    audit.record_bulk(action, [case for _kind, case, _other in links], change, actor=actor, reason=change.reason,
                      customers=[audit.plain(number) for number in change.numbers])
    _append(change, links)
    return change


def _append(change: Change, links: Links, *, undone: datetime | None = None) -> None:
    rows = {"id": [f"{change.pk}:{case}" for _kind, case, _other in links], "kind": [link[0] for link in links],
            "case": [link[1] for link in links], "other": [link[2] for link in links],
            "at": [change.made_at.astimezone(UTC)] * len(links)}
    moments = pa.array([undone.astimezone(UTC) if undone else None] * len(links), pa.timestamp("us", tz="UTC"))
    actor = change.undone_by if undone else change.made_by
    store.append(workspace.home(), "links", pa.table({**rows, "undone_at": moments}),
                 actor=f"user:{actor.pk}" if actor else "system", source="bihuan")


def _follow(change: Change, actor: Actor) -> None:
    """Queue the figures; the worker finds the job only after the transaction, so after the links."""
    title = _("重算指标：%(what)s") % {"what": change.get_kind_display()}
    jobs.enqueue("customers.recompute", actor=actor, title=title)


def _change(kind: str, numbers: list[str], cases: int, reason: str, actor: Actor) -> Change:
    return Change.objects.create(kind=kind, numbers=numbers, cases=cases, reason=_reason(reason),
                                 made_by=actor if isinstance(actor, User) else None)


def _reason(text: str) -> str:
    if len(text.strip()) < SHORTEST_REASON:
        raise Refused("reason_needed")
    return text.strip()[:300]


def _number(text: str) -> str:
    number = text.strip()
    if not number or len(number) > LONGEST_NUMBER or any(each.isspace() for each in number):
        raise Refused("number_invalid")
    return number


def _own_cases(customer: str, cases: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(cases))
    if not chosen:
        raise Refused("no_cases")
    found = owners(chosen)
    for case in chosen:
        if found.get(case) != customer:
            raise Refused("not_his", case=case)
    return chosen
