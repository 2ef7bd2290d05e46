"""A review is led: its team, goals and cases, the scores that each member gives apart, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require
from bihuan.loop.plan.goals.queries.goals import Goal

from ..contracts import LOW, MOST_CASES, ROLES
from ..models import VIEW, Cycle, CycleCase, CycleGoal, Member, Score
from ..queries.cases import known_cases
from ..queries.cycles import is_provisional
from ..queries.scoring import items_of
from ..rights import require_manage, sees
from .errors import CycleError

HALVES = frozenset(Decimal(half) / 2 for half in range(2, 11))


def _lock(cycle: Cycle) -> Cycle:
    """The review, locked and still open."""
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    if not cycle.is_open:
        raise CycleError(_("复盘已结束，不能再修改。"))
    return cycle


@transaction.atomic
def set_member(*, cycle: Cycle, user: User, role: str, actor: User) -> Member:
    """Take a person into the team, or give them another role. Raises CycleError."""
    require_manage(actor, cycle.units)
    cycle = _lock(cycle)
    if role not in ROLES:
        raise CycleError(_("请选择角色。"), field="role")
    if not user.is_active or not sees(user, cycle.units):
        raise CycleError(_("{name} 的角色看不到这次复盘的全部单位：请先为其分配角色。").format(name=user), field="user")
    if cycle.scoring_closed_at:
        raise CycleError(_("评分已公开，小组不能再变。"))
    member, _made = Member.objects.update_or_create(cycle=cycle, user=user, defaults={"role": role})
    audit.record("plan.cycle_member_set", cycle, actor=actor, member=user.pk, role=audit.plain(role))
    return member


@transaction.atomic
def drop_member(*, cycle: Cycle, member: Member, actor: User) -> None:
    """Take a person out of the team, unless they have handed in scores."""
    require_manage(actor, cycle.units)
    cycle = _lock(cycle)
    member = cycle.members.get(pk=member.pk)
    if member.scored_at:
        raise CycleError(_("这位成员已经交分，不能移出。"))
    audit.record("plan.cycle_member_dropped", cycle, actor=actor, member=member.user_id)
    member.delete()


@transaction.atomic
def link_goal(*, cycle: Cycle, goal: Goal, actor: User) -> None:
    """Let a review follow a goal, or leave it off by the same act; ``goal`` is one the person may see."""
    require_manage(actor, cycle.units)
    cycle = _lock(cycle)
    if not Goal.objects.for_user(actor, unnamed=False).filter(pk=goal.pk).exists():
        raise NotAllowed(f"goal {goal.pk}")
    link, made = CycleGoal.objects.get_or_create(cycle=cycle, goal=goal)
    if not made:
        if Score.objects.filter(member__cycle=cycle, item=f"goal:{goal.pk}").exists():
            raise CycleError(_("已有人为这个目标评分，不能移出。"))
        link.delete()
    audit.record("plan.cycle_goal_linked" if made else "plan.cycle_goal_unlinked", cycle, actor=actor, goal=goal.pk)


@transaction.atomic
def add_case(*, cycle: Cycle, case: str, why: str, actor: User) -> None:
    """Put a case into a review. Raises CycleError when it is in already or cannot be found within one's reach."""
    require_manage(actor, cycle.units)
    cycle = _lock(cycle)
    if case not in known_cases([case], actor):
        raise CycleError(_("找不到工单：{cases}。").format(cases=case), field="case")
    if cycle.cases.filter(case=case).exists() or cycle.cases.count() >= MOST_CASES:
        raise CycleError(_("每个工单只列一次，最多 {n} 个。").format(n=MOST_CASES), field="case")
    CycleCase.objects.create(cycle=cycle, case=case, why=why.strip()[:200])
    audit.record("plan.cycle_case_added", cycle, actor=actor, case=case)


@transaction.atomic
def score_cycle(
    *, cycle: Cycle, marks: Mapping[str, tuple[Decimal | None, str]], done: bool, actor: User,
) -> Member:
    """Keep a member's own scores; with ``done`` they are handed in and stay. Raises CycleError.

    ``marks``: item -> (score or None for none, words). Nobody scores for another.
    """
    require(actor, VIEW)
    cycle = _lock(cycle)
    member = cycle.members.select_for_update(of=("self",)).filter(user=actor).first()
    if member is None or not sees(actor, cycle.units):
        raise NotAllowed(f"cycle {cycle.pk}")
    if member.scored_at or cycle.scoring_closed_at:
        raise CycleError(_("评分已经交出或评分已结束，不能再改。"))
    known = {item.key for item in items_of(cycle)}
    for item, (score, note) in marks.items():
        if item not in known:
            raise CycleError(_("没有这个评分项。"))
        _keep(member, item, score, note.strip())
    if done:
        if member.scores.count() == 0:
            raise CycleError(_("一项都没有评分，不能交出。"))
        _require_over(cycle)
        member.scored_at = timezone.now()
        member.save(update_fields=["scored_at"])
        audit.record("plan.cycle_scored", cycle, actor=actor,
                     scores={one.item: str(one.score) for one in member.scores.all()})
        if not cycle.members.filter(scored_at=None).exists():
            _end_scoring(cycle, actor)
    else:
        audit.record("plan.cycle_scores_kept", cycle, actor=actor, items=len(marks))
    return member


def _require_over(cycle: Cycle) -> None:
    """Numbers of a period that was not over when they were taken still change: nothing final is said of them."""
    if is_provisional(cycle) and cycle.as_of:
        text = _("取数时这一期还没有结束：数据到 {reached}，期间到 {end}，数字为暂定。数据补到之后先“重新取数”。")
        raise CycleError(text.format(reached=workspace.day_of(cycle.as_of), end=cycle.end))


def _keep(member: Member, item: str, score: Decimal | None, note: str) -> None:
    if score is None:
        member.scores.filter(item=item).delete()
        return
    if score not in HALVES:
        raise CycleError(_("评分为 1 至 5 分，可以用半分。"), field=item)
    if score <= LOW and not note:
        raise CycleError(_("{n} 分及以下请写明具体事例。").format(n=LOW), field=item)
    Score.objects.update_or_create(member=member, item=item, defaults={"score": score, "note": note[:500]})


@transaction.atomic
def close_scoring(*, cycle: Cycle, actor: User) -> Cycle:
    """End the scoring: what was handed in is shown to all, what was not is left out. Raises CycleError."""
    require_manage(actor, cycle.units)
    cycle = _lock(cycle)
    if cycle.scoring_closed_at:
        raise CycleError(_("评分已经结束。"))
    _end_scoring(cycle, actor)
    return cycle


def _end_scoring(cycle: Cycle, actor: User) -> None:
    """From now on everybody sees all scores that were handed in, and no more are taken."""
    cycle.scoring_closed_at = timezone.now()
    cycle.save(update_fields=["scoring_closed_at"])
    audit.record("plan.cycle_scoring_closed", cycle, actor=actor,
                 handed_in=cycle.members.filter(scored_at__isnull=False).count(), team=cycle.members.count())


@transaction.atomic
def close_cycle(*, cycle: Cycle, conclusion: str, actor: User) -> Cycle:
    """End a review with its conclusion; from then on nothing of it changes. Raises CycleError."""
    require_manage(actor, cycle.units)
    cycle = _lock(cycle)
    if len(conclusion.strip()) < 10:
        raise CycleError(_("请写明结论：哪些达成、哪些没有、下一期先做什么。"), field="conclusion")
    _require_over(cycle)
    now = timezone.now()
    cycle.state, cycle.conclusion = Cycle.State.CLOSED, conclusion.strip()
    cycle.closed_by, cycle.closed_at = actor, now
    cycle.scoring_closed_at = cycle.scoring_closed_at or now
    cycle.save(update_fields=["state", "conclusion", "closed_by", "closed_at", "scoring_closed_at"])
    audit.record("plan.cycle_closed", cycle, actor=actor, figures=cycle.figures_hash)
    return cycle
