"""A worker that is killed in the middle of an import loses nothing and repeats nothing."""

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

from bihuan.core.jobs import run_pending
from bihuan.core.jobs.handle import JobHandle
from bihuan.core.jobs.queue import STALE_AFTER, rescue_stale
from bihuan.core.models import AuditEntry, Job
from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts import journal, store
from bihuan.loop.collect.records.models import Upload
from bihuan.loop.collect.records.services import imports
from bihuan.loop.collect.records.tests.conftest import HEADER, csv_bytes
from bihuan.loop.collect.records.tests.test_journey import at, mapped


class Killed(BaseException):
    """Stands for kill -9 at one place: nothing of the product catches it."""


@pytest.fixture
def workspace(home, settings):
    settings.BIHUAN_HOME = home.path
    return home


def queued_import(client, rows):
    """Bring a file of ``rows`` cases up to the queued import."""
    client.force_login(build_cast().manager)
    upload = mapped(client, csv_bytes([
        [f"A{n:06d}", f"2024-03-{1 + n % 28:02d} 09:{n % 60:02d}", f"2024-03-{1 + n % 28:02d} 10:00", "", "电话", "a1",
         f"c{n}", "退款"] for n in range(rows)], HEADER))
    client.post(at("import_start", upload))
    return upload


def check_written_once(home, upload, rows):
    upload.refresh_from_db()
    batches = [batch for batch in journal.batches(home) if batch.state == "done"]
    assert [batch.id for batch in batches] == [upload.batch]
    assert batches[0].counts["read"] == rows and upload.state == Upload.State.IMPORTED
    with store.connect(home) as con:
        found = con.execute(
            "SELECT count(*), count(DISTINCT id), (SELECT count(*) FROM fact_case) FROM cases").fetchone()
    assert found == (rows, rows, rows)
    assert AuditEntry.objects.filter(action="collect.batch_imported").count() == 1
    assert not upload.path.exists()
    job = Job.objects.get(kind="records.import")
    assert job.state == "done" and job.result["batch"] == upload.batch


def after_the_crash():
    """The next worker finds the job of the dead one and runs it."""
    assert rescue_stale(now=timezone.now() + STALE_AFTER * 2) == 1
    run_pending()


@pytest.mark.django_db(transaction=True)
class TestAtEachSeam:
    """Between two steps that no transaction holds together."""

    @pytest.mark.parametrize("seam", ["written, not noted", "written, facts not derived", "noted, job not ended"])
    def test_the_second_run_only_does_what_is_left(self, client, workspace, monkeypatch, seam):
        upload = queued_import(client, 40)
        with monkeypatch.context() as patch:
            def die(*args, **more):
                raise Killed

            if seam == "written, not noted":
                patch.setattr(imports, "_note_import", die)
            elif seam == "noted, job not ended":
                patch.setattr(JobHandle, "finish", die)
            else:
                patch.setattr("bihuan.engine.facts.freshness.derive.refresh", die)
            with pytest.raises(Killed):
                run_pending()
        assert Job.objects.get(kind="records.import").state == "running", "nobody was left to say otherwise"
        after_the_crash()
        check_written_once(workspace, upload, 40)

    def test_another_file_of_the_same_name_is_another_batch(self, client, workspace):
        first = queued_import(client, 30)
        run_pending()
        second = mapped(client, csv_bytes([["B1", "2024-04-01 09:00", "", "", "电话", "a1", "x", "退款"]], HEADER))
        client.post(at("import_start", second))
        run_pending()
        for upload in (first, second):
            upload.refresh_from_db()
        assert first.batch and second.batch and first.batch != second.batch


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_killing_workers_at_any_moment_leaves_every_row_once(client, workspace):
    """Real processes, killed at random moments of an import of 60,000 rows, until one is let go on."""
    rows, seed = 60_000, random.Random(9)
    upload = queued_import(client, rows)
    Job.objects.filter(kind="records.import").update(max_attempts=50)
    connection.close()
    kills = 0
    for _ in range(8):
        with worker_process(workspace.path) as process:
            wait_for_state("running", process)
            threading.Event().wait(seed.uniform(0.05, 3.0))
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        if Job.objects.get(kind="records.import").state == "done":
            break
        kills += 1
        rescue_stale(now=timezone.now() + STALE_AFTER * 2)
    assert kills >= 2, "the import was over before anybody could disturb it"
    with worker_process(workspace.path) as process:
        wait_for_state("done", process)
        process.kill()
        process.wait()
    check_written_once(workspace, upload, rows)


def worker_process(folder: Path) -> subprocess.Popen[bytes]:
    """Start a worker as its own process on the database and the workspace of this test."""
    code = ("import sys, django\nfrom django.conf import settings\ndjango.setup()\n"
            "settings.DATABASES['default']['NAME'] = sys.argv[1]\n"
            "settings.BIHUAN_SCHEDULE = 'tests.test_kill_nine.NOTHING'\n"
            "from bihuan.core.jobs.worker import Stop, work\nwork(Stop(), idle_seconds=0.05)\n")
    root = Path(__file__).resolve().parents[1]
    return subprocess.Popen(
        [sys.executable, "-c", code, connections["default"].settings_dict["NAME"]],
        env={**os.environ, "BIHUAN_TEST_HOME": str(folder), "PYTHONPATH": f"{root / 'src'}:{root}",
             "DJANGO_SETTINGS_MODULE": "bihuan.config.test_settings"})


NOTHING: dict[str, object] = {}


def wait_for_state(state: str, process: subprocess.Popen[bytes]) -> None:
    limit = timezone.now() + timedelta(seconds=120)
    while timezone.now() < limit:
        if Job.objects.get(kind="records.import").state in (state, "done"):
            return
        assert process.poll() is None, "the worker ended by itself"
        threading.Event().wait(0.05)
    raise AssertionError(f"the job was not {state} within two minutes")
