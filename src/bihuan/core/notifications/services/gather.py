"""Notices made of rows that other parts leave behind: jobs that ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.jobs.words import job_words
from bihuan.core.languages import separated
from bihuan.core.models import Job
from bihuan.engine.facts import journal

from ..contracts import About
from ..models import Notice
from .notify import notify

# A worker that was down for longer than this has older troubles than an untold import.
LOOK_BACK = timedelta(hours=24)
IMPORT = "records.import"


def tell_of_jobs(*, now: datetime) -> int:
    """Tell people how their imports ended and which jobs failed; returns how many notices were made."""
    ended = Job.objects.filter(ended_at__gt=now - LOOK_BACK).filter(
        Q(state=Job.State.FAILED) | Q(state=Job.State.DONE, kind=IMPORT)).select_related("created_by")
    jobs = {_key(job): job for job in ended.order_by("ended_at")}
    told = set(Notice.objects.filter(key__in=jobs).values_list("key", flat=True))
    return sum(_tell(key, job) for key, job in jobs.items() if key not in told)


def _key(job: Job) -> str:
    # Scheduled work uses its row again each turn: one that fails every minute is told once a day.
    if job.created_by_id is None:
        return f"job:{job.kind}:{job.ended_at:%Y-%m-%d}"
    return f"job:{job.pk}:{job.ended_at:%Y%m%dT%H%M%S}"


def _tell(key: str, job: Job) -> bool:
    def name() -> str:
        # The title of scheduled work is kept as its source: translated for whoever reads it.
        return _(job.title) if job.title else job_words(job.kind)

    about = About("core.job", str(job.pk), job.result.get("url") or reverse("core:job", args=[job.pk]))
    people = [job.created_by] if job.created_by else []
    right = "" if people else "core.manage_calendars"
    if job.state == Job.State.FAILED:
        event = "import_problem" if job.kind == IMPORT else "job_failed"
        return notify(event, title=lambda: _("%(name)s：失败") % {"name": name()}, text=lambda: job.trouble,
                      about=about, to=people, right=right, key=key) is not None
    refused, read = _quarantined(str(job.result.get("batch", "")))
    if refused:
        return notify("import_problem", title=lambda: _("%(name)s：有未导入的行") % {"name": name()}, about=about,
                      to=people, key=key, text=lambda: _(
                          "%(refused)s 行未导入（共 %(read)s 行），请下载未导入的行，改正后单独导入。") % separated(
                          refused=refused, read=read)) is not None
    return notify("import_finished", title=lambda: _("%(name)s：已完成") % {"name": name()}, about=about, to=people,
                  text=lambda: _("共读取 %(read)s 行，没有未导入的行。") % separated(read=read), key=key) is not None


def _quarantined(batch: str) -> tuple[int, int]:
    """Return how many rows of a batch were set aside, and how many it had."""
    for known in reversed(journal.batches(workspace.home())):
        if known.id == batch:
            return int(known.counts.get("quarantined", 0)), int(known.counts.get("read", 0))
    return 0, 0
