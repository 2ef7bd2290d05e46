"""Personal data that stays in this room: bodies that could not be written, until they are removed."""

from __future__ import annotations

from bihuan.core.privacy.queries.people import numbers_of

from ..models import Receipt
from ..sealing import Unreadable, unseal


def erase_customer(customer: str) -> dict[str, int]:
    """Empty failed pushes that name the customer; what still waits is masked by the import as the deletion demands."""
    numbers, emptied = numbers_of(customer), 0
    for receipt in Receipt.objects.filter(state=Receipt.State.FAILED, body__isnull=False).iterator(chunk_size=50):
        try:
            body = unseal(receipt.body or b"").decode("utf-8", "replace")
        except Unreadable:
            continue
        if any(number in body for number in numbers):
            Receipt.objects.filter(pk=receipt.pk).update(body=None)
            emptied += 1
    return {"pushes": emptied}
