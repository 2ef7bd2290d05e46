"""Workers killed at any moment of a pull: every row is there once, and nothing is imported twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from bihuan.core.jobs.queue import STALE_AFTER, rescue_stale
from bihuan.core.models import AuditEntry, Job
from bihuan.engine.facts import journal, store
from bihuan.loop.collect.sources.models import Chunk, Pull
from bihuan.loop.collect.sources.services import run_now

from .servers import ticket, zendesk

ROWS, PAGE = 1_000, 50
WORKER = """
import sys, django
from django.conf import settings
django.setup()
settings.DATABASES['default']['NAME'] = sys.argv[1]
settings.BIHUAN_SCHEDULE = 'bihuan.loop.collect.sources.tests.test_killed.NOTHING'
from bihuan.loop.collect.sources.services import pull
pull.CHUNK_ROWS = 250
from bihuan.core.jobs.worker import Stop, work
work(Stop(), idle_seconds=0.05)
"""
NOTHING: dict[str, object] = {}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_killing_workers_in_the_middle_of_a_pull(zendesk_source, serve, cast, workspace_home):
    """Real processes, killed at random moments until one is let go on."""
    system = serve(zendesk([ticket(number) for number in range(1, ROWS + 1)], size=PAGE))
    source = zendesk_source(system, config={
        "address": system.url, "user": "ann@example.com", "per_minute": 6000})
    run_now(source=source, actor=cast.admin)
    Job.objects.update(max_attempts=50)
    seed, kills = random.Random(7), 0
    connection.close()
    for _ in range(5):
        with worker(workspace_home.path) as process:
            wait_for("running", process)
            threading.Event().wait(seed.uniform(0.1, 1.2))
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        if Job.objects.get().state == "done":
            break
        kills += 1
        rescue_stale(now=timezone.now() + STALE_AFTER * 2)
    assert kills >= 2, "the pull was over before anybody could disturb it"
    with worker(workspace_home.path) as process:
        wait_for("done", process)
        process.kill()
        process.wait()
    check_all_rows_once(source, workspace_home)


def check_all_rows_once(source, home):
    pull = Pull.objects.get()
    assert (pull.state, pull.read, pull.accepted, pull.quarantined) == ("done", ROWS, ROWS, 0)
    done = journal.batches(home)
    assert sum(batch.counts["accepted"] for batch in done) == ROWS
    assert sum(batch.counts["read"] for batch in done) == ROWS, "no row was imported a second time"
    with store.connect(home) as con:
        found = con.execute("SELECT count(*), count(DISTINCT id), (SELECT count(*) FROM fact_case) FROM cases")
        assert found.fetchone() == (ROWS, ROWS, ROWS)
    assert {chunk.batch for chunk in Chunk.objects.all()} == {batch.id for batch in done}
    assert AuditEntry.objects.filter(action="collect.batch_imported").count() == len(done)
    assert source.streams.get().position == {"cursor": f"c{ROWS}"}
    assert not list((home.path / "pulls").iterdir())


def worker(folder: Path) -> subprocess.Popen[bytes]:
    """Start a worker as its own process on the database and the workspace of this test."""
    root = Path(__file__).resolve().parents[6]
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, connections["default"].settings_dict["NAME"]],
        env={**os.environ, "BIHUAN_TEST_HOME": str(folder), "PYTHONPATH": f"{root / 'src'}:{root}",
             "BIHUAN_SOURCES_PRIVATE": "127.0.0.0/8", "DJANGO_SETTINGS_MODULE": "bihuan.config.test_settings"})


def wait_for(state: str, process: subprocess.Popen[bytes]) -> None:
    limit = timezone.now() + timedelta(seconds=120)
    while timezone.now() < limit:
        job = Job.objects.get()
        if job.state in (state, "done"):
            return
        assert process.poll() is None, "the worker ended by itself"
        assert job.state != "failed", job.error_text
        threading.Event().wait(0.05)
    raise AssertionError(f"the job was not {state} within two minutes")
