"""Feedback as a case of service: through the same import as every record, so that journal, undo and audit hold."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.engine.facts import importing

from ..contracts import CASE_KINDS, FeedbackState
from ..errors import Refused
from ..models import Feedback
from ..rights import HANDLE
from ..sealing import unseal

SOURCE = "feedback"


def make_case(*, feedback: Feedback, kind: str, topic: str, unit_code: str, customer: str, actor: User) -> Feedback:
    """Make feedback a case; its words become the case's first message. The case is written at once, or soon after."""
    found = _decide(feedback, kind, topic, unit_code, customer, actor)
    write_cases(only=found.pk)
    found.refresh_from_db()
    return found


@transaction.atomic
def _decide(feedback: Feedback, kind: str, topic: str, unit_code: str, customer: str, actor: User) -> Feedback:
    require(actor, HANDLE, feedback)
    found = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if found.case or found.state not in (FeedbackState.NEW, FeedbackState.ANSWERED):
        raise Refused("feedback_closed")
    if found.source == Feedback.Source.ANSWER:
        raise Refused("answer_no_case")
    found.kind, found.case_topic, found.customer = kind, topic.strip(), customer.strip()
    found.unit_code = unit_code or found.unit_code
    found.case, found.state = f"{SOURCE}:{found.number}", FeedbackState.CASE
    found.handled_by, found.handled_at = actor, timezone.now()
    found.save()
    audit.record("collect.feedback_made_case", found, actor=actor, case=audit.plain(found.case))
    return found


def write_cases(*, only: int | None = None) -> int:
    """Import the cases that were decided and not written yet; a row written twice is the same row."""
    waiting = Feedback.objects.filter(case_written_at=None).exclude(case="").order_by("pk")
    lines = list(waiting.filter(pk=only) if only else waiting[:500])
    if not lines:
        return 0
    home = workspace.home()
    importing.import_rows(home, "cases", [{
        "id": one.case, "external_id": one.number, "customer": one.customer or None, "channel": one.channel,
        "kind": CASE_KINDS.get(one.kind, "contact"), "topic": one.case_topic or None, "unit": one.unit_code or None,
        "status": "open", "opened": one.received_at} for one in lines],
        source=SOURCE, actor="feedback", name="feedback")
    importing.import_rows(home, "messages", [{
        "id": f"{one.case}:1", "case": one.case, "at": one.received_at, "seq": 1, "sender_kind": "customer",
        "channel": one.channel, "text": unseal(one.sealed).get("text", ""), "public": True}
        for one in lines], source=SOURCE, actor="feedback", name="feedback")
    return Feedback.objects.filter(pk__in=[one.pk for one in lines]).update(case_written_at=timezone.now())
