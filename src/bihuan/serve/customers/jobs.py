"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from . import services


def run_recompute(job: JobHandle) -> None:
    """Compute the figures of the cases that changed hands."""
    services.recompute(progress=job.progress)
    job.finish({"url": reverse("customers:change_list"), "message": _("指标已按现在的客户归属重新计算。")})
