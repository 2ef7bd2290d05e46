"""What this room holds of a customer whose data are deleted; for ``settings.BIHUAN_PERSONAL_STORES``."""

from __future__ import annotations

from django.db import transaction

from bihuan.core.privacy.queries.people import numbers_of

from ..models import Attempt, BusinessOutcome, Target


@transaction.atomic
def erase_customer(customer: str) -> dict[str, int]:
    """Delete a customer's words; that they were called and what they scored stays, under a number nobody has."""
    numbers = numbers_of(customer)
    Attempt.objects.filter(target__customer__in=numbers).exclude(note="").update(note="")
    BusinessOutcome.objects.filter(target__customer__in=numbers).exclude(note="").update(note="")
    said = Target.objects.filter(customer__in=numbers).update(opinion="", remark="")
    return {"callbacks": said}
