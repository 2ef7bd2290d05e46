"""What this room holds of a customer whose data are deleted; for ``settings.BIHUAN_PERSONAL_STORES``."""

from __future__ import annotations

from django.db import transaction

from bihuan.core.privacy.queries.people import numbers_of

from ..models import CallAttempt, Feedback, FollowUp, Interview
from .feedback import empty
from .interviews import empty_interview
from .lowscores import empty_follow_ups


@transaction.atomic
def erase_customer(customer: str) -> dict[str, int]:
    """Delete a customer's words; that there was a call or feedback stays, without them."""
    numbers = numbers_of(customer)
    calls = CallAttempt.objects.filter(target__customer__in=numbers).exclude(note="").update(note="")
    feedback = list(Feedback.objects.filter(customer__in=numbers))
    for one in feedback:
        empty(one)
    interviews = list(Interview.objects.filter(customer__in=numbers))
    for each in interviews:
        empty_interview(each)
    return {"calls": calls, "feedback": len(feedback), "interviews": len(interviews),
            "follow_ups": empty_follow_ups(FollowUp.objects.filter(customer__in=numbers))}
