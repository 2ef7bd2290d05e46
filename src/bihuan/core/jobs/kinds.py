"""The core's own background jobs."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from .. import audit, workspace
from ..languages import separated
from .handle import JobHandle


def refresh_facts(job: JobHandle) -> None:
    """Compute the facts anew after a calendar, a rule or the zone changed."""
    from bihuan.engine.facts.derive import refresh

    refresh(workspace.home(), progress=job.progress)
    job.finish({"message": _("指标所用的事实已按现行日历与时限重算。"), "url": reverse("core:calendar_list")})


def follow_names(job: JobHandle) -> None:
    """Compute the facts of the cases in which somebody is called by a name that means another agent now."""
    from bihuan.engine.facts import freshness

    count = freshness.refresh(workspace.home(), progress=job.progress)
    message = _("已按选定的坐席重算：%(count)s 张工单。") % separated(count=max(count, 0))
    job.finish({"message": message, "url": reverse("core:member_list")})


def verify_log(job: JobHandle, head: str = "") -> None:
    """Check the audit chain, held against a line kept earlier when there is one."""
    found = audit.verify(head or None, progress=job.progress)
    if found.ok:
        message = _("审计日志完好：共 %(count)s 条，逐条相接。") % separated(count=found.entries)
    else:
        message = _("审计日志有 %(count)s 处不符：") % separated(count=len(found.faults))
        message += " ".join(fault.text for fault in found.faults[:20])
    job.finish({"message": message, "tone": "good" if found.ok else "bad", "url": reverse("core:audit_list")})
