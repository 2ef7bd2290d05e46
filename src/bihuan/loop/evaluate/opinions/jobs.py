"""Background jobs of the analysis of surveys."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .models import ThemeRun, WorkedOut
from .services import ask_due_themes, find_run, work_out


def run_themes(job: JobHandle, run: int) -> None:
    """Look for the themes of one run; may be stopped and run again, they are kept in one step at the end."""
    row = ThemeRun.objects.get(pk=run)

    def progress(done: int, total: int, text: str) -> None:
        job.stop_if_cancelled()
        job.progress(done, total, text)

    find_run(run=row, progress=progress)
    message = row.problem or _("主题已归纳。")
    job.finish({"message": message, "url": reverse("opinions:themes", args=[row.survey]),
                "tone": "bad" if row.problem else "good"})


def run_themes_due(job: JobHandle) -> None:
    """Have the themes looked for where a wave came to rest and nobody asked."""
    job.finish({"message": _("已安排归纳主题 %(count)d 项。") % {"count": ask_due_themes()}})


def run_analysis(job: JobHandle, run: int) -> None:
    """Work one analysis out; may be stopped between its steps and run again, it is kept in one step at the end."""
    row = WorkedOut.objects.select_related("created_by").get(pk=run)

    def step(done: int, total: int, text: str) -> None:
        job.stop_if_cancelled()
        job.progress(done, total, text)

    work_out(run=row, step=step)
    address = reverse(f"opinions:{row.kind}", args=[row.survey])
    job.finish({"message": _("分析已算好。"), "url": f"{address}?{row.address}" if row.address else address,
                "tone": "good"})
