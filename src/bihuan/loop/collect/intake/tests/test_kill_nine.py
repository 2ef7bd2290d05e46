"""Real workers, killed at random moments while they write pushes: every row is in the lake once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from bihuan.engine.facts import journal, store
from bihuan.loop.collect.intake.models import Receipt
from bihuan.loop.collect.intake.tests.conftest import case

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[6]
CODE = """
import sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from bihuan.loop.collect.intake.services import writing
writing.MOST_RECEIPTS = 40
print("ready", flush=True)
while writing.flush()["batches"]:
    pass
"""


def writer(folder: Path) -> subprocess.Popen[str]:
    """Start a process that writes what waits, forty requests a batch, and says when it begins."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, connections["default"].settings_dict["NAME"]], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "BIHUAN_TEST_HOME": str(folder), "BIHUAN_SECRET_KEY": settings.SECRET_KEY,
             "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "bihuan.config.test_settings"})
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "ready\n"
    return process


def test_killed_at_any_moment_each_row_is_written_once(push, token, workspace_home):
    pushes, seed, kills = 400, random.Random(7), 0
    for number in range(pushes):
        assert push(token, [case(number)]).status_code == 202
    connection.close()
    for _ in range(8):
        process = writer(workspace_home.path)
        threading.Event().wait(seed.uniform(0.1, 1.5))
        kills += process.poll() is None
        process.kill()      # SIGKILL; nothing where the writing is over
        process.wait()
    process = writer(workspace_home.path)
    assert process.wait(300) == 0
    assert kills >= 2, "the writing was over before anybody could disturb it"
    with store.connect(workspace_home) as con:
        found = con.execute("SELECT count(*), count(DISTINCT id) FROM cases").fetchone()
        assert con.execute("SELECT count(*) FROM fact_case").fetchone() == (pushes,)
    assert found == (pushes, pushes)
    written = sum(batch.tables["cases"]["accepted"] + batch.tables["cases"]["updated"]
                  for batch in journal.batches(workspace_home))
    assert written == pushes, "no row was written a second time"
    assert set(Receipt.objects.values_list("state", "accepted")) == {("stored", 1)}
