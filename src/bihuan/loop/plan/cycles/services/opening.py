"""Reviews open: by a person, from cases, or by themselves when a period has ended."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import Actor, SystemActor
from bihuan.engine.clock.calendars import load_calendars
from bihuan.engine.indicators.periods import bounds, key_of, keys_between, label
from bihuan.loop.plan.goals.contracts import filters_of
from bihuan.loop.plan.goals.rights import below

from ..contracts import KINDS, MOST_CASES, MOST_INDICATORS, RECURRING, Opening
from ..models import Cycle, CycleCase, CycleGoal, Member, Rhythm
from ..queries.cases import known_cases
from ..rights import require_manage, sees
from .errors import CycleError
from .freezing import Snapshot, take_snapshot

OFFICE = "cn_office"                     # whose working days are counted until a review opens
LONGEST = 366 * 2


def open_cycle(*, opening: Opening, owner: User, actor: User, previous: Cycle | None = None) -> Cycle:
    """Open a review and freeze its numbers. Raises CycleError; NotAllowed for units or cases beyond one's reach."""
    units = below(dict(opening.filters).get("unit", ()))
    require_manage(actor, None if units is None else list(units))
    _check(opening, owner, units)
    cases = known_cases([one for one, _why in opening.cases], actor)
    missing = [one for one, _why in opening.cases if one not in cases]
    if missing:
        raise CycleError(_("找不到工单：{cases}。").format(cases=_("、").join(missing[:5])), field="cases")
    taken = take_snapshot(indicators=opening.indicators, filters=opening.filters, start=opening.start, end=opening.end)
    return _open(opening=opening, owner=owner, actor=actor, taken=taken, units=units, previous=previous, rhythm=None)


@transaction.atomic
def _open(
    *, opening: Opening, owner: User, actor: Actor, taken: Snapshot, units: tuple[str, ...] | None,
    previous: Cycle | None, rhythm: Rhythm | None,
) -> Cycle:
    cycle = Cycle.objects.create(
        kind=opening.kind, title=opening.title, subject=opening.subject, why=opening.why, start=opening.start,
        end=opening.end, rhythm=rhythm, previous=previous, scope_id=opening.scope_id,
        filters={name: list(kept) for name, kept in opening.filters}, units=None if units is None else list(units),
        indicators=list(opening.indicators), figures=taken.figures, figures_hash=taken.digest,
        known_at=taken.known_at, as_of=taken.as_of, owner=owner, opened_by=actor if isinstance(actor, User) else None)
    CycleCase.objects.bulk_create(CycleCase(cycle=cycle, case=case, why=why[:200]) for case, why in opening.cases)
    _carry_over(cycle, previous)
    audit.record("plan.cycle_opened", cycle, actor=actor, kind=audit.plain(cycle.kind), start=cycle.start,
                 end=cycle.end, figures=cycle.figures_hash, cases=len(opening.cases))
    return cycle


def _carry_over(cycle: Cycle, previous: Cycle | None) -> None:
    """The owner leads; team and goals still running come over from the review before."""
    Member.objects.create(cycle=cycle, user=cycle.owner, role="lead")
    if previous is None:
        return
    team = previous.members.select_related("user").exclude(user=cycle.owner).filter(user__is_active=True)
    Member.objects.bulk_create(Member(cycle=cycle, user=one.user, role=one.role if one.role != "lead" else "other")
                               for one in team if sees(one.user, cycle.units))
    CycleGoal.objects.bulk_create(CycleGoal(cycle=cycle, goal_id=one.goal_id)
                                  for one in previous.goals.filter(goal__state="active"))


def _check(opening: Opening, owner: User, units: tuple[str, ...] | None) -> None:
    if opening.kind not in KINDS:
        raise CycleError(_("请选择复盘类型。"), field="kind")
    if not opening.title.strip():
        raise CycleError(_("请写标题。"), field="title")
    if opening.end < opening.start or (opening.end - opening.start).days > LONGEST:
        raise CycleError(_("结束日期应在开始日期之后，且不超过两年。"), field="end")
    if not 0 < len(opening.indicators) <= MOST_INDICATORS:
        raise CycleError(_("请选择 1 至 {n} 个关键指标。").format(n=MOST_INDICATORS), field="indicators")
    if opening.kind in ("complaint", "theme") and not opening.cases:
        raise CycleError(_("由投诉或高频问题开启的复盘，请列出背后的工单。"), field="cases")
    if len({case for case, _why in opening.cases}) != len(opening.cases) or len(opening.cases) > MOST_CASES:
        raise CycleError(_("每个工单只列一次，最多 {n} 个。").format(n=MOST_CASES), field="cases")
    if not owner.is_active or not sees(owner, None if units is None else list(units)):
        raise CycleError(_("负责人看不到这一范围的全部单位：请另选一位，或先为其分配角色。"), field="owner")


def open_due_cycles(*, today: date | None = None) -> int:
    """Open the reviews of every period that has ended and waited long enough, the oldest first; returns how many.

    Run again it opens nothing twice; periods missed while nothing ran are made up for, each by its own review.
    """
    today, opened = today or timezone.now().astimezone(workspace.zone()).date(), 0
    for rhythm in Rhythm.objects.filter(stopped_at=None).select_related("owner", "scope").order_by("pk"):
        have = set(rhythm.cycles.values_list("start", flat=True))
        for key in keys_between(rhythm.kind, rhythm.first, today):
            start, end = bounds(rhythm.kind, key)
            if start >= rhythm.first and start not in have and end < today and opens_on(end, rhythm.wait_days) <= today:
                opened += _open_of(rhythm, start, end)
    return opened


def opens_on(end: date, wait_days: int) -> date:
    """Return the working day on which the review of a period opens: the ``wait_days``-th after its last day."""
    calendar = load_calendars(workspace.home())[OFFICE]
    day, left = end + timedelta(days=1), wait_days
    while left > 0:
        left -= bool(calendar.plan(day).periods)
        if left > 0:
            day += timedelta(days=1)
    return day


def _open_of(rhythm: Rhythm, start: date, end: date) -> int:
    version = rhythm.scope.versions.first() if rhythm.scope else None
    filters = version.kept if version else filters_of({})
    opening = Opening(
        kind=rhythm.kind, title=f"{rhythm.title} {label(rhythm.kind, key_of(rhythm.kind, start))}", start=start,
        end=end, filters=filters, scope_id=version.pk if version else None, indicators=tuple(rhythm.indicators))
    taken = take_snapshot(indicators=opening.indicators, filters=filters, start=start, end=end)
    previous = rhythm.cycles.filter(start__lt=start, following=None).order_by("-start").first()
    try:
        cycle = _open(opening=opening, owner=rhythm.owner, actor=SystemActor("schedule"), taken=taken,
                      units=below(dict(filters).get("unit", ())), previous=previous, rhythm=rhythm)
    except IntegrityError:
        return 0            # another worker was faster
    notify("cycle_opened", title=lambda: _("复盘已开启：{title}").format(title=cycle.title),
           to=[one.user for one in cycle.members.select_related("user")],
           about=About("cycle", str(cycle.pk), f"/plan/cycles/{cycle.pk}/"))
    return 1


@transaction.atomic
def save_rhythm(
    *, rhythm: Rhythm, kind: str, title: str, scope: object | None, indicators: list[str], first: date,
    wait_days: int, owner: User, actor: User,
) -> Rhythm:
    """Set a review that comes round, or change one: reviews already open stay as they are. Raises CycleError."""
    units = getattr(scope, "units", None)
    require_manage(actor, units)
    if rhythm.pk:
        require_manage(actor, rhythm.units)
    if kind not in RECURRING:
        raise CycleError(_("请选择月度、季度或年度。"), field="kind")
    if Rhythm.objects.exclude(pk=rhythm.pk).filter(title=title).exists():
        raise CycleError(_("已有同名的定期复盘。"), field="title")
    if not 0 < len(indicators) <= MOST_INDICATORS:
        raise CycleError(_("请选择 1 至 {n} 个关键指标。").format(n=MOST_INDICATORS), field="indicators")
    if not sees(owner, units):
        raise CycleError(_("负责人看不到这一范围的全部单位：请另选一位，或先为其分配角色。"), field="owner")
    rhythm.kind, rhythm.title, rhythm.scope, rhythm.units = kind, title, scope, units  # type: ignore[assignment]
    rhythm.indicators, rhythm.wait_days, rhythm.owner = list(indicators), wait_days, owner
    rhythm.first = bounds(kind, key_of(kind, first))[0]
    rhythm.save()
    audit.record("plan.rhythm_saved", rhythm, actor=actor, kind=audit.plain(kind), first=rhythm.first)
    return rhythm


@transaction.atomic
def stop_rhythm(*, rhythm: Rhythm, actor: User) -> Rhythm:
    """Let no further review open by itself; a stopped one goes on by the same act."""
    require_manage(actor, rhythm.units)
    rhythm = Rhythm.objects.select_for_update(of=("self",)).get(pk=rhythm.pk)
    rhythm.stopped_at = None if rhythm.stopped_at else timezone.now()
    rhythm.save(update_fields=["stopped_at"])
    audit.record("plan.rhythm_stopped" if rhythm.stopped_at else "plan.rhythm_resumed", rhythm, actor=actor)
    return rhythm
