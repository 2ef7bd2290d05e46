"""The room's scheduled work; it may be run again at any point."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services import open_reviews, watch_reviews


def run_open(job: JobHandle) -> None:
    """Open the reviews of complaints that closed, and tell of late ones."""
    opened = open_reviews()
    job.finish({"message": _("开立复盘表 %(opened)d 份，提醒逾期 %(late)d 份。") % {
        "opened": opened, "late": watch_reviews()}})
