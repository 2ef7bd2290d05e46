"""The room's background job; it may be run again after a crash."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle
from bihuan.engine.staffing.errors import StaffingError

from . import services
from .models import Plan


def run_forecast(job: JobHandle, *, plan: int) -> None:
    """Replay one plan, unless that is done already."""
    found = Plan.objects.select_related("made_by").get(pk=plan)
    address = reverse("staffing:plan", args=[found.pk])
    try:
        if found.state != Plan.State.READY:
            services.work_out(plan=found, tell=job.progress)
    except StaffingError as error:
        words = error.text(get_language() or "zh")
        services.fail(plan=found, problem=words)
        job.finish({"message": words, "tone": "bad", "url": address})
        return
    job.finish({"message": _("推演完成。"), "url": address})
