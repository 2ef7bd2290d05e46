"""A problem that a page of numbers shows and a person takes up: stated at once, and the same one is one finding."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bihuan.core.models import User
from bihuan.core.rights import require

from ..contracts import Sign
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
    if row.is_stated:
        return row
    row.stated_step, row.stated_action = statement.step.strip(), statement.action.strip()
    row.stated_metric, row.stated_threshold = statement.metric.strip(), statement.threshold.strip()
    row.created_by = row.owner = actor
    return moved(row, Finding.State.ACCEPTED, "raised", by=actor)
