"""What this room holds of a customer whose data are deleted; for ``settings.BIHUAN_PERSONAL_STORES``."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from bihuan.core import audit
from bihuan.core.privacy.queries.people import numbers_of
from bihuan.core.privacy.stores import contact_values
from bihuan.core.rights import SystemActor
from bihuan.engine.facts.lake import literal
from bihuan.engine.facts.privacy.files import text_of
from bihuan.serve.customers.queries.session import ask

from ..models import CauseNode, FindingCause, NodeProof
from ..queries.proofs import evidence_text
from .proofs import folder

SYSTEM = SystemActor("diagnose.causes")
GONE = "〔已删除〕"


@transaction.atomic
def erase_customer(customer: str) -> dict[str, int]:
    """Delete documents and notes that name a customer by telephone or mail, and what was noted of their cases.

    That there was a document, and its hash, stays. The evidence of a cause is written anew from what is left.
    ``to_look_through``: documents that only people can read.
    """
    values = contact_values(customer)
    removed, unread = _documents(values)
    notes = _notes(customer, values)
    return {"cause_evidence": removed, "cause_notes": notes + _texts(values), "to_look_through": unread}


def _documents(values: Sequence[str]) -> tuple[int, int]:
    removed = unread = 0
    for one in NodeProof.objects.exclude(stored="").select_related("node"):
        path = folder() / one.stored
        text = text_of(path) if path.is_file() else ""
        if text is None and not _names(f"{one.label} {one.note}", values):
            unread += 1
        elif _names(f"{text} {one.label} {one.note}", values):
            path.unlink(missing_ok=True)
            NodeProof.objects.filter(pk=one.pk).update(stored="", label=f"{one.pk}{path.suffix}", note="")
            audit.record("diagnose.proof_erased", one.node, actor=SYSTEM, proof=one.pk)
            _retell(one.node)
            removed += 1
    return removed, unread


def _notes(customer: str, values: Sequence[str]) -> int:
    """Empty notes that name the customer, and those on one of their cases."""
    cases = {row["case"] for row in ask(
        f'SELECT "case" FROM fact_case WHERE customer IN ({", ".join(map(literal, numbers_of(customer)))})')}
    emptied = 0
    for one in NodeProof.objects.exclude(note="").select_related("node"):
        if _names(one.note, values) or (one.kind == NodeProof.Kind.CASE and one.ref in cases):
            NodeProof.objects.filter(pk=one.pk).update(note="")
            _retell(one.node)
            emptied += 1
    return emptied


def _texts(values: Sequence[str]) -> int:
    """Take telephone and mail out of what was written as evidence, in boxes and in the causes stated from them."""
    changed = 0
    for model in (CauseNode, FindingCause):
        naming = Q(pk__in=())
        for value in values:
            naming |= Q(evidence__contains=value)
        for row in model._default_manager.filter(naming):
            text = row.evidence
            for value in values:
                text = text.replace(value, GONE)
            model._default_manager.filter(pk=row.pk).update(evidence=text)
            changed += 1
    return changed


def _names(text: str, values: Sequence[str]) -> bool:
    return any(value in text for value in values)


def _retell(node: CauseNode) -> None:
    if node.stated_id:
        FindingCause.objects.filter(pk=node.stated_id).update(evidence=evidence_text(node))
