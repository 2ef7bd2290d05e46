"""The limit of a sender holds over all processes and threads of the server together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, connections

from ..models import Spent

LIMIT, TRIES = 305, 400
START = """
import sys, threading, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from django.db import connection
from bihuan.core.tokens import limits
taken = []
def many():
    try:
        for _ in range({tries}):
            if limits.take("token:x", limit={limit}, now=1_000_000_005.0) == 0:
                taken.append(1)
    finally:
        connection.close()
threads = [threading.Thread(target=many) for _ in range(int(sys.argv[2]))]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(taken))
"""


@pytest.mark.django_db(transaction=True)
def test_processes_together_let_through_no_more_than_the_limit(tmp_path):
    name = connections["default"].settings_dict["NAME"]
    threads = "1" if connection.vendor == "sqlite" else "4"
    connection.close()
    source = Path(__file__).resolve().parents[4]
    environment = {**os.environ, "BIHUAN_TEST_HOME": str(tmp_path), "PYTHONPATH": str(source),
                   "DJANGO_SETTINGS_MODULE": "bihuan.config.test_settings"}
    running = [subprocess.Popen([sys.executable, "-c", START.format(tries=TRIES, limit=LIMIT), name, threads],
                                env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [int(process.communicate(timeout=120)[0]) for process in running]
    assert 0 < sum(told) <= LIMIT, told
    assert LIMIT - sum(told) <= 2 * LIMIT // 20, "a process may hold a block that it did not use up, no more"
    assert Spent.objects.get(key="token:x").taken <= LIMIT
