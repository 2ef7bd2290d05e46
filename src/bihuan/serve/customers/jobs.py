"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle
from bihuan.core.languages import separated
from bihuan.core.privacy.errors import Refused as PrivacyRefused
from bihuan.core.rights import SystemActor

from . import services


def run_recompute(job: JobHandle) -> None:
    """Compute the figures of the cases that changed hands."""
    services.recompute(progress=job.progress)
    job.finish({"url": reverse("customers:change_list"), "message": _("指标已按现在的客户归属重新计算。")})


def run_tiers(job: JobHandle) -> None:
    """Give customers the tiers of the rules in force, where they changed."""
    try:
        changed = services.apply_tiers(actor=job.job.created_by or SystemActor("tiers"))
        message = _("已更新 %(count)s 条客户等级记录。") % separated(count=changed)
    except PrivacyRefused as refused:
        message = str(refused)
    job.finish({"url": reverse("customers:rules"), "message": message})
