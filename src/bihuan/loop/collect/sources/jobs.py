"""The room's background jobs; both may be stopped and run again at any point."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from . import services
from .models import Pull, Source
from .services.arrivals import Looked


def run_turn(job: JobHandle) -> None:
    """Give every source its turn that is due."""
    job.finish({"message": _("轮到的数据源 %(count)d 个。") % {"count": services.run_due(job)}})


def run_pull(job: JobHandle, *, source: int) -> None:
    """Give one source its turn because somebody asked for it."""
    found = Source.objects.filter(pk=source).first()
    if found is None:
        job.finish({"message": _("数据源已被删除。"), "url": reverse("sources:source_list")})
        return
    done = services.run_source(job, source=found, by=job.job.created_by)
    job.finish({"url": reverse("sources:source", args=[source]), **_said(done)})


def _said(done: Pull | Looked | None) -> dict[str, str]:
    if done is None:
        return {"message": _("这个数据源正在后台拉取，请看它的页面。")}
    if isinstance(done, Looked):
        return {"message": _("导入 %(taken)d 个文件，待处理 %(undecided)d 个，等待写完 %(waiting)d 个。") % {
            "taken": done.taken, "undecided": done.undecided, "waiting": done.waiting}}
    if done.state == Pull.State.FAILED:
        return {"message": done.trouble_text, "tone": "bad"}
    counts = {"read": done.read, "new": done.accepted, "updated": done.updated, "refused": done.quarantined}
    text = _("读取 %(read)d 行：新增 %(new)d，更新 %(updated)d，未导入 %(refused)d。") % counts
    if done.state == Pull.State.WAITING:
        text += _("还没有读完，会自动继续。")
    return {"message": text}
