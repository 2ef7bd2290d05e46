"""A difference is proposed as a problem, or the proposal withdrawn."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit, jobs
from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, require, scope_of

from ..contracts import Comparison, State, Wave
from ..models import ProposedFinding
from ..queries.cross import fingerprint
from ..rights import VIEW


@transaction.atomic
def propose_finding(
    *, wave: Wave, state: State, comparison: Comparison, actor: User, note: str = "",
) -> ProposedFinding:
    """Store a difference that stood after correction for diagnosis to take up; proposed twice it is there once.

    Raises ValueError for one that did not stand.
    """
    require(actor, VIEW)
    if not comparison.stands:
        raise ValueError("only what stands after correction becomes a finding")
    scope = scope_of(actor, VIEW)
    numbers = asdict(comparison)
    row, made = ProposedFinding.objects.get_or_create(
        survey=wave.code, fingerprint=fingerprint(wave, state, comparison), state=ProposedFinding.State.WAITING,
        defaults={"sentence": comparison.sentence[:500], "numbers": numbers, "note": note.strip()[:300],
                  "filters": [[name, list(values)] for name, values in state.filters],
                  "units": None if scope.units is None else list(scope.units), "created_by": actor})
    if made:
        audit.record("evaluate.finding_proposed", row, actor=actor, q=comparison.q, n=comparison.difference.n)
        # Diagnosis stands above this room: its job takes the proposal up, now and not with the next search.
        jobs.enqueue("findings.take", actor=actor, title=_("收进问题清单"))
    return row


@transaction.atomic
def take_finding(*, finding: ProposedFinding, actor: Actor) -> bool:
    """Note that diagnosis took a waiting proposal up; False when it was withdrawn or taken meanwhile."""
    row = ProposedFinding.objects.select_for_update().get(pk=finding.pk)
    if row.state != ProposedFinding.State.WAITING:
        return False
    row.state = ProposedFinding.State.TAKEN
    row.save(update_fields=["state"])
    audit.record("evaluate.finding_taken", row, actor=actor)
    return True


@transaction.atomic
def link_finding(*, finding: ProposedFinding, address: str) -> None:
    """Keep the address of the problem that a taken proposal became."""
    ProposedFinding.objects.filter(pk=finding.pk, state=ProposedFinding.State.TAKEN).update(taken_as=address)


@transaction.atomic
def withdraw_finding(*, finding: ProposedFinding, actor: User) -> ProposedFinding:
    """Take a waiting proposal back; only whoever made it may."""
    require(actor, VIEW)
    row = ProposedFinding.objects.select_for_update().get(pk=finding.pk)
    if row.created_by_id != actor.pk or row.state != ProposedFinding.State.WAITING:
        raise NotAllowed(f"finding {row.pk}")
    row.state = ProposedFinding.State.WITHDRAWN
    row.save(update_fields=["state"])
    audit.record("evaluate.finding_withdrawn", row, actor=actor)
    return row
