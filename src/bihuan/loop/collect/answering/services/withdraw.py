"""Answers taken back by who gave them, and personal data removed at a customer's request."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.privacy.queries.people import numbers_of
from bihuan.core.rights import SystemActor
from bihuan.engine.survey.questionnaire import holds

from ..exploding import items_of
from ..models import Draft, Invitation, QuotaCount, Response
from ..sealing import Unreadable, seal, unseal
from ..waves import questions_of, wave_of

Status, State = Response.Status, Response.State


@transaction.atomic
def withdraw(*, invitation: UUID) -> bool:
    """Empty the response of a customer's own link, here and in the lake; False when there is none to empty."""
    response = Response.objects.select_for_update().filter(invitation_id=invitation).exclude(
        status=Status.WITHDRAWN).first()
    if response is None:
        return False
    empty(response)
    Draft.objects.filter(pk=invitation).delete()
    audit.record("collect.response_withdrawn", response, actor=SystemActor("customer"))
    return True


def empty(response: Response) -> None:
    """Remove what was answered. What was written to the lake is written over with nothing by the next batch."""
    try:
        names = items_of(response, wave_of(response.wave_id)) if response.sealed else []
        give_back(response)
    except Unreadable:
        names = []
    written = response.state in (State.STORED, State.WRITING)
    Response.objects.filter(pk=response.pk).update(
        status=Status.WITHDRAWN, sealed=seal({"_gone": names}) if written else None, attempts=0, problem="",
        state=State.WAITING if response.state == State.STORED else response.state)


def give_back(response: Response) -> None:
    """Give back the places of quotas that an answer took: somebody else may answer in its stead."""
    quotas = questions_of(response.version_id).quotas
    if response.status != Status.VALID or response.sealed is None or not quotas:
        return
    answers = unseal(bytes(response.sealed))
    for quota in quotas:
        if holds(quota.expression, answers):
            QuotaCount.objects.filter(wave_id=response.wave_id, name=quota.name, count__gt=0).update(
                count=F("count") - 1)


@transaction.atomic
def erase_customer(customer: str) -> dict[str, int]:
    """Empty a customer's responses and what they began; the numbers of who was asked stay, they name nobody."""
    numbers = numbers_of(customer)
    found = list(Response.objects.select_for_update().filter(customer__in=numbers).exclude(status=Status.WITHDRAWN))
    for response in found:
        empty(response)
    drafts, _each = Draft.objects.filter(invitation__customer__in=numbers).delete()
    theirs = Invitation.objects.filter(customer__in=numbers)
    theirs.update(text="")
    # What waits, a reminder too, is never sent.
    waiting, now = theirs.filter(state=Invitation.State.WAITING), timezone.now()
    unsent = waiting.filter(is_reminder=False).update(
        state=Invitation.State.NOT_SENT, reason="blocked", changed_at=now)
    unsent += waiting.filter(is_reminder=True).update(
        state=Invitation.State.SENT, is_reminder=False, changed_at=now)
    return {"responses": len(found), "drafts": drafts, "unsent": unsent}
