"""Scheduled work comes round once a turn, whoever looks at the clock, and never overlaps itself."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from bihuan.core.jobs import enqueue, queue, run_pending, schedule
from bihuan.core.jobs.schedule import Turn
from bihuan.core.jobs.worker import Stop, work
from bihuan.core.models import AuditEntry, Job, Schedule
from bihuan.core.tests.cast import SYSTEM

LISTED = {"count_up": Turn("0 9 * * *", "数数")}
QUICK_ONES = frozenset({"count_up"})
NOW = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)      # 08:30 in Shanghai


@pytest.fixture(autouse=True)
def listed(settings, workspace_home):
    settings.BIHUAN_JOBS = "bihuan.core.tests.job_functions.KINDS"
    settings.BIHUAN_SCHEDULE = f"{__name__}.LISTED"
    settings.BIHUAN_QUICK_JOBS = f"{__name__}.QUICK_ONES"


@pytest.mark.django_db
class TestTurns:
    def test_cron_lines_are_in_the_zone_of_the_workspace(self):
        schedule.prepare(now=NOW)
        assert Schedule.objects.get().next_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def test_a_turn_comes_when_it_is_due_and_not_before(self):
        schedule.prepare(now=NOW)
        assert schedule.tick(now=NOW) == 0
        assert schedule.tick(now=NOW + timedelta(minutes=30)) == 1
        assert run_pending() == 1
        job = Job.objects.get()
        assert (job.state, job.title) == ("done", "数数")

    def test_missed_turns_are_made_up_for_once(self):
        schedule.prepare(now=NOW)
        assert schedule.tick(now=NOW + timedelta(days=5)) == 1
        assert schedule.tick(now=NOW + timedelta(days=5)) == 0

    def test_a_turn_does_not_overlap_the_last_one(self):
        schedule.prepare(now=NOW)
        schedule.tick(now=NOW + timedelta(days=1))
        queue.claim("slow")
        assert schedule.tick(now=NOW + timedelta(days=2)) == 0
        assert Job.objects.get().state == "running"

    def test_turns_use_one_row_and_write_no_audit_lines(self):
        schedule.prepare(now=NOW)
        for day in (1, 2, 3):
            schedule.tick(now=NOW + timedelta(days=day))
            run_pending()
        assert Job.objects.count() == 1
        assert not AuditEntry.objects.filter(action="core.job_queued").exists()

    def test_a_changed_line_is_taken_over_and_a_dropped_one_forgotten(self, settings, monkeypatch):
        schedule.prepare(now=NOW)
        monkeypatch.setitem(LISTED, "count_up", Turn("0 10 * * *"))
        schedule.prepare(now=NOW)
        assert Schedule.objects.get().next_at == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
        monkeypatch.delitem(LISTED, "count_up")
        schedule.prepare(now=NOW)
        assert not Schedule.objects.exists()

    def test_a_turn_can_be_hastened(self):
        schedule.prepare()
        schedule.hasten("count_up")
        assert schedule.tick() == 1

    def test_quick_kinds_are_claimed_apart(self):
        enqueue("fail", actor=SYSTEM)
        quick = enqueue("count_up", actor=SYSTEM)
        assert queue.claim("beside", only=queue.quick_kinds()).pk == quick.pk
        assert queue.claim("beside", only=queue.quick_kinds()) is None


@pytest.mark.django_db(transaction=True)
def test_a_quick_job_does_not_wait_behind_a_long_one(monkeypatch):
    """The worker's main thread is held by a long job; the quick one is run all the same."""
    held, let_go = threading.Event(), threading.Event()

    def hold(job, **args):
        held.set()
        let_go.wait(30)

    monkeypatch.setattr("bihuan.core.tests.job_functions.fail", hold)
    enqueue("fail", actor=SYSTEM)
    stop = Stop()
    worker = threading.Thread(target=run_and_close, args=(stop,))
    worker.start()
    assert held.wait(30)
    quick = enqueue("count_up", actor=SYSTEM)
    for _ in range(600):
        quick.refresh_from_db()
        if quick.state == "done":
            break
        threading.Event().wait(0.05)
    let_go.set()
    stop.set()
    worker.join()
    assert quick.state == "done"


def run_and_close(stop):
    try:
        work(stop, idle_seconds=0.02)
    finally:
        connection.close()

