"""Who is told of a measure: each step once, late ones to more and more people."""

from datetime import date, timedelta

from bihuan.core.notifications.models import Notice
from bihuan.loop.improve.measures import services


def test_late_measures_are_told_once_a_step_and_to_more_and_more(running, cast):
    """R23: each step once, in digests; the owner first, then leaders, then those who approve."""
    due = running.due_on
    dated = Notice.objects.filter(event__in=("measure_due", "measure_late"))
    for days, told in ((20, 0), (6, 1), (5, 1)):
        services.watch_measures(on=due - timedelta(days=days))
        assert dated.count() == told
    for days in (1, 3, 7):
        services.watch_measures(on=due + timedelta(days=days))
    told = {notice.key.split(":")[-1]: set(notice.receipts.values_list("user__username", flat=True))
            for notice in dated}
    assert told["before7"] == {"leader"} and told["late0"] == {"leader"}
    assert "manager" in told["late3"] and {"manager", "director"} <= told["late7"]
    assert not any("outsider" in people for people in told.values())


def test_each_step_is_told_to_whom_it_waits_for(running, words, proposal, cast):
    """Who approves, who wrote, who answers for it and who accepts: nobody has to look whether something waits."""
    asked, = services.ask_acceptance(measure=running, units=[("s1", "提供班表")], actor=cast.manager)
    services.accept_measure(acceptance=asked, accepted=False, note="班表没出", actor=cast.outsider)
    made = services.draft_measure(words=words(), actor=cast.director)
    services.propose_yardstick(measure=made, proposal=proposal, actor=cast.director)
    services.propose_measure(measure=made, actor=cast.director)
    services.return_measure(measure=made, reason="先写清范围", actor=cast.manager)
    told = {(notice.object_id, notice.title.split("：")[-2 if "退回" in notice.title else -1]):
            set(notice.receipts.values_list("user__username", flat=True))
            for notice in Notice.objects.filter(event="measure_step")}
    first, second = str(running.pk), str(made.pk)
    assert "manager" in told[first, "待审批"] and "outsider" not in told[first, "待审批"]
    assert told[first, "南一组 验收不通过（班表没出）"] == {"leader"}
    assert told[first, "已批准"] == {"leader"} and "outsider" in told[first, "请贵部门验收"]
    assert told[second, "被退回"] == {"leader", "director"}


def test_a_week_without_a_report_is_told_once(running, cast):
    services.report_progress(measure=running, share=10, text="已开始", actor=cast.leader, on=date(2025, 6, 10))
    assert services.watch_measures(on=date(2025, 6, 17)) == 0
    assert [services.watch_measures(on=date(2025, 6, 24)) for _ in range(2)] == [1, 0]
    assert set(Notice.objects.get(event="measure_step", key__startswith="progress").receipts.values_list(
        "user__username", flat=True)) == {"leader"}
