"""The inbox: what was read."""

from __future__ import annotations

from django.utils import timezone

from bihuan.core.models import User

from ..models import Receipt


def mark_read(*, receipt: Receipt, user: User) -> None:
    """Note that a person has read a notice of theirs."""
    Receipt.objects.filter(pk=receipt.pk, user=user, read_at=None).update(read_at=timezone.now())


def mark_all_read(*, user: User) -> int:
    """Note that a person has read everything; returns how many notices that were."""
    return Receipt.objects.filter(user=user, read_at=None).update(read_at=timezone.now())
