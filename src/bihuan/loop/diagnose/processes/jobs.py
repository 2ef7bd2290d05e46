"""The room's background work; all of it may be run again at any point."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services.watching import take_cards


def run_cards(job: JobHandle) -> None:
    """Put the worst problem cards of the last month into the inbox."""
    job.finish({"url": f"{reverse('findings:finding_list')}?kind=process",
                "message": _("收进问题清单 %(count)d 个。") % {"count": len(take_cards())}})
