"""The room's background work; each may be stopped and run again at any point."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle
from bihuan.core.languages import separated

from . import services


def run_gather(job: JobHandle) -> None:
    """Write what was made a case, take the comments of surveys in, and empty what was kept long enough."""
    written, gathered = services.write_cases(), services.gather_comments(cancelled=job.cancelled)
    swept = services.sweep_feedback() + services.sweep_follow_ups()
    job.finish({"message": _("写入工单 %(written)s，收进留言 %(gathered)s，到期删除 %(swept)s。") % separated(
        written=written, gathered=gathered, swept=swept)})


def run_follow(job: JobHandle) -> None:
    """Open a follow-up for each low score that arrived, and tell of those past their time."""
    opened, late = services.gather_low_scores(), services.watch_follow_ups()
    job.finish({"message": _("开立低分跟进 %(opened)d 条，提醒逾期 %(late)d 条。") % {"opened": opened, "late": late}})
