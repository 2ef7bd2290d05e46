"""Jobs by Celery instead of the own worker: ``celery -A bihuan.config.celery worker -B``, on any number of machines.

Celery carries nudges only. What is to be done, how far it is, who has it and whether they live stands in the table of
jobs, so that a broker which loses a message, or delivers it twice, neither loses nor repeats work: the clock, every few
seconds, takes up what no nudge announced and what a dead worker left.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket

import django
from celery import Celery
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
django.setup()

from bihuan.core.jobs import schedule  # noqa: E402 models need the settings above
from bihuan.core.jobs.queue import due, quick_kinds, rescue_stale  # noqa: E402
from bihuan.core.jobs.worker import run_next  # noqa: E402

log = logging.getLogger(__name__)
CLOCK_SECONDS = 3.0

app = Celery("bihuan", broker=os.environ.get("BIHUAN_BROKER", "memory://"))
app.conf.update(
    broker_connection_retry_on_startup=True, broker_connection_timeout=2, task_ignore_result=True,
    broker_transport_options=json.loads(os.environ.get("BIHUAN_BROKER_OPTIONS", "{}")),
    worker_prefetch_multiplier=1, worker_hijack_root_logger=False, enable_utc=True,
    # A clock that nobody answered in time is worth nothing: the next one comes.
    beat_schedule={"clock": {"task": "bihuan.clock", "schedule": CLOCK_SECONDS, "options": {"expires": CLOCK_SECONDS}}},
)


@app.task(name="bihuan.work")
def work() -> None:
    """Run one job that is due, if nobody else took it; another nudge follows while there are more."""
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}:celery"
    if run_next(name) and due().exists():
        nudge()
    close_old_connections()


@app.task(name="bihuan.clock")
def clock() -> None:
    """Do what comes round by itself, bring back what dead workers left, and announce what is waiting."""
    rescue_stale()
    schedule.prepare()
    schedule.tick()
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}:clock"
    while run_next(name, only=quick_kinds()):
        pass
    if due().exists():
        nudge()
    close_old_connections()


def nudge() -> None:
    """Say that a job waits. Without a broker nothing is lost: the clock finds the job when the broker is back."""
    try:
        work.apply_async(retry=False)
    except work.OperationalError:
        log.warning("the broker cannot be reached; the job waits for the clock")
