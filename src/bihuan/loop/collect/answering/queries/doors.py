"""What a link is asked besides the two statements of every answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ..models import Draft, Response
from ..sealing import Unreadable, unseal
from ..tokens import device_of, stamp


def draft_of(invitation: UUID) -> tuple[dict[str, Any], str]:
    """Return what a customer answered so far and on which page they were; nothing when there is nothing."""
    found = Draft.objects.filter(pk=invitation).first()
    if found is None:
        return {}, ""
    try:
        return unseal(found.sealed), found.page
    except Unreadable:
        return {}, ""


def device_answered(wave: int, device: str) -> bool:
    """Return whether a wave has an answer from this device."""
    return Response.objects.filter(stamp=stamp("device", wave, device_of(wave, device))).exists()
