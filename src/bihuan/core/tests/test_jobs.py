"""Background jobs end once, are taken by one worker, and survive the death of another."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from bihuan.core.jobs import cancel, enqueue, queue, retry, run_pending
from bihuan.core.jobs.handle import JobHandle, JobLost
from bihuan.core.jobs.queue import STALE_AFTER, beat, claim, rescue_stale
from bihuan.core.jobs.worker import Heart, Stop, WorkerStopped, run_next, work
from bihuan.core.models import Job
from bihuan.core.tests.cast import SYSTEM

KINDS = "bihuan.core.tests.job_functions.KINDS"


@pytest.fixture(autouse=True)
def kinds(settings, request):
    settings.BIHUAN_JOBS = KINDS
    if "workspace_home" not in request.fixturenames:
        request.getfixturevalue("workspace_home")


def run(kind, **args):
    job = enqueue(kind, actor=SYSTEM, **args)
    run_pending()
    job.refresh_from_db()
    return job


@pytest.mark.django_db
class TestEndings:
    def test_a_job_that_is_done_keeps_its_result(self):
        job = run("count_up", to=4)
        assert (job.state, job.result, job.done, job.total, job.percent) == ("done", {"counted": 4}, 4, 4, 100)
        assert job.ended_at is not None

    def test_an_unexpected_error_shows_its_kind_but_not_its_text(self, caplog):
        job = run("fail")
        assert job.state == "failed"
        assert "RuntimeError" in job.error_text and "王小明" not in job.error_text

    def test_a_refusal_shows_its_sentence(self, caplog):
        assert "Mars/Base" in run("refuse").error_text

    def test_a_passing_trouble_is_tried_again_later(self):
        job = run("stumble")
        assert job.state == "queued" and job.error_text == "busy"
        assert job.run_after > timezone.now()
        Job.objects.update(run_after=None)
        run_pending()
        job.refresh_from_db()
        assert (job.state, job.result) == ("done", {"attempts": 2})

    def test_attempts_are_bounded(self):
        job = enqueue("stumble", actor=SYSTEM)
        Job.objects.update(max_attempts=1)
        run_pending()
        job.refresh_from_db()
        assert (job.state, job.error_text) == ("failed", "busy")

    def test_a_job_stops_where_it_asks(self):
        assert run("stop_midway").state == "cancelled"

    def test_a_job_that_finished_all_the_same_is_done(self):
        assert run("ignore_wish").state == "done"

    def test_a_kind_that_is_not_listed_is_a_mistake(self):
        with pytest.raises(ValueError, match="is no job"):
            enqueue("unknown", actor=SYSTEM)


@pytest.mark.django_db
class TestQueue:
    def test_a_waiting_job_is_cancelled_at_once(self):
        job = cancel(job=enqueue("count_up", actor=SYSTEM), actor=SYSTEM)
        assert job.state == "cancelled"
        assert run_pending() == 0

    def test_a_cancelled_job_can_be_queued_again(self):
        job = cancel(job=enqueue("count_up", actor=SYSTEM), actor=SYSTEM)
        assert retry(job=job, actor=SYSTEM).state == "queued"
        assert run_pending() == 1
        job.refresh_from_db()
        assert job.state == "done"

    def test_a_running_job_is_not_queued_twice(self):
        enqueue("count_up", actor=SYSTEM)
        job = claim("a")
        assert retry(job=job, actor=SYSTEM).state == "running"
        assert claim("b") is None

    def test_the_oldest_due_job_comes_first(self):
        first, second = enqueue("count_up", actor=SYSTEM), enqueue("count_up", actor=SYSTEM)
        Job.objects.filter(pk=first.pk).update(run_after=timezone.now() + timedelta(hours=1))
        assert claim("a").pk == second.pk

    def test_a_silent_worker_loses_its_job(self):
        job = enqueue("count_up", actor=SYSTEM)
        claimed = claim("dead")
        assert rescue_stale() == 0, "it may still be alive"
        later = timezone.now() + STALE_AFTER + timedelta(seconds=1)
        assert rescue_stale(now=later) == 1
        again = claim("alive")
        assert (again.pk, again.attempts, again.interrupted) == (job.pk, 2, 1)
        assert not beat(job.pk, "dead", 1)
        with pytest.raises(JobLost):
            JobHandle(claimed).progress(1, 1)

    def test_a_job_that_kills_every_worker_is_given_up(self):
        job = enqueue("count_up", actor=SYSTEM)
        for number in range(3):
            claim(f"w{number}")
            rescue_stale(now=timezone.now() + STALE_AFTER * 2)
        job.refresh_from_db()
        assert job.state == "failed" and job.error_text

    def test_a_dead_workers_job_that_was_to_stop_is_cancelled(self):
        job = enqueue("count_up", actor=SYSTEM)
        cancel(job=claim("dead"), actor=SYSTEM)
        rescue_stale(now=timezone.now() + STALE_AFTER * 2)
        job.refresh_from_db()
        assert job.state == "cancelled"


@pytest.mark.django_db(transaction=True)
class TestWorkers:
    def test_eight_workers_take_each_job_once(self):
        for _ in range(12):
            enqueue("count_up", actor=SYSTEM)
        taken, lock = [], threading.Lock()

        def worker(name):
            try:
                while job := claim(name):
                    with lock:
                        taken.append(job.pk)
            finally:
                connection.close()

        threads = [threading.Thread(target=worker, args=(f"w{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == 12 == len(set(taken))

    def test_the_heart_beats_while_a_job_computes(self):
        enqueue("count_up", actor=SYSTEM)
        job = claim("w")
        long_ago = timezone.now() - timedelta(hours=1)
        Job.objects.update(heartbeat_at=long_ago)
        with Heart(job, every_seconds=0.01):
            for _ in range(500):
                job.refresh_from_db()
                if job.heartbeat_at > long_ago:
                    break
                threading.Event().wait(0.01)
        assert job.heartbeat_at > long_ago

    def test_a_worker_ends_when_its_parent_is_gone(self):
        enqueue("count_up", actor=SYSTEM)
        rounds = iter([False, False, True])
        work(Stop(), idle_seconds=0, orphaned=lambda: next(rounds))
        assert Job.objects.get().state == "done"

    def test_an_error_of_the_signal_that_ends_the_worker_is_not_the_jobs(self):
        """DuckDB makes an error of its own of the signal: RuntimeError, Query interrupted."""
        job, stop = enqueue("fail", actor=SYSTEM), Stop()
        stop.set()
        with pytest.raises(WorkerStopped):
            run_next("w", stop=stop)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.error_text) == ("queued", 0, "")

    def test_the_job_of_a_killed_worker_is_run_again(self, tmp_path):
        """kill -9 leaves a job running for nobody; the next worker brings it back and ends it."""
        marker = tmp_path / "runs"
        job = enqueue("sleep_long", actor=SYSTEM, marker=str(marker))
        connection.close()
        with worker_process(tmp_path) as process:
            wait_for(marker, process)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        job.refresh_from_db()
        assert job.state == "running", "nobody was left to say otherwise"
        assert queue.rescue_stale(now=timezone.now() + STALE_AFTER * 2) == 1
        run_pending()
        job.refresh_from_db()
        assert (job.state, job.result) == ("done", {"attempts": 2})


def test_a_signal_may_strike_anywhere_in_the_waiting_of_a_worker():
    """An Event's lock would be wanted by the handler of the very thread that holds it: the worker never ended."""
    stop = Stop()

    def strike(frame, event, told):
        stop.set()
        return strike

    def wait():
        sys.settrace(strike)
        stop.wait(0.01)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive() and stop.is_set()


def worker_process(folder):
    """Start a worker as its own process on the database of this test."""
    code = (
        "import sys, django\n"
        "from django.conf import settings\n"
        "django.setup()\n"
        "settings.DATABASES['default']['NAME'] = sys.argv[1]\n"
        "settings.BIHUAN_JOBS = sys.argv[2]\n"
        "from bihuan.core.jobs.worker import Stop, work\n"
        "work(Stop(), idle_seconds=0.05)\n")
    source = Path(__file__).resolve().parents[3]
    return subprocess.Popen(
        [sys.executable, "-c", code, connections["default"].settings_dict["NAME"], KINDS],
        env={**os.environ, "BIHUAN_TEST_HOME": str(folder), "PYTHONPATH": str(source),
             "DJANGO_SETTINGS_MODULE": "bihuan.config.test_settings"})


def wait_for(marker, process):
    for _ in range(600):
        if marker.exists() and marker.read_text(encoding="ascii"):
            return
        assert process.poll() is None, "the worker ended before it took the job"
        threading.Event().wait(0.05)
    raise AssertionError("the worker did not take the job within 30 s")
