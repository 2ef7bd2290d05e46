"""The room's background work; it may be stopped and run again at any point."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle
from bihuan.core.languages import separated

from .services import flush


def run_flush(job: JobHandle) -> None:
    """Write what other systems have pushed."""
    done = flush(cancelled=job.cancelled)
    job.finish({"message": _("写入推送 %(receipts)s 次，共 %(rows)s 行，%(batches)s 个批次。") % separated(**done),
                "url": reverse("intake:overview")})
