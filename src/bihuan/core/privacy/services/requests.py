"""Requests of customers about their own data: received, identity checked, carried out or refused with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.jobs import enqueue
from bihuan.core.models import User
from bihuan.core.rights import Actor, require
from bihuan.core.services.names import keep_colleague
from bihuan.core.services.units import actor_name
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.facts.privacy.blocking import blocked_customers, publish_blocked
from bihuan.engine.facts.privacy.vault import open_vault

from ..days import working_days_after
from ..errors import Refused
from ..models import SubjectRequest
from ..queries.people import IDENTIFIERS
from ..queries.strangers import strangers
from ..stores import erase_everywhere
from .preferences import preferences
from .reveal import record_reveal

RIGHT = "privacy.handle_requests"
Kind, State = SubjectRequest.Kind, SubjectRequest.State


@transaction.atomic
def open_request(*, customer: str, kind: str, channel: str = "", detail: str = "", received_at: datetime | None = None,
                 actor: Actor) -> SubjectRequest:
    """Register a request; its term runs in working days from the day after it was received."""
    require(actor, RIGHT)
    received = received_at or timezone.now()
    day = timezone.localtime(received, workspace.zone()).date()
    request = SubjectRequest.objects.create(
        customer=customer, kind=kind, channel=channel, received_at=received,
        detail=mask_text(detail, load_rules(workspace.home()))[:500],
        due_on=working_days_after(day, preferences().request_days),
        created_by=actor if isinstance(actor, User) else None)
    audit.record("privacy.request_opened", request, actor=actor, customer=audit.plain(customer), kind=audit.plain(kind),
                 due_on=request.due_on)
    return request


@transaction.atomic
def verify_identity(*, request: SubjectRequest, how: str, actor: User) -> SubjectRequest:
    """Note how it was made sure that the request comes from the person themself."""
    found = _open(request, actor)
    if len(how.strip()) < 2:
        raise Refused("identity_needed")
    found.identity, found.verified_by, found.state = mask_text(how.strip())[:200], actor, State.VERIFIED
    found.save(update_fields=["identity", "verified_by", "state"])
    audit.record("privacy.request_verified", found, actor=actor)
    return found


@transaction.atomic
def answer_request(*, request: SubjectRequest, outcome: str = "", corrections: Mapping[str, str] | None = None,
                   stay: Sequence[str] = (), actor: User) -> SubjectRequest:
    """Carry a request out. A deletion runs in the background; everything else is done when this returns.

    ``stay``: names of ``queries.strangers`` that are colleagues' and outlive the deletion, this one and later ones.
    """
    found = _open(request, actor)
    if found.state != State.VERIFIED:
        raise Refused("identity_needed")
    match found.kind:
        case Kind.DELETE:
            _keep(found, stay, actor)
            enqueue("privacy.delete", actor=actor, title=_("删除客户 %(customer)s 的个人信息") % {
                "customer": found.customer}, request=found.pk, outcome=outcome)
            return found
        case Kind.CORRECT:
            proof = _correct(found.customer, corrections or {}, actor)
        case Kind.BLOCK | Kind.UNBLOCK:
            proof = _switch_block(found.customer, blocked=found.kind == Kind.BLOCK)
        case _:
            proof = {}
    return _close(found, State.DONE, outcome, proof, actor)


def carry_out_deletion(*, request: SubjectRequest, outcome: str, actor: User) -> SubjectRequest:
    """Delete a customer from every place, then close the request with the proof; may be run again after a crash."""
    if not request.is_open:
        return request
    proof = erase_everywhere(request.customer)
    with transaction.atomic():
        return _close(_open(request, actor), State.DONE, outcome, proof, actor)


@transaction.atomic
def record_handover(*, request: SubjectRequest, actor: User) -> None:
    """Note that everything held about a customer is taken out to be handed over to them; call before it is sent."""
    require(actor, RIGHT)
    record_reveal(obj=("customer", request.customer), reason=_("查阅复制请求 %(number)d") % {"number": request.pk},
                  actor=actor, fields=["everything"])


@transaction.atomic
def refuse_request(*, request: SubjectRequest, reason: str, actor: User) -> SubjectRequest:
    """Refuse a request, with the reasons that the person is told (art. 50)."""
    found = _open(request, actor)
    if len(reason.strip()) < 4:
        raise Refused("refusal_reason_needed")
    return _close(found, State.REFUSED, reason.strip(), {}, actor)


def _keep(found: SubjectRequest, names: Sequence[str], actor: Actor) -> None:
    """Say that names are colleagues'; only such as were offered, so that no customer's own name can be kept."""
    offered = {name for name, _cases, _others in strangers(found)[0]} if names else set()
    for name in names:
        if name in offered:
            keep_colleague(name=name, actor=actor)


def _open(request: SubjectRequest, actor: Actor) -> SubjectRequest:
    require(actor, RIGHT)
    found = SubjectRequest.objects.select_for_update().get(pk=request.pk)
    if not found.is_open:
        raise Refused("request_closed")
    return found


def _close(found: SubjectRequest, state: str, outcome: str, proof: dict[str, Any], actor: User) -> SubjectRequest:
    found.state, found.outcome, found.proof = state, mask_text(outcome, load_rules(workspace.home())), proof
    found.closed_at, found.closed_by = timezone.now(), actor
    found.save(update_fields=["state", "outcome", "proof", "closed_at", "closed_by"])
    audit.record("privacy.request_closed", found, actor=actor, customer=audit.plain(found.customer),
                 kind=audit.plain(found.kind), result=audit.plain(state), late=timezone.localdate() > found.due_on)
    return found


def _correct(customer: str, corrections: Mapping[str, str], actor: User) -> dict[str, Any]:
    """Write corrected identifiers as a new version of the customer's record, and in the vault where they are there."""
    given = {name: corrections[name].strip() for name in IDENTIFIERS if corrections.get(name, "").strip()}
    if not given:
        raise Refused("nothing_to_correct")
    vault = open_vault(workspace.home())
    if vault.is_destroyed(customer):
        raise Refused("subject_deleted", customer=customer)
    # The importer is heavy, and only this act of a web worker needs it.
    from bihuan.engine.facts.importing import import_rows

    from ..queries.people import rows_of

    present = rows_of(customer, tables=("customers",))["customers"]
    row = {**(present[0] if present else {"id": customer}), **given}
    row.pop("source", None)
    result = import_rows(workspace.home(), "customers", [row], source="request", actor=actor_name(actor))
    if vault.get(customer):
        vault.put(customer, given)
    return {"fields": sorted(given), "batch": result.batch}


def _switch_block(customer: str, *, blocked: bool) -> dict[str, Any]:
    home = workspace.home()
    listed = blocked_customers(home)
    publish_blocked(home, listed | {customer} if blocked else listed - {customer})
    return {"blocked": blocked}
