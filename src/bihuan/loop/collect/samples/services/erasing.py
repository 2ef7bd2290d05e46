"""What this room holds of a customer whose data are deleted; for ``settings.BIHUAN_PERSONAL_STORES``."""

from __future__ import annotations

from django.db import transaction

from bihuan.core.privacy.queries.people import numbers_of

from ..models import Ask, AskedCustomer, ManualChange, Task


@transaction.atomic
def erase_customer(customer: str) -> dict[str, int]:
    """Forget when a customer was asked, what was noted about reaching them and why they were moved by hand.

    That a number was drawn, with its stratum and probability, stays: without it the draw could not be checked, nor the
    weights of the others. The number itself names nobody once the identifiers are deleted. Nobody is to be reached
    any more: open tasks end.
    """
    numbers = numbers_of(customer)
    asks, _each = Ask.objects.filter(customer__in=numbers).delete()
    AskedCustomer.objects.filter(customer__in=numbers).delete()
    open_tasks, _each = Task.objects.filter(customer__in=numbers, state=Task.State.OPEN).delete()
    notes = Task.objects.filter(customer__in=numbers).exclude(note="").update(note="")
    reasons = ManualChange.objects.filter(customer__in=numbers).exclude(reason="").update(reason="")
    return {"asks": asks, "tasks": open_tasks, "notes": notes + reasons}
