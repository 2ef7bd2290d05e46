"""Causes stated for a finding: with evidence they are confirmed, and the finding is diagnosed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require
from bihuan.loop.diagnose.findings.queries import finding_for
from bihuan.loop.diagnose.findings.services import mark_diagnosed

from ..models import Cause, FindingCause
from .errors import CauseError

WORK = "diagnose.work_findings"
SHORTEST = 4


@transaction.atomic
def state_cause(*, finding_id: int, text: str, evidence: str, cause: Cause | None, actor: User) -> FindingCause:
    """Note a cause of a finding; it counts once somebody confirmed it."""
    finding = finding_for(actor, finding_id)
    require(actor, WORK, finding)
    if len(text.strip()) < SHORTEST:
        raise CauseError(_("请写明原因：一句话，说清是什么导致了问题。"), field="text")
    row = FindingCause.objects.create(
        finding_id=finding_id, text=text.strip()[:300], evidence=evidence.strip(), cause=cause, round=finding.round,
        created_by=actor)
    audit.record("diagnose.cause_stated", row, actor=actor, finding=finding_id, cause=cause.pk if cause else None)
    return row


@transaction.atomic
def confirm_cause(*, stated: FindingCause, actor: User) -> FindingCause:
    """Confirm that the evidence shows the cause; without evidence or an entry of the taxonomy it is a guess."""
    row = _own(stated, actor)
    if not row.evidence.strip():
        raise CauseError(_("没有依据的原因只是猜测：请先写明依据，如数字、会话或现场记录。"))
    if row.cause is None:
        raise CauseError(_("请先选择原因分类，否则无法计数。"))
    row.confirmed_by, row.confirmed_at = actor, timezone.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    mark_diagnosed(finding_id=row.finding_id, by=actor)
    audit.record("diagnose.cause_confirmed", row, actor=actor, finding=row.finding_id)
    return row


@transaction.atomic
def withdraw_cause(*, stated: FindingCause, actor: User) -> None:
    """Take a cause back that turned out wrong; a confirmed one too, before a measure rests on it."""
    row = _own(stated, actor)
    audit.record("diagnose.cause_withdrawn", row, actor=actor, finding=row.finding_id, text=row.text)
    forget(row)


def forget(stated: FindingCause) -> None:
    """Drop a stated cause, unless a measure already rests on it."""
    try:
        with transaction.atomic():
            stated.delete()
    except ProtectedError as error:
        raise CauseError(_("已有改进措施针对这个原因，不能取消。")) from error


def _own(stated: FindingCause, actor: User) -> FindingCause:
    row = FindingCause.objects.select_for_update(of=("self",)).select_related("cause").filter(pk=stated.pk).first()
    if row is None:
        raise NotAllowed(f"cause {stated.pk}")
    require(actor, WORK, finding_for(actor, row.finding_id))
    return row
