"""Evidence of a box: linked where it is in the product, kept with its hash where it is a document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require
from bihuan.core.services.proof_files import Unfit, has_hash, keep_file
from bihuan.engine.facts.privacy import load_rules, mask_file_name, mask_text
from bihuan.loop.diagnose.findings.queries import finding_for
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.cases import counted_in
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.evaluate.indicators.rights import reach

from ..models import CauseNode, FindingCause, NodeProof
from ..queries.proofs import evidence_text
from .errors import CauseError
from .stated import WORK

Kind = NodeProof.Kind
ROWS = "evaluate.view_rows"
FINDING = re.compile(r"F-?0*(\d{1,9})", re.I)
# Pages whose address stands for the rows behind a number.
ROW_PAGES = {"indicators:rows": "", "processes:cases": gettext_lazy("流程明细"),
             "processes:step_rows": gettext_lazy("流程明细")}


def folder() -> Path:
    """Return where documents lie."""
    return workspace.home().path / "cause_evidence"


@transaction.atomic
def link_proof(*, node: CauseNode, told: str, note: str, actor: User) -> NodeProof:
    """Link what a person names: F-0012, the address of a page of this product, or the number of a case.

    Raises CauseError for what is not there, or what the person may not see: the two look alike.
    """
    row = _own(node, actor)
    kind, ref, label = _meant(told.strip(), actor)
    made = NodeProof.objects.create(node=row, kind=kind, ref=ref, label=label[:200], note=_masked(note), by=actor)
    audit.record("diagnose.proof_added", row, actor=actor, kind=audit.plain(kind))
    return _told(row, made)


@transaction.atomic
def keep_proof(*, node: CauseNode, name: str, parts: Iterable[bytes], note: str, actor: User) -> NodeProof:
    """Keep a document with the hash of its bytes."""
    row = _own(node, actor)
    try:
        kept = keep_file(folder(), name, parts)
    except Unfit as error:
        raise CauseError(str(error), field="file") from error
    try:
        made = NodeProof.objects.create(
            node=row, kind=Kind.DOCUMENT, label=mask_file_name(Path(name).name, load_rules(workspace.home()))[:200],
            note=_masked(note), stored=kept.path.name,
            size=kept.size, sha256=kept.sha256, by=actor)
        audit.record("diagnose.proof_added", row, actor=actor, kind="document", sha256=audit.plain(kept.sha256))
        return _told(row, made)
    except BaseException:
        kept.path.unlink(missing_ok=True)
        raise


@transaction.atomic
def remove_proof(*, proof: NodeProof, actor: User) -> None:
    """Take evidence away again; a document's file goes with it, its hash stays in the records."""
    row = _own(proof.node, actor)
    audit.record("diagnose.proof_removed", row, actor=actor, kind=audit.plain(proof.kind),
                 sha256=audit.plain(proof.sha256))
    stored = proof.stored
    proof.delete()
    if row.is_root and not evidence_text(row):
        raise CauseError(_("根因需要依据：这是最后一条，请先取消根因。"))
    _told(row, None)
    if stored:
        transaction.on_commit(lambda: (folder() / stored).unlink(missing_ok=True))


def take_proof(*, proof: NodeProof, actor: User) -> Path:
    """Return where a document lies, noted as taken. Raises CauseError when it is gone or was changed."""
    path = folder() / (proof.stored or "-")
    if not has_hash(path, proof.sha256):
        raise CauseError(_("文件已不在，或与放入时的校验值不符，不能再作依据：请联系管理员从备份恢复。"))
    audit.record("diagnose.proof_taken", proof.node, actor=actor, proof=proof.pk)
    return path


def _masked(note: str) -> str:
    return mask_text(note.strip(), load_rules(workspace.home()))[:300]


def _own(node: CauseNode, actor: User) -> CauseNode:
    row = CauseNode.objects.select_for_update(of=("self",)).select_related("stated").filter(
        pk=node.pk, removed=False).first()
    if row is None:
        raise NotAllowed(f"node {node.pk}")
    require(actor, WORK, finding_for(actor, row.finding_id))
    if row.stated is not None and row.stated.confirmed_at:
        raise CauseError(_("它已作为原因得到确认，不能改写：请先取消根因，改好后重新确认。"))
    return row


def _told(row: CauseNode, proof: NodeProof | None) -> NodeProof:
    """Carry the evidence on to the cause that was stated from the box."""
    if row.stated_id:
        FindingCause.objects.filter(pk=row.stated_id).update(evidence=evidence_text(row))
    return proof  # type: ignore[return-value]


def _meant(told: str, actor: User) -> tuple[str, str, str]:
    if not told:
        raise CauseError(_("请填写问题编号、工单号或本系统的网址，或选择一个文件。"), field="told")
    if (found := FINDING.fullmatch(told)) is not None:
        return _finding(int(found[1]), actor)
    address = urlsplit(told)
    if not address.path.startswith("/"):
        return _case(told, actor)
    try:
        page = resolve(address.path)
    except Resolver404:
        raise CauseError(_("这个网址不是本系统的页面：请从问题、指标明细或工单页复制。"), field="told") from None
    if page.view_name == "findings:finding":
        return _finding(page.kwargs["pk"], actor)
    if page.view_name == "indicators:case":
        return _case(page.kwargs["case"], actor)
    if page.view_name not in ROW_PAGES:
        raise CauseError(_("这个页面没有明细可作依据：请从指标明细、流程明细、问题或工单页复制网址。"), field="told")
    passport = engine.passports().get(page.kwargs.get("name", ""))
    query = urlencode(parse_qsl(address.query))
    label = in_language(passport.title) if passport else str(ROW_PAGES[page.view_name])
    return Kind.ROWS, f"{address.path}?{query}"[:1000] if query else address.path, label


def _finding(pk: int, actor: User) -> tuple[str, str, str]:
    try:
        return Kind.FINDING, str(pk), finding_for(actor, pk).number
    except NotAllowed:
        raise CauseError(_("没有这个问题，或您看不到它。"), field="told") from None


def _case(case: str, actor: User) -> tuple[str, str, str]:
    require(actor, ROWS)
    if not counted_in(case, reach(actor, ROWS)):
        raise CauseError(_("没有这个工单，或您看不到它：请用工单页上的编号。"), field="told")
    return Kind.CASE, case, case
