"""A review freezes its period and numbers, opens by itself once a period, and goes on where the last one ended."""

from datetime import UTC, date, datetime

import pytest

from bihuan.core.models import AuditEntry
from bihuan.core.notifications.models import Notice
from bihuan.core.rights import NotAllowed
from bihuan.loop.plan.goals.services import create_scope

from .. import services
from ..contracts import Opening
from ..models import Cycle, Rhythm
from ..queries.cycles import is_provisional
from ..queries.scoring import figures_of
from .conftest import Q1, Q2, add, rows_of


def rhythm_of(actor, **changes):
    told = {"kind": "quarter", "title": "服务质量复盘", "scope": None, "indicators": ["csat_mean"],
            "first": date(2026, 1, 9),
            "wait_days": 3, "owner": actor} | changes
    return services.save_rhythm(rhythm=Rhythm(), actor=actor, **told)


def mean(cycle):
    return next(one for one in figures_of(cycle) if one.indicator == "csat_mean")


def test_numbers_of_a_review_stay_when_late_data_come(opened, quarters):
    cycle = opened()
    assert (mean(cycle).value, mean(cycle).n) == (3.0, 40)
    assert cycle.figures[0]["definition_hash"] and cycle.units == ["n1", "n2", "north"]
    add(quarters, rows_of(3, "n1", [5] * 40))
    kept = Cycle.objects.get()
    assert (mean(kept).value, kept.figures_hash) == (3.0, cycle.figures_hash)
    again = services.take_snapshot(indicators=cycle.indicators, filters=cycle.kept, start=cycle.start, end=cycle.end,
                                   known_at=cycle.known_at)
    assert again.digest == cycle.figures_hash           # the data as known then give the frozen numbers again
    now = services.take_snapshot(indicators=cycle.indicators, filters=cycle.kept, start=cycle.start, end=cycle.end)
    assert now.figures[0]["value"] == 4.0


def test_a_review_is_frozen_anew_only_before_scores_and_with_a_reason(opened, quarters, cast):
    cycle = opened()
    add(quarters, rows_of(3, "n1", [5] * 40))
    with pytest.raises(services.CycleError, match="写明原因"):
        services.freeze_again(cycle=cycle, reason=" ", actor=cast.manager)
    assert mean(services.freeze_again(cycle=cycle, reason="三月答卷补到", actor=cast.manager)).value == 4.0
    services.score_cycle(cycle=cycle, marks={"indicator:csat_mean": (4, "")}, done=True, actor=cast.manager)
    with pytest.raises(services.CycleError, match="已有成员"):
        services.freeze_again(cycle=cycle, reason="再取一次", actor=cast.manager)


def test_a_review_opens_on_the_third_working_day_after_its_period(cast):
    """1 to 3 January 2026 are the New Year holiday by the State Council's notice of 2025, the 4th is a make-up day."""
    assert services.opens_on(date(2025, 12, 31), 3) == date(2026, 1, 6)
    assert services.opens_on(date(2025, 12, 31), 1) == date(2026, 1, 4)
    assert services.opens_on(date(2026, 4, 30), 0) == date(2026, 5, 1)


def test_periods_that_were_missed_open_once_each_and_are_linked(cast):
    rhythm = rhythm_of(cast.director)
    assert rhythm.first == Q1[0]
    assert services.open_due_cycles(today=date(2026, 4, 1)) == 0            # the quarter is over, its wait is not
    assert services.open_due_cycles(today=date(2026, 7, 20)) == 2
    assert services.open_due_cycles(today=date(2026, 7, 20)) == 0
    first, second = Cycle.objects.order_by("start")
    assert [(one.title, one.start, one.end) for one in (first, second)] == [
        ("服务质量复盘 2026-Q1", *Q1), ("服务质量复盘 2026-Q2", *Q2)]
    assert (first.previous, second.previous, first.opened_by) == (None, first, None)
    assert Notice.objects.filter(event="cycle_opened").count() == 2
    services.stop_rhythm(rhythm=rhythm, actor=cast.director)
    assert services.open_due_cycles(today=date(2026, 12, 1)) == 0


def test_team_and_running_goals_come_over_from_the_last_review(cast):
    rhythm_of(cast.director)
    services.open_due_cycles(today=date(2026, 4, 20))
    services.set_member(cycle=Cycle.objects.get(), user=cast.director, role="lead", actor=cast.director)
    with pytest.raises(services.CycleError, match="看不到"):
        services.set_member(cycle=Cycle.objects.get(), user=cast.leader, role="quality", actor=cast.director)
    services.open_due_cycles(today=date(2026, 7, 20))
    assert [(one.user.username, one.role) for one in Cycle.objects.order_by("-start")[0].members.all()] == [
        ("director", "lead")]


def test_a_rhythm_keeps_the_newest_version_of_its_scope(cast):
    scope = create_scope(name="北一组", values={"unit": ["n1"]}, period_kind="quarter", actor=cast.manager)
    rhythm_of(cast.manager, scope=scope, title="北一组复盘")
    services.open_due_cycles(today=date(2026, 4, 20))
    cycle = Cycle.objects.get()
    assert (cycle.filters, cycle.units, cycle.scope.number) == ({"unit": ["n1"]}, ["n1"], 1)


def test_a_review_of_a_complaint_pulls_in_its_cases_and_only_those_within_reach(opened, cast):
    cycle = opened(kind="complaint", subject="退款投诉", cases=[("desk:n1-2-0", "升级"), ("desk:n1-2-5", "")])
    assert [one.case for one in cycle.cases.all()] == ["desk:n1-2-0", "desk:n1-2-5"]
    with pytest.raises(services.CycleError, match="desk:s1-2-0"):
        opened(kind="complaint", cases=[("desk:s1-2-0", "")])
    with pytest.raises(services.CycleError, match="背后的工单"):
        opened(kind="theme")
    services.add_case(cycle=cycle, case="desk:n1-2-10", why="同类", actor=cast.manager)
    with pytest.raises(services.CycleError, match="只列一次"):
        services.add_case(cycle=cycle, case="desk:n1-2-10", why="", actor=cast.manager)


def test_nobody_opens_a_review_beyond_their_reach(opened, cast):
    with pytest.raises(NotAllowed):
        opened(filters=())
    with pytest.raises(NotAllowed):
        opened(filters=(("unit", ("s1",)),))
    with pytest.raises(NotAllowed):
        opened(actor=cast.leader)
    with pytest.raises(services.CycleError, match="负责人"):
        opened(owner=cast.outsider)


def test_what_lacks_sense_is_refused(opened):
    for changes in ({"kind": "x"}, {"title": " "}, {"end": date(2025, 1, 1)}, {"indicators": ()},
                    {"end": date(2029, 1, 1)}):
        with pytest.raises(services.CycleError):
            opened(**changes)


def test_numbers_of_a_period_that_is_not_over_are_neither_handed_in_nor_filed(opened, quarters, cast):
    """The data end in May: a review of the second quarter waits until they reach beyond its last day."""
    cycle = opened(start=Q2[0], end=Q2[1])
    assert is_provisional(cycle)
    for act in (lambda: services.score_cycle(cycle=cycle, marks={"indicator:csat_mean": (4, "")}, done=True,
                                             actor=cast.manager),
                lambda: services.close_cycle(cycle=cycle, conclusion="满意度上升，下一期看七月。", actor=cast.manager)):
        with pytest.raises(services.CycleError, match="还没有结束"):
            act()
    add(quarters, rows_of(7, "n1", [4]))
    cycle = services.freeze_again(cycle=cycle, reason="七月已到", actor=cast.manager)
    assert not services.close_cycle(cycle=cycle, conclusion="满意度上升，下一期看七月。", actor=cast.manager).is_open


def test_every_act_leaves_a_line(opened, cast):
    cycle = opened()
    services.set_member(cycle=cycle, user=cast.director, role="quality", actor=cast.manager)
    services.close_cycle(cycle=cycle, conclusion="满意度未变，下一期先查晚间排队。", actor=cast.manager)
    assert list(AuditEntry.objects.filter(action__startswith="plan.cycle").order_by("seq").values_list(
        "action", flat=True)) == ["plan.cycle_opened", "plan.cycle_member_set", "plan.cycle_closed"]


def test_a_closed_review_changes_no_more(opened, cast):
    cycle = opened()
    with pytest.raises(services.CycleError, match="写明结论"):
        services.close_cycle(cycle=cycle, conclusion="好", actor=cast.manager)
    cycle = services.close_cycle(cycle=cycle, conclusion="满意度未变，下一期先查晚间排队。", actor=cast.manager)
    assert cycle.closed_at <= datetime.now(UTC)
    for act in (lambda: services.freeze_again(cycle=cycle, reason="再取", actor=cast.manager),
                lambda: services.set_member(cycle=cycle, user=cast.director, role="data", actor=cast.manager),
                lambda: services.close_cycle(cycle=cycle, conclusion="再来一次结论也不行。", actor=cast.manager)):
        with pytest.raises(services.CycleError, match="已结束"):
            act()


def test_an_indicator_that_cannot_answer_for_the_scope_is_left_out(cast):
    """States of agents have no topic: how busy they were cannot be told of one."""
    told = Opening("project", "退款", *Q1, filters=(("topic", ("退款",)),), indicators=("csat_mean", "occupancy"))
    cycle = services.open_cycle(opening=told, owner=cast.director, actor=cast.director)
    assert [one.indicator for one in figures_of(cycle)] == ["csat_mean"]
