"""Telling a department of the matters that a spike opened for it: when it opens, shortly before and after its time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core import workspace
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.queries.people import leaders_of, people_with
from bihuan.core.notifications.services import notify
from bihuan.core.rights import reaches, scope_of

from ..models import Finding, JointIssue

WORK, ABOVE = "diagnose.work_findings", "improve.approve_measures"
SOON, ESCALATE = timedelta(days=1), timedelta(days=3)
WORDS = {"open": gettext_lazy("跨部门事项待答复：{title}"), "soon": gettext_lazy("跨部门事项快到答复时限：{title}"),
         "late": gettext_lazy("跨部门事项逾期未答复：{title}"),
         "above": gettext_lazy("跨部门事项逾期未答复，已上报：{title}")}
OVER = (Finding.State.SETTLED, Finding.State.DISMISSED)


def watch_issues(*, now: datetime | None = None) -> int:
    """Tell of every matter without an answer; returns how many notices were made. Each step is told once."""
    moment = now or timezone.now()
    waiting = JointIssue.objects.filter(answered_at=None).exclude(finding__state__in=OVER).select_related("finding")
    return sum(_tell(issue, moment) for issue in waiting)


def step_of(answer_by: datetime, now: datetime) -> str:
    """Return how far a matter is: open, soon, late, or late for longer than a department may let it lie."""
    if now > answer_by + ESCALATE:
        return "above"
    if now > answer_by:
        return "late"
    return "soon" if now > answer_by - SOON else "open"


@transaction.atomic
def _tell(issue: JointIssue, now: datetime) -> bool:
    step, unit, title = step_of(issue.answer_by, now), issue.owner_unit, issue.finding.title
    people = [one for one in people_with(WORK, unit) if unit or reaches(scope_of(one, WORK), unit="")]
    if step in ("late", "above"):
        people += leaders_of(unit)
    due = timezone.localtime(issue.answer_by, workspace.zone()).strftime("%Y-%m-%d %H:%M")
    return notify("joint_issue", title=lambda: str(WORDS[step]).format(title=title),
                  text=lambda: _("应在 {due} 之前答复。").format(due=due),
                  about=About("findings.finding", str(issue.finding_id),
                              reverse("findings:finding", args=[issue.finding_id]), unit),
                  to=people, right=ABOVE if step == "above" else "", key=f"issue:{issue.pk}:{step}") is not None
