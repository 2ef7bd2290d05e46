"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle
from bihuan.core.rights import SystemActor

from . import services
from .errors import Refused
from .models import Draw, Frame


def run_frame(job: JobHandle, *, frame: int) -> None:
    """Write the rows of a frame."""
    found = services.build_frame(frame=Frame.objects.get(pk=frame), actor=job.job.created_by or SystemActor())
    if not found.is_ready:
        job.finish({"message": found.error_text, "tone": "bad", "url": reverse("samples:sample", args=[found.wave_id])})
        return
    job.finish({"message": _("抽样框已建好。"), "url": reverse("samples:frame", args=[found.pk])})


def run_draw(job: JobHandle, *, draw: int) -> None:
    """Draw a sample."""
    drawing = Draw.objects.get(pk=draw)
    address = reverse("samples:sample", args=[drawing.wave_id])
    try:
        services.carry_out(drawing=drawing, actor=job.job.created_by or SystemActor())
    except Refused as refused:
        Draw.objects.filter(pk=draw).update(state=Draw.State.FAILED)
        job.finish({"message": str(refused), "tone": "bad", "url": address})
        return
    job.finish({"message": _("样本已抽好。"), "url": address})
