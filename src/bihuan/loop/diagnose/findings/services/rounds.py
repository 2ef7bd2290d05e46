"""The rounds of a finding, moved on by the rooms above: a measure acts on it, a verdict settles it or opens it anew."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor

from ..models import Finding, FindingAct
from ..rights import require_seen


@transaction.atomic
def act_on(*, finding_id: int, by: Actor) -> Finding:
    """A measure against the finding was approved: it is being worked on."""
    finding = held(finding_id)
    require_seen(by, finding)
    return moved(finding, Finding.State.ACTING, "acted_on", by=by)


@transaction.atomic
def settle(*, finding_id: int, verdict: str, by: Actor) -> Finding:
    """A verdict closed the finding; ``verdict`` is its word (effective ...)."""
    finding = held(finding_id)
    require_seen(by, finding)
    finding.settled_at = timezone.now()
    return moved(finding, Finding.State.SETTLED, "settled", by=by, note=verdict)


@transaction.atomic
def reopen(*, finding_id: int, reason: str, by: Actor) -> Finding:
    """The measure did not help, or the problem came back: the next round of diagnosis begins."""
    finding = held(finding_id)
    require_seen(by, finding)
    finding.round += 1
    finding.settled_at = None
    return moved(finding, Finding.State.ACCEPTED, "reopened", by=by, note=reason)


def held(finding_id: int) -> Finding:
    """Return the finding locked for the transaction."""
    return Finding.objects.select_for_update().get(pk=finding_id)


def moved(finding: Finding, state: str, act: str, *, by: Actor, note: str = "") -> Finding:
    """Save the finding in its new state, with a line of its history and one of the audit log."""
    finding.state = state
    finding.save()
    FindingAct.objects.create(
        finding=finding, act=act, note=note[:300], round=finding.round, by=by if isinstance(by, User) else None)
    audit.record(f"diagnose.finding_{act}", finding, actor=by, round=finding.round, note=note)
    return finding
