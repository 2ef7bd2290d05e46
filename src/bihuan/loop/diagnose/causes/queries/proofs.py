"""The evidence of boxes in words, and where each piece opens."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.ui import formats

from ..models import CauseNode, NodeProof


@dataclass(frozen=True)
class ProofLine:
    proof: NodeProof
    words: str
    url: str


def line_of(proof: NodeProof) -> ProofLine:
    """Return one piece of evidence ready to print; rights are those of the page that it opens."""
    url = {
        NodeProof.Kind.FINDING: lambda: reverse("findings:finding", args=[proof.ref]),
        NodeProof.Kind.CASE: lambda: reverse("indicators:case", args=[proof.ref]),
        NodeProof.Kind.ROWS: lambda: proof.ref,
        NodeProof.Kind.DOCUMENT: lambda: reverse("causes:proof_file", args=[proof.pk]) if proof.stored else "",
    }[NodeProof.Kind(proof.kind)]()
    return ProofLine(proof, words_of(proof), url)


def words_of(proof: NodeProof) -> str:
    """Return one piece of evidence as a line: what it is, what it says, and of a document its size and hash."""
    parts = [f"{proof.get_kind_display()} {proof.label}"]
    if proof.sha256:
        parts.append(_("{size}，SHA-256 {hash}").format(size=formats.size(proof.size), hash=proof.sha256[:16]))
    if proof.note:
        parts.append(proof.note)
    return " · ".join(parts)


def evidence_text(node: CauseNode) -> str:
    """Return all that stands behind a box: what was written and what was linked, in the workspace's language."""
    with translation.override("zh-hans"):
        told = (node.evidence.strip(), *(words_of(one) for one in node.proofs.all()))
        return "\n".join(part for part in told if part)
