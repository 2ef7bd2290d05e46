"""Background work of this room."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.jobs.handle import JobHandle
from bihuan.core.languages import separated
from bihuan.core.rights import SystemActor
from bihuan.engine.facts.privacy.vault import open_vault

from .models import Export, SubjectRequest
from .services.exports import end_exports, make_export
from .services.requests import carry_out_deletion
from .services.watching import watch


def run_delete(job: JobHandle, request: int, outcome: str = "") -> None:
    """Carry out a request for deletion."""
    found = carry_out_deletion(request=SubjectRequest.objects.get(pk=request), outcome=outcome, actor=_person(job))
    job.finish({"message": _("已删除并留存证明。"), "url": reverse("privacy:request", args=[found.pk])})


def run_export(job: JobHandle, export: str) -> None:
    """Make an approved file."""
    found = Export.objects.select_related("asked_by", "decided_by").get(pk=export)
    if found.state == Export.State.APPROVED and not found.file:
        make_export(export=found)
    job.finish({"message": _("文件已生成，申请人可以下载。"), "url": reverse("privacy:export_list")})


def run_sweep(job: JobHandle) -> None:
    """End links and values whose time is over; meant to run every day."""
    exports, values = end_exports(), open_vault(workspace.home()).sweep()
    audit.record("privacy.swept", actor=SystemActor("sweep"), exports=exports, values=values)
    job.finish({"message": _("已清理到期的导出文件 %(exports)s 个、到期的个人信息 %(values)s 项。") % separated(
        exports=exports, values=values), "url": reverse("privacy:overview")})


def run_watch(job: JobHandle) -> None:
    """Tell of terms, agreements, assessments and audits that come to their day."""
    told = watch(today=timezone.localdate(timezone=workspace.zone()))
    job.finish({"message": _("新提醒 %(told)s 条。") % separated(told=told), "url": reverse("privacy:overview")})


def run_rotate(job: JobHandle) -> None:
    """Wrap every subject's key under a fresh master key."""
    keys = open_vault(workspace.home()).rotate()
    audit.record("privacy.master_key_rotated", actor=_person(job), keys=keys)
    job.finish({"message": _("主密钥已更换，重新包裹 %(keys)s 个密钥。") % separated(keys=keys),
                "url": reverse("privacy:overview")})


def _person(job: JobHandle) -> Any:
    return job.job.created_by or SystemActor("worker")
