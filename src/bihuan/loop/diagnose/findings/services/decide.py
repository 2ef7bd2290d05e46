"""What people decide about a finding: take it up, dismiss it, give it to somebody, state it, ask a department."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import Unit, User
from bihuan.core.rights import NotAllowed, can, require, scope_of

from ..models import VIEW, Finding, FindingAct, JointIssue
from ..queries.statement import Statement, faults_of
from ..rights import WORK, require_seen
from .errors import FindingError
from .record import open_issue
from .rounds import held, moved

SHORTEST_REASON = 4


@transaction.atomic
def accept(*, finding: Finding, actor: User) -> Finding:
    """Take a new or dismissed finding up."""
    row = _own(finding, actor)
    if row.state not in (Finding.State.NEW, Finding.State.DISMISSED):
        raise FindingError(_("这个问题已经受理。"))
    row.dismissed_reason = ""
    return moved(row, Finding.State.ACCEPTED, "accepted", by=actor)


@transaction.atomic
def dismiss(*, finding: Finding, reason: str, actor: User) -> Finding:
    """Leave a finding be, with the reason; it keeps being watched and may be taken up later."""
    row = _own(finding, actor)
    if len(reason.strip()) < SHORTEST_REASON:
        raise FindingError(_("请写明不处理的原因，例如“促销期的正常波动，已在排班中考虑”。"), field="reason")
    if row.state not in (Finding.State.NEW, Finding.State.ACCEPTED, Finding.State.DIAGNOSED):
        raise FindingError(_("改进中或已解决的问题不能标为不处理。"), field="reason")
    row.dismissed_reason = reason.strip()[:300]
    return moved(row, Finding.State.DISMISSED, "dismissed", by=actor, note=row.dismissed_reason)


@transaction.atomic
def assign(*, finding: Finding, owner: User, actor: User) -> Finding:
    """Give the finding to a person who sees it."""
    row = _own(finding, actor)
    if not owner.is_active or not Finding.objects.for_user(owner).filter(pk=row.pk).exists():
        raise FindingError(_("这位人员看不到这个问题：请选择能看到该单位问题的人。"), field="owner")
    row.owner = owner
    state = Finding.State.ACCEPTED if row.state == Finding.State.NEW else row.state
    return moved(row, state, "assigned", by=actor, note=str(owner))


@transaction.atomic
def state_problem(*, finding: Finding, statement: Statement, actor: User) -> Finding:
    """State the problem as step, action, metric and threshold; vague statements are refused with a hint."""
    row = _own(finding, actor)
    faults = faults_of(statement)
    if faults:
        raise FindingError(faults[0].text, field=faults[0].field)
    row.stated_step, row.stated_action = statement.step.strip(), statement.action.strip()
    row.stated_metric, row.stated_threshold = statement.metric.strip(), statement.threshold.strip()
    state = Finding.State.ACCEPTED if row.state == Finding.State.NEW else row.state
    return moved(row, state, "stated", by=actor, note=statement.sentence())


@transaction.atomic
def raise_finding(*, title: str, statement: Statement, unit_code: str, actor: User,
                  seen_at: datetime | None = None, evidence: str = "") -> Finding:
    """Bring up a problem by hand: it has to be stated as precisely as one that the numbers show.

    ``seen_at``: when it was noticed, where that was before now. ``evidence``: the page of this product on which it was
    seen; any other address is left out.
    """
    require(actor, WORK)
    faults = faults_of(statement)
    if faults:
        raise FindingError(faults[0].text, field=faults[0].field)
    now = timezone.now()
    seen = min(seen_at or now, now)
    row = Finding(
        kind="manual", title=title.strip()[:300] or statement.sentence(), unit_code=unit_code,
        stated_step=statement.step.strip(), stated_action=statement.action.strip(),
        stated_metric=statement.metric.strip(), stated_threshold=statement.threshold.strip(), owner=actor,
        evidence=evidence if url_has_allowed_host_and_scheme(evidence, allowed_hosts=None) else "",
        created_by=actor, first_seen=seen, last_seen=seen, key=f"manual:{now.isoformat()}:{actor.pk}")
    require(actor, WORK, row)
    return moved(row, Finding.State.ACCEPTED, "raised", by=actor)


@transaction.atomic
def mark_diagnosed(*, finding_id: int, by: User) -> Finding:
    """A cause was confirmed: the finding waits for a measure."""
    row = held(finding_id)
    require(by, WORK, row)
    if row.state not in (Finding.State.NEW, Finding.State.ACCEPTED):
        return row
    return moved(row, Finding.State.DIAGNOSED, "diagnosed", by=by)


@transaction.atomic
def ask_department(*, finding: Finding, unit: str, actor: User) -> JointIssue:
    """Open the cross-department matter of a finding, or hand it to another department; the clock starts anew."""
    row = _own(finding, actor)
    if not Unit.objects.filter(pk=unit, is_current=True).exists():
        raise FindingError(_("请选择一个在用的单位。"), field="unit")
    JointIssue.objects.filter(finding=row).delete()
    issue = open_issue(row, unit=unit, now=timezone.now())
    FindingAct.objects.create(finding=row, act="issue_opened", note=unit, round=row.round, by=actor)
    audit.record("diagnose.issue_opened", row, actor=actor, unit=audit.plain(unit), due=issue.answer_by)
    return issue


@transaction.atomic
def answer_issue(*, finding: Finding, text: str, actor: User) -> JointIssue:
    """The department answers: those who reach its unit, or the finding itself, may."""
    require_seen(actor, finding)
    issue = JointIssue.objects.select_for_update().filter(finding=finding).first()
    if issue is None or not may_answer(actor, finding, issue):
        raise NotAllowed(f"issue of {finding.pk}")
    if len(text.strip()) < SHORTEST_REASON:
        raise FindingError(_("请写明答复：查到了什么、将做什么、何时完成。"), field="text")
    issue.answer, issue.answered_at, issue.answered_by = text.strip(), timezone.now(), actor
    issue.save()
    FindingAct.objects.create(finding=finding, act="issue_answered", note=text.strip()[:300], by=actor,
                              round=finding.round)
    audit.record("diagnose.issue_answered", finding, actor=actor, answer=text)
    return issue


def may_answer(user: User, finding: Finding, issue: JointIssue) -> bool:
    """Say whether a person speaks for the department that was asked."""
    if not can(user, VIEW):
        return False
    scope = scope_of(user, VIEW)
    return scope.agents is None and (scope.units is None or issue.owner_unit in scope.units)


def _own(finding: Finding, actor: User) -> Finding:
    row = held(finding.pk)
    require(actor, WORK, row)
    return row
