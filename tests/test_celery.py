"""Celery as the carrier of jobs: real workers on a broker of files, killed in the middle, lose and repeat nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from bihuan.core.jobs import JobHandle, enqueue
from bihuan.core.jobs.queue import STALE_AFTER
from bihuan.core.models import Job
from bihuan.core.tests.cast import SYSTEM

KINDS = {"test.lines": "tests.test_celery.write_lines", "test.quick": "tests.test_celery.write_quick"}
NOTHING: dict[str, object] = {}
QUICK = frozenset({"test.quick"})
ROOT = Path(__file__).resolve().parents[1]
START = """
import sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.BIHUAN_JOBS, settings.BIHUAN_SCHEDULE = "tests.test_celery.KINDS", "tests.test_celery.NOTHING"
settings.BIHUAN_QUICK_JOBS = "tests.test_celery.QUICK"
from bihuan.config import celery
celery.app.conf.beat_schedule["clock"]["schedule"] = 0.5
celery.app.worker_main(["worker", "-B", "--pool", "solo", "--loglevel", "warning", "--schedule", sys.argv[2]])
"""


def write_lines(job: JobHandle, *, file: str, lines: int) -> None:
    """A job in steps that can be told from outside: what is written already is not written again."""
    done = len(Path(file).read_text().splitlines()) if Path(file).exists() else 0
    for number in range(done, lines):
        with open(file, "a") as target:
            target.write(f"{number}\n")
        job.progress(number + 1, lines, "")
        time.sleep(0.2)
    job.finish({"message": "ok"})


def write_quick(job: JobHandle, *, file: str) -> None:
    Path(file).write_text("quick")
    job.finish({})


@pytest.fixture
def broker(tmp_path, settings):
    """A folder instead of a server: the messages are files, the workers real."""
    settings.BIHUAN_JOBS = "tests.test_celery.KINDS"
    for name in ("messages", "home"):
        (tmp_path / name).mkdir()
    options = {"data_folder_in": str(tmp_path / "messages"), "data_folder_out": str(tmp_path / "messages"),
               "control_folder": str(tmp_path / "control")}
    return {**os.environ, "BIHUAN_BROKER": "filesystem://", "BIHUAN_BROKER_OPTIONS": json.dumps(options),
            "BIHUAN_TEST_HOME": str(tmp_path / "home"), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "bihuan.config.test_settings"}


def worker(broker: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", START, connections["default"].settings_dict["NAME"], str(folder / "clock")],
        env=broker, cwd=ROOT, start_new_session=True)


def until(what: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + 120
    while not what():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < limit, "nothing happened within two minutes"
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_its_job_to_the_next_one(broker, tmp_path):
    """The clock finds the job that no nudge announced; the next worker goes on where the dead one was."""
    file = tmp_path / "lines"
    job = enqueue("test.lines", actor=SYSTEM, file=str(file), lines=15)
    connection.close()
    first = worker(broker, tmp_path)
    try:
        until(lambda: file.exists() and len(file.read_text().splitlines()) >= 3, first)
    finally:
        end(first)
    job.refresh_from_db()
    assert job.state == "running", "nobody was left to say otherwise"
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - STALE_AFTER - timedelta(seconds=1))
    (tmp_path / "clock").unlink(missing_ok=True)
    second = worker(broker, tmp_path)
    try:
        until(lambda: Job.objects.get(pk=job.pk).state == "done", second)
        quick = enqueue("test.quick", actor=SYSTEM, file=str(tmp_path / "quick"))
        until(lambda: Job.objects.get(pk=quick.pk).state == "done", second)
    finally:
        end(second)
    assert file.read_text().splitlines() == [str(number) for number in range(15)]
    assert Job.objects.get(pk=job.pk).attempts == 2


@pytest.mark.django_db(transaction=True)
def test_a_job_is_announced_once_it_is_stored_and_waits_when_nobody_listens(settings, monkeypatch):
    """The nudge follows the commit; a broker that is away loses no job and fails no request."""
    from bihuan.config import celery

    settings.BIHUAN_JOBS, settings.BIHUAN_NUDGE = "tests.test_celery.KINDS", "bihuan.config.celery.nudge"
    seen: list[int] = []

    def away(**_: object) -> None:
        seen.append(Job.objects.filter(state="queued").count())
        raise celery.work.OperationalError("away")

    monkeypatch.setattr(celery.work, "apply_async", away)
    enqueue("test.quick", actor=SYSTEM, file="x")
    assert seen == [1] and Job.objects.get().state == "queued"
