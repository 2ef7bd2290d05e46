"""Proof of a measure: a file under a name of our own, with the hash of its bytes when it came."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.stores import contact_values
from bihuan.core.rights import Actor, SystemActor
from bihuan.core.services.proof_files import Unfit, has_hash, keep_file
from bihuan.engine.facts.privacy.files import text_of

from ..contracts import EVIDENCE_KINDS
from ..models import Evidence, Measure
from ..rights import may_report, require_that
from .errors import MeasureError
from .writing import State, locked

SYSTEM = SystemActor("improve.measures")


def folder() -> Path:
    """Return where proof lies."""
    return workspace.home().path / "evidence"


@transaction.atomic
def add_evidence(*, measure: Measure, kind: str, name: str, parts: Iterable[bytes], actor: Actor,
                 note: str = "", is_free: bool = False) -> Evidence:
    """Take in a file as proof. Raises MeasureError for one that is empty, too large or could be run."""
    measure = locked(measure)
    require_that(may_report(actor, measure), "evidence")
    if measure.state in (State.VERIFIED, State.WITHDRAWN):
        raise MeasureError(_("措施已关闭，不能再加材料。"))
    if kind not in EVIDENCE_KINDS:
        raise MeasureError(_("请选择材料种类。"), field="kind")
    try:
        kept = keep_file(folder(), name, parts)
    except Unfit as error:
        raise MeasureError(str(error), field="file") from error
    try:
        made = Evidence.objects.create(
            measure=measure, kind=kind, name=Path(name).name[:200], stored=kept.path.name, size=kept.size,
            sha256=kept.sha256, note=note.strip(), is_free=is_free, by=actor if isinstance(actor, User) else None)
        audit.record("improve.evidence_added", measure, actor=actor, kind=audit.plain(kind), size=kept.size,
                     sha256=audit.plain(kept.sha256))
    except BaseException:
        kept.path.unlink(missing_ok=True)
        raise
    return made


def is_unchanged(evidence: Evidence) -> bool | None:
    """Return whether a file still has the hash it came with; None when it is gone."""
    return has_hash(folder() / evidence.stored, evidence.sha256)


@transaction.atomic
def take_evidence(*, evidence: Evidence, actor: User) -> Path:
    """Return where a file lies, noted as taken. Raises MeasureError when it is gone or was changed."""
    if not evidence.stored:
        raise MeasureError(_("文件里有一位客户的个人信息，已应其删除要求移除。"))
    state = is_unchanged(evidence)
    if state is None:
        raise MeasureError(_("文件已不在服务器上：请联系管理员从备份恢复。"))
    if not state:
        raise MeasureError(_("文件与上传时的校验值不符，已不能作为证明：请联系管理员从备份恢复。"))
    audit.record("improve.evidence_taken", evidence.measure, actor=actor, evidence=evidence.pk)
    return folder() / evidence.stored


@transaction.atomic
def erase_customer(customer: str) -> dict[str, int]:
    """Delete the proof files that name a customer by telephone or mail; for ``settings.BIHUAN_PERSONAL_STORES``.

    Before the records and the vault, which know both. That there was a file, and its hash, stays. ``to_look_through``:
    files that only people can read, and that nobody said are free of customers' data.
    """
    values = contact_values(customer)
    removed = unread = 0
    for one in Evidence.objects.exclude(stored="").select_related("measure"):
        path = folder() / one.stored
        text = text_of(path) if path.is_file() else ""
        if text is None:
            unread += not one.is_free
        elif any(value in f"{text} {one.name} {one.note}" for value in values):
            path.unlink(missing_ok=True)
            Evidence.objects.filter(pk=one.pk).update(stored="", name=f"{one.pk}{path.suffix}", note="")
            audit.record("improve.evidence_erased", one.measure, actor=SYSTEM, evidence=one.pk)
            removed += 1
    return {"evidence": removed, "to_look_through": unread}
