"""What happens before an answer is sent: opened, begun. None of it is a response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from ..models import Draft, Invitation
from ..sealing import seal


def note_opened(*, invitation: UUID) -> None:
    """Note the first time a customer's own link was opened."""
    Invitation.objects.filter(pk=invitation, opened_at=None).update(opened_at=timezone.now())


def keep_draft(*, invitation: UUID, answers: Mapping[str, Any], page: str) -> None:
    """Keep what a customer answered so far, so that they can go on elsewhere; nobody but they can see it."""
    now = timezone.now()
    Draft.objects.update_or_create(pk=invitation, defaults={
        "sealed": seal(dict(answers)), "page": page, "changed_at": now})
    Invitation.objects.filter(pk=invitation, started_at=None).update(started_at=now)
