"""The room's background work; all of it may be run again at any point."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.jobs import JobHandle
from bihuan.core.rights import SystemActor
from bihuan.loop.evaluate.indicators.queries import engine

from .services.issues import watch_issues
from .services.proposals import take_proposals
from .services.search import STEPS, search_findings
from .services.weekly import keep_pack


def run_search(job: JobHandle) -> None:
    """Look for problems in all the numbers."""
    actor = job.job.created_by or SystemActor("system")

    def tell(done: int, text: str) -> None:
        job.progress(done, STEPS, text)
        job.stop_if_cancelled()

    row = search_findings(actor=actor, tell=tell, job=job.job.pk)
    if row is None:
        job.finish({"message": _("还没有数据，没有可检查的。")})
        return
    job.finish({"url": reverse("findings:finding_list"), "message": _(
        "新问题 %(new)d 个，再次出现 %(again)d 个，复发 %(back)d 个。") % {
            "new": row.counts["new"], "again": row.counts["again"], "back": row.counts["back"]}})


def run_watch(job: JobHandle) -> None:
    """Tell departments of the matters that wait for their answer."""
    job.finish({"message": _("已提醒 %(count)d 项。") % {"count": watch_issues()}})


def run_take(job: JobHandle) -> None:
    """Take up what was just marked as a problem in an analysis, without a whole search."""
    latest = engine.as_of()
    taken = 0 if latest is None else take_proposals(today=latest.astimezone(workspace.zone()),
                                                    actor=job.job.created_by or SystemActor("system"))
    job.finish({"url": reverse("findings:finding_list"),
                "message": _("收进问题清单 %(count)d 个。") % {"count": taken}})


def run_weekly(job: JobHandle) -> None:
    """Make the pack of the week that is over."""
    pack = keep_pack()
    job.finish({"message": _("这一周的材料已经做好。") if pack is None else _("已生成 {week} 的复盘材料。").format(
        week=pack.week)})
