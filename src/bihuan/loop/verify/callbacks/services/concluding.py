"""A round is concluded once: what the calls and the records show is computed, kept and never computed again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor
from bihuan.engine.effects.callbacks import CallbackVerdict, Pair, judge_callbacks
from bihuan.engine.effects.courses import CHURN, RECURRENCE, VERSIONS, Beside, compare_courses, courses_of
from bihuan.loop.evaluate.indicators.queries import engine

from ..contracts import Group
from ..errors import Refused
from ..models import OPEN, Round, Target
from ..queries.affected import contacts_since, failed_since, hash_of, midnight, ripening, scope_for
from ..rights import inside, require_run


@transaction.atomic
def conclude_round(*, round_: Round, note: str = "", actor: Actor, now: datetime | None = None) -> Round:
    """Compute what a round shows and close it. With customers still to be called a reason must be given."""
    require_run(actor, round_.unit_code)
    found = Round.objects.select_for_update(of=("self",)).select_related("measure").get(pk=round_.pk)
    if not found.is_open:
        raise Refused("round_closed")
    left = Target.objects.filter(round=found, state__in=OPEN).count()
    if left and not note.strip():
        raise Refused("still_open", count=left)
    found.result = compute(found, actor)
    found.state, found.concluded_at, found.note = Round.State.CONCLUDED, now or timezone.now(), note.strip()
    found.concluded_by = actor if isinstance(actor, User) else None
    found.save(update_fields=["result", "state", "concluded_at", "note", "concluded_by"])
    audit.record("verify.callbacks_concluded", found, actor=actor, hash=audit.plain(found.result["hash"]),
                 verdict=audit.plain(found.result["score"]["verdict"]), left=left)
    return found


def compute(round_: Round, actor: Actor) -> dict[str, Any]:
    """Return the three comparisons in plain values: marks from the calls, recurrence and churn from the records."""
    score = judge_scores(round_)
    told = {"score": asdict(score), **_from_records(round_, actor)}
    return told | {"hash": hash_of(told)}


def judge_scores(round_: Round) -> CallbackVerdict:
    """Return the engine's test of the marks of both groups; marks without an earlier one are left out of it."""
    done = Target.objects.filter(round=round_, state=Target.State.DONE, score__isnull=False,
                                 score_before__isnull=False).select_related("caller")
    sides: dict[str, list[Pair]] = {one: [] for one in Group.values}
    ways, callers = set(), {}
    for one in done:
        assert one.score is not None and one.score_before is not None
        sides[one.group].append(Pair(one.score_before, float(one.score)))
        ways.add(one.way)
        callers[one.caller_id] = one.caller
    outside = all(person is not None and not inside(person, round_.measure) for person in callers.values())
    # A round has one channel and one wording, which nobody can change once it is open; whether everybody was asked
    # with it on the screen, or everybody by forms from elsewhere, is on record. Both ways on both sides are no one way:
    # their shares differ, and the difference of the sides with them.
    return judge_callbacks(sides[Group.AFFECTED], sides[Group.COMPARISON], worthwhile=round_.worthwhile,
                           same_way=len(ways) <= 1, outside_caller=outside)


def _from_records(round_: Round, actor: Actor) -> dict[str, Any]:
    """Recurrence and churn of everybody on the list, called or not, in windows of the frozen length."""
    reached = engine.as_of()
    affected, others = failed_since(round_.rule, scope_for(round_.measure, actor))
    listed = {group: list(Target.objects.filter(round=round_, group=group).order_by("customer").values_list(
        "customer", flat=True)) for group in Group.values}
    assert round_.measure.change_on is not None
    change = midnight(round_.measure.change_on)
    until = (reached or change) - ripening(round_.rule)
    start = datetime.fromisoformat(round_.rule["start"]).date()
    contacts = contacts_since([*listed[Group.AFFECTED], *listed[Group.COMPARISON]], start - timedelta(days=1))
    asked = {"change": change, "until": until, "days": round_.window_days}
    one = courses_of(affected, contacts, listed[Group.AFFECTED], **asked)  # type: ignore[arg-type]
    other = courses_of(others, contacts, listed[Group.COMPARISON], **asked)  # type: ignore[arg-type]
    found: dict[str, Any] = {"as_of": reached.isoformat() if reached else ""}
    for name, touched, rest in zip((RECURRENCE, CHURN), one, other, strict=True):
        told: Beside = compare_courses(touched, rest)
        found[name] = asdict(told) | {"version": VERSIONS[name], "days": round_.window_days}
    return found
