"""A problem that a page of numbers shows and a person takes up: stated at once, and the same one is one finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bihuan.core.models import User
from bihuan.core.rights import Actor, require

from ..contracts import FindingInfo, Sign
from ..models import Finding
from ..queries.statement import Statement, faults_of
from ..rights import WORK
from .errors import FindingError
from .record import record_signs
from .rounds import moved


@transaction.atomic
def raise_sign(*, sign: Sign, statement: Statement, actor: User) -> Finding:
    """Take up what a page shows; one that was taken up before is seen again and keeps its state and statement.

    Raises FindingError for a vague statement, NotAllowed for a unit beyond the person's reach.
    """
    require(actor, WORK)
    require(actor, WORK, Finding(unit_code=sign.unit_code))
    faults = faults_of(statement)
    if faults:
        raise FindingError(faults[0].text, field=faults[0].field)
    record_signs(signs=[sign], today=timezone.now(), actor=actor)
    row = Finding.objects.select_for_update().get(key=sign.key)
    if row.is_stated and row.state != Finding.State.NEW:
        return row
    if not row.is_stated:
        _state(row, statement)
    row.created_by, row.owner = row.created_by or actor, row.owner or actor
    return moved(row, Finding.State.ACCEPTED, "raised", by=actor)


@transaction.atomic
def see_stated(*, seen: Sequence[tuple[Sign, Statement]], today: datetime, actor: Actor) -> list[FindingInfo]:
    """Store signs that come with their statement; returns the findings that are new.

    They wait for who works on them, as every finding of the search does; only a vague statement is left for people.
    """
    known = set(Finding.objects.filter(key__in=[sign.key for sign, _words in seen]).values_list("key", flat=True))
    record_signs(signs=[sign for sign, _words in seen], today=today, actor=actor)
    new = []
    for sign, statement in seen:
        if sign.key in known:
            continue
        row = Finding.objects.get(key=sign.key)
        if not faults_of(statement):
            _state(row, statement)
            row.save()
        new.append(row.info())
    return new


def _state(row: Finding, statement: Statement) -> None:
    row.stated_step, row.stated_action = statement.step.strip()[:120], statement.action.strip()[:120]
    row.stated_metric, row.stated_threshold = statement.metric.strip()[:120], statement.threshold.strip()[:120]
